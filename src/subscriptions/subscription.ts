import { latest } from '../calendar/instant.ts'
import type { Attribution } from '../checkout/attribution.ts'
import type { CheckoutId, SubscriptionId } from '../ids.ts'
import type { Money } from '../money/money.ts'

/**
 * What events report of a subscription: only what does not depend on the order of the events. Its status, amount and
 * dates are read from Stripe, because events come late and in any order.
 */
export type SubscriptionUpdate = {
  readonly id: SubscriptionId
  readonly customerId?: string | null
  readonly checkoutId?: CheckoutId | null
  readonly attribution?: Attribution | null
  /** The person who started it, as entered on the payment page. Invoices may not name them. */
  readonly donor?: { readonly name: string | null; readonly email: string | null } | null
  readonly endedAt?: Date | null
  readonly paidAt?: Date | null
  readonly failedAt?: Date | null
}

/** A subscription that a checkout of ours started. */
export type KnownSubscription = { readonly id: SubscriptionId; readonly checkoutId: CheckoutId }

/** One update made of two about one subscription: the first known value of each field, and the latest of each date. */
export function mergedUpdate(a: SubscriptionUpdate, b: SubscriptionUpdate): SubscriptionUpdate {
  return {
    id: a.id,
    customerId: a.customerId ?? b.customerId ?? null,
    checkoutId: a.checkoutId ?? b.checkoutId ?? null,
    attribution: a.attribution ?? b.attribution ?? null,
    donor: a.donor ?? b.donor ?? null,
    endedAt: latest(a.endedAt, b.endedAt),
    paidAt: latest(a.paidAt, b.paidAt),
    failedAt: latest(a.failedAt, b.failedAt),
  }
}

/** The card that pays an agreement, as far as it may be shown. */
export type AgreementCard = {
  readonly brand: string
  readonly last4: string
  /** The last month in which it is valid, `2026-12`. */
  readonly expires: string
}

/** An invoice that Stripe could not collect. */
export type OpenInvoice = {
  readonly id: string
  readonly createdAt: Date
  /** Stripe's page on which it can be paid. */
  readonly url: string | null
  /** When Stripe tries it again by itself; null: no more. */
  readonly nextAttemptAt: Date | null
}

/** Stripe collects nothing for now; null: until somebody resumes it. */
export type Pause = { readonly resumesAt: Date | null }

/** The terms of a subscription as they are stored, before a newer state of it is. */
export type FormerTerms = {
  /** Null: no state of it was ever read. */
  readonly amountMinor: bigint | null
  readonly currency: string | null
  readonly isPaused: boolean
  readonly resumesAt: Date | null
}

/** The state of a subscription as Stripe answered it. */
export type SubscriptionState = {
  /** Stripe's status. */
  readonly status: string
  /** The amount of each payment; null when Stripe names none. */
  readonly amount: Money | null
  readonly frequency: 'monthly' | 'yearly'
  readonly startedAt: Date | null
  readonly currentPeriodEnd: Date | null
  readonly cancelAt: Date | null
  readonly endedAt: Date | null
  /** Why it ended or will end, in Stripe's word; null when Stripe says nothing. */
  readonly endReason: string | null
  /** When its end was decided. */
  readonly canceledAt: Date | null
  readonly card: AgreementCard | null
  readonly openInvoice: OpenInvoice | null
  /** The id of a card that the donor has since made the default at Stripe, and that does not pay this agreement yet. */
  readonly newerCard: string | null
  /** Absent or null: it is not paused. */
  readonly pause?: Pause | null
}
