import type { CurrencyCode } from '../../money/currency.ts'
import type { BalanceTransaction } from './balance-transaction.ts'
import type { UnreadableRow } from '../unreadable-row.ts'

/** A page of one of Stripe's lists, which have the newest first. */
export type Page<Row> = {
  readonly rows: readonly Row[]
  /** Rows of the same page that cannot be read. */
  readonly unreadable: readonly UnreadableRow[]
  /** The id after which the list continues; null at its end. */
  readonly next: string | null
}

/** Where a list is read: since this time (null: from the beginning), and after this id. */
export type Place = { readonly since: Date | null; readonly after: string | null }

/** Stripe's balance transactions and payouts, read over its API. */
export type StripeLists = {
  transactions(place: Place): Promise<Page<BalanceTransaction>>
  payouts(place: Place): Promise<Page<Payout>>
  /** The balance transactions of an automatic payout, its own included. */
  itemsOf(payoutId: string, after: string | null): Promise<Page<BalanceTransaction>>
}

/** A payout: what Stripe sent, or tried to send, to the bank. */
export type Payout = {
  readonly id: string
  readonly currency: CurrencyCode
  readonly amountMinor: bigint
  /** Stripe's value: pending, in_transit, paid, failed, canceled. A paid payout can still fail. */
  readonly status: string
  readonly automatic: boolean
  /** A day, `2026-11-06`. */
  readonly arrivalDate: string
  readonly createdAt: Date
  readonly balanceTransactionId: string | null
  readonly failureBalanceTransactionId: string | null
  readonly failureCode: string | null
  /** The bank's own id of the transfer; null until Stripe knows it. */
  readonly traceId: string | null
  /** Whether Stripe can itemise it: never, not yet, or now. */
  readonly itemisable: 'never' | 'later' | 'now'
}

/**
 * Whether the items of a payout are stored: a manual payout has none at Stripe, those of an automatic one follow within
 * a day.
 */
export const itemisations = ['not_possible', 'awaited', 'complete'] as const
export type Itemisation = (typeof itemisations)[number]

/** @param reconciliation Stripe's `reconciliation_status`; old payouts have none, and Stripe does not itemise them */
export function itemisable(automatic: boolean, reconciliation: string | null): Payout['itemisable'] {
  if (!automatic || reconciliation === null || reconciliation === 'not_applicable') return 'never'
  return reconciliation === 'completed' ? 'now' : 'later'
}
