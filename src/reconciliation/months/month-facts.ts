import type { Month } from '../../calendar/month.ts'
import type { PriorPeriodAdjustment } from '../reconciliation.ts'

/** What people call a reconciling item: whose gift, when, what Stripe says of it. */
export type ItemFacts = {
  readonly donationId: string | null
  readonly donorName: string | null
  /** The newsroom's day of the gift, refund, dispute, movement or payout. */
  readonly day: string | null
  /** The newsroom's days on which the gift, refund or dispute happened, and on which Stripe's balance first moved for it. */
  readonly recordedOn: string | null
  readonly settledOn: string | null
  /** Stripe's own words for a movement. */
  readonly description: string | null
  /** Stripe's type of the movement. */
  readonly type: string | null
}

/** What was posted for a month after it was closed. */
export type PostedLater = {
  /** How many ledger transactions, and the months in which they were booked. */
  readonly transactions: number
  readonly months: readonly string[]
  /** The sum on each account; minor units, debit positive. */
  readonly accounts: readonly {
    readonly account: string
    readonly currency: string
    readonly minor: bigint
  }[]
  /** The first of the postings. */
  readonly postings: readonly PriorPeriodAdjustment[]
}

/** What the list of months says of one month beside its totals. Amounts in minor units. */
export type MonthInList = {
  readonly month: Month
  readonly closed: { readonly at: Date; readonly by: string } | null
  /** How many items need an explanation. */
  readonly unexplained: number
  readonly deposits: readonly { readonly currency: string; readonly count: number; readonly minor: bigint }[]
}
