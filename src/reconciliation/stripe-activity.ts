import { balanceKind } from '../settlement/balance/balance-types.ts'
import { difference, hasReadPast, type Difference } from './items/difference.ts'

/** What Stripe's balance shows beside gifts and their reversals. Amounts in minor units. */
export type StripeActivity = {
  readonly otherActivity: readonly OtherActivity[]
  readonly reserves: readonly Reserve[]
  readonly unknownPayouts: readonly UnknownPayout[]
}

/** The movements of one type in a month that have nothing to do with donations. */
export type OtherActivity = {
  readonly type: string
  readonly reportingCategory: string
  readonly currency: string
  /** How much came onto the balance, less fees; negative when it left. */
  readonly netMinor: bigint
  readonly count: bigint
}

/** What Stripe held back at the end of a month. */
export type Reserve = { readonly currency: string; readonly heldMinor: bigint }

/** A payout that left Stripe's balance, and that Stripe's list of payouts does not have. */
export type UnknownPayout = {
  /** The payout, or the balance transaction when that names none. */
  readonly object: string
  readonly currency: string
  readonly bankMinor: bigint
  readonly lastMovementAt: Date
}

/** @param readUpTo everything at Stripe until then has been read; null: nothing has */
export function activityDifferences(activity: StripeActivity, readUpTo: Date | null): Difference[] {
  return [
    ...activity.unknownPayouts.map((payout) => unknownPayoutDifference(payout, readUpTo)),
    ...activity.otherActivity.map(otherActivityDifference),
    ...activity.reserves.map(({ currency, heldMinor }) =>
      difference('reserve_held', { object: 'stripe_reserve', currency, amountMinor: heldMinor }),
    ),
  ]
}

function otherActivityDifference({ type, reportingCategory, ...sum }: OtherActivity): Difference {
  const isProduct = balanceKind({ type, reportingCategory, source: null }) === 'product'
  const subject = { object: type, currency: sum.currency, amountMinor: sum.netMinor, type }
  const kind = isProduct ? 'stripe_product' : 'other_stripe_activity'
  return difference(kind, subject, `${type}, ${sum.count} in this month`)
}

/** Payouts are read after the balance transactions, so that a new one may not have been read yet. */
function unknownPayoutDifference(payout: UnknownPayout, readUpTo: Date | null): Difference {
  const { object, currency, bankMinor: amountMinor, lastMovementAt } = payout
  const kind = hasReadPast(readUpTo, lastMovementAt) ? 'payout_unknown' : 'not_settled'
  return difference(kind, { object, currency, amountMinor })
}
