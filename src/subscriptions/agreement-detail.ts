import type { SubscriptionId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import type { AgreementCard } from './subscription.ts'

/** An agreement as its donor sees it, in mails and on its page. */
export type AgreementDetail = {
  readonly id: SubscriptionId
  readonly customerId: string | null
  /** What is collected each time; null until it is read from Stripe. */
  readonly amount: Money | null
  readonly frequency: 'monthly' | 'yearly'
  /** Stripe's word; null until it is read. */
  readonly status: string | null
  /** When the paid period ends and the next payment is due. */
  readonly currentPeriodEnd: Date | null
  readonly cancelAt: Date | null
  readonly canceledAt: Date | null
  readonly endedAt: Date | null
  /** Stripe's word. */
  readonly endReason: string | null
  readonly card: AgreementCard | null
  readonly openInvoiceUrl: string | null
  readonly hasOpenInvoice: boolean
  /** Stripe collects nothing for now. */
  readonly isPaused: boolean
  /** When Stripe collects again by itself. */
  readonly resumesAt: Date | null
  readonly nextAttemptAt: Date | null
  /** When the donor last asked to stop it by the link in our mails. */
  readonly stopAskedAt: Date | null
  readonly articleTitle: string | null
  readonly donorName: string | null
  readonly donorEmail: string | null
  /** BCP 47, as the donor's browser asked for at the checkout. */
  readonly locale: string | null
}
