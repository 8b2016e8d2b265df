import type { Money } from '../money/money.ts'
import type { DonationId } from '../ids.ts'
import type { BookingDay } from '../calendar/month.ts'

/** The chart of accounts. A newsroom's accountant maps these accounts to their own chart. */
export type LedgerAccount =
  | 'donations'
  | 'refunds'
  | 'disputes'
  | 'stripe_fees'
  | 'dispute_fees'
  | 'stripe_clearing'
  | 'stripe_balance'
  | 'payouts_in_transit'
  | 'bank'
  | 'fx'
  | 'opening_balance'
  | 'stripe_reserve'
  | 'other_stripe_activity'
  | 'other_programs'
  | 'write_offs'
  | 'other_income'
  | 'other_expenses'
  /** What a former system took, before these books or beside them: the other side of imported gifts. */
  | 'imported_history'

/** A debit is positive and a credit negative, in minor units of the amount's currency. */
export type LedgerEntry = { readonly account: LedgerAccount; readonly amount: Money }

/**
 * What a ledger transaction records of a Stripe object. `settled` stands for a balance transaction, `opened` for what
 * Stripe's balance held before the books, and `concerns_earlier` for the reversal of a charge before them. What belongs
 * to another program on the Stripe account `concerns_others`, unless it turns out to be ours after all. `arrived` moves a
 * payout from the way to the bank, and `arrival_undone` back when the bank returned it. `written_off` and its reversal are
 * acts of finance, about a reconciling item. `imported` books a gift that a former system took, and `import_taken_back` takes
 * it off again; neither touches an account of Stripe's.
 */
export type LedgerEffect =
  | 'donation_succeeded'
  | 'donation_redated_from'
  | 'donation_redated_to'
  | 'refunded'
  | 'refund_failed'
  | 'bank_returned'
  | 'dispute_withdrawn'
  | 'dispute_reinstated'
  | 'settled'
  | 'opened'
  | 'concerns_earlier'
  | 'concerns_others'
  | 'is_ours_after_all'
  | 'arrived'
  | 'arrival_undone'
  | 'written_off'
  | 'write_off_reversed'
  | 'imported'
  | 'import_taken_back'

/** One effect of one Stripe object, or of one imported gift: `(source, effect)` is unique. The entries sum to zero in each currency. */
export type LedgerTransaction = {
  readonly id: string
  readonly source: string
  readonly effect: LedgerEffect
  /** The Stripe object that events and balance transactions both name; its clearing entries sum to zero once it is settled. */
  readonly clears: string
  readonly donationId: DonationId | null
  readonly occurredAt: Date
  readonly day: BookingDay
  readonly entries: readonly LedgerEntry[]
}

/**
 * The entries of a gift: income, and a claim on Stripe in the clearing account. Its balance transaction settles the
 * claim later, so what remains in the clearing account is unexplained.
 */
export function donationEntries(gross: Money): LedgerEntry[] {
  return [
    { account: 'stripe_clearing', amount: gross },
    { account: 'donations', amount: { ...gross, minor: -gross.minor } },
  ]
}

/** The entries of a gift that a former system took: income, and no claim on Stripe. */
export function importedEntries(gross: Money): LedgerEntry[] {
  return [
    { account: 'imported_history', amount: gross },
    { account: 'donations', amount: { ...gross, minor: -gross.minor } },
  ]
}

/** The opposite of entries, which takes them off the accounts again. */
export function reversedEntries(entries: readonly LedgerEntry[]): LedgerEntry[] {
  return entries.map(({ account, amount }) => ({ account, amount: { ...amount, minor: -amount.minor } }))
}
