import type { Money } from '../money/money.ts'
import { isLost, withdrawnMinor, type Dispute } from './dispute.ts'
import type { Reversals } from './reversals.ts'

/**
 * The status of a gift after its reversals. `returned`: the bank took a debit back; `disputed` and `dispute_lost`:
 * Stripe has withdrawn the money; `refunded` and `partially_refunded`: refunds are pending or have succeeded.
 */
export const donationStatuses = [
  'succeeded',
  'partially_refunded',
  'refunded',
  'disputed',
  'dispute_lost',
  'returned',
] as const
export type DonationStatus = (typeof donationStatuses)[number]

/** Amounts in minor units of the gift's currency. Reversals may exceed the gift: they are recorded, not refused. */
export type DonationBalance = {
  readonly status: DonationStatus
  /** Refunds pending or succeeded, and bank returns. */
  readonly refundedMinor: bigint
  /** Withdrawn by disputes and not reinstated, lost disputes included. */
  readonly disputedMinor: bigint
  /** Withdrawn by disputes that were lost. */
  readonly lostMinor: bigint
  /** The amount that a receipt may state. Pending refunds and open disputes do not lower it: they may come to nothing. */
  readonly receiptableMinor: bigint
}

/** Every stored status and amount of a gift comes from this function. */
export function donationBalance(gross: Money, { refunds, disputes }: Reversals): DonationBalance {
  const succeededMinor = total(refunds.filter(({ status }) => status === 'succeeded'))
  const refundedMinor = succeededMinor + total(refunds.filter(({ status }) => status === 'pending'))
  const disputedMinor = totalWithdrawn(disputes)
  const lostMinor = totalWithdrawn(disputes.filter(isLost))
  const left = gross.minor - succeededMinor - lostMinor
  const isReturned = refunds.some(({ kind }) => kind === 'bank_return')
  return {
    status: isReturned ? 'returned' : statusOf(gross.minor, refundedMinor, disputedMinor, lostMinor),
    refundedMinor,
    disputedMinor,
    lostMinor,
    receiptableMinor: left > 0n ? left : 0n,
  }
}

const MANY_AMOUNTS = 4096

/**
 * Every amount that a receipt of the gift could ever state: its reversals become known one after the other, and some of them
 * come to nothing. Null: there are too many to tell.
 */
export function receiptableAmounts(
  gross: Money,
  { refunds, disputes }: Reversals,
): ReadonlySet<bigint> | null {
  const losses = sums([
    ...refunds.map(({ amount }) => [0n, amount.minor]),
    ...disputes.map(({ movements }) =>
      [...(sums(movements.map(({ minor }) => [0n, -minor])) ?? [])].filter((lost) => lost >= 0n),
    ),
  ])
  return losses && new Set([...losses].map((lost) => gross.minor - lost).filter((left) => left > 0n))
}

/** What one of each adds up to, in every way; null: in too many ways. */
function sums(choices: readonly (readonly bigint[])[]): ReadonlySet<bigint> | null {
  let all = new Set([0n])
  for (const choice of choices) {
    all = new Set([...all].flatMap((sum) => choice.map((minor) => sum + minor)))
    if (all.size > MANY_AMOUNTS) return null
  }
  return all
}

function statusOf(gross: bigint, refunded: bigint, disputed: bigint, lost: bigint): DonationStatus {
  if (lost > 0n) return 'dispute_lost'
  if (disputed > 0n) return 'disputed'
  if (refunded >= gross) return 'refunded'
  return refunded > 0n ? 'partially_refunded' : 'succeeded'
}

function totalWithdrawn(disputes: readonly Dispute[]): bigint {
  return disputes.reduce((sum, dispute) => sum + withdrawnMinor(dispute), 0n)
}

function total(parts: readonly { readonly amount: Money }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount.minor, 0n)
}
