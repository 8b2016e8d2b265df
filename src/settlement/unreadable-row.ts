/** The lists of Stripe's API that the sync reads. */
const stripeLists = [
  'balance_transactions',
  'payouts',
  'events',
  'sessions',
  'invoices',
  'charges',
  'refunds',
  'disputes',
  'warnings',
] as const
export type StripeListName = (typeof stripeLists)[number]

/**
 * A row of one of Stripe's lists that is not what Stripe documents, or that this version does not know. It is kept as it
 * came and is no part of the books, so that the rows beside it are read all the same.
 */
export type UnreadableRow = {
  readonly list: StripeListName
  /** Stripe's id; of a row without one, `unreadable_` and a hash of its text. */
  readonly id: string
  /** The row as JSON, as the API answered it. It may hold donor data. */
  readonly text: string
  /** Which fields are wrong and why: `currency (unknown currency)`. It never holds a value. */
  readonly reason: string
  /** Stripe's time of it; null when that cannot be read either. */
  readonly createdAt: Date | null
}
