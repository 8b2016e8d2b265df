import type { BalanceTransaction } from './balance-transaction.ts'
import type { Payout } from './payout.ts'

/** A piece of one of Stripe's lists, which are newest first. */
export type Page<Row> = {
  readonly rows: readonly Row[]
  /** The id after which the list goes on; null at its end. */
  readonly next: string | null
}

/** Where a list is read: from this moment on (null: from the beginning), and after this id. */
export type Place = { readonly since: Date | null; readonly after: string | null }

/** Stripe's own books, read over its API. */
export type StripeLists = {
  transactions(place: Place): Promise<Page<BalanceTransaction>>
  payouts(place: Place): Promise<Page<Payout>>
  /** What an automatic payout is made of, the payout's own movement included. */
  itemsOf(payoutId: string, after: string | null): Promise<Page<BalanceTransaction>>
}
