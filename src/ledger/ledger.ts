import type { Money } from '../money/money.ts'
import type { DonationId } from '../ids.ts'
import type { BookingDay } from '../calendar/month.ts'

/** The chart of accounts. A newsroom's accountant maps these to their own chart. */
export type LedgerAccount =
  | 'donations'
  | 'refunds'
  | 'disputes'
  | 'stripe_fees'
  | 'stripe_clearing'
  | 'stripe_balance'
  | 'bank'
  | 'fx'

/** Debit positive, credit negative, in minor units of the amount's currency. */
export type LedgerEntry = { readonly account: LedgerAccount; readonly amount: Money }

/** What happened, seen from the reader's side; and `settled`: Stripe's own books moved the balance. */
export type LedgerEffect =
  | 'donation_succeeded'
  | 'refunded'
  | 'refund_failed'
  | 'bank_returned'
  | 'dispute_withdrawn'
  | 'dispute_reinstated'
  | 'settled'

/** One effect of one Stripe object; `(source, effect)` happens once. Entries sum to zero in each currency. */
export type LedgerTransaction = {
  readonly id: string
  readonly source: string
  readonly effect: LedgerEffect
  /** The Stripe object that readers' events and Stripe's own books both name; its clearing entries end at zero. */
  readonly clears: string
  readonly donationId: DonationId | null
  readonly occurredAt: Date
  readonly day: BookingDay
  readonly entries: readonly LedgerEntry[]
}

/**
 * The reader was charged: income, and a claim on Stripe. What Stripe's own books say later settles the clearing
 * account; what stays in it is not explained by both sides.
 */
export function donationEntries(gross: Money): LedgerEntry[] {
  return [
    { account: 'stripe_clearing', amount: gross },
    { account: 'donations', amount: { ...gross, minor: -gross.minor } },
  ]
}
