import type { Money } from '../money/money.ts'
import type { Dispute, Reversals } from './reversals.ts'

/**
 * How a gift stands after all that went back. `returned`: the bank took a debit back; `dispute_lost` and `disputed`:
 * Stripe holds the money withdrawn; `refunded` and `partially_refunded`: refunds pending or succeeded.
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

/** Amounts in minor units of the gift's currency. What went back may exceed the gift: that is recorded, not refused. */
export type DonationBalance = {
  readonly status: DonationStatus
  /** Refunds pending or succeeded, and what the bank took back. */
  readonly refundedMinor: bigint
  /** Withdrawn by disputes at present, lost ones included. */
  readonly disputedMinor: bigint
  /** Of lost disputes. */
  readonly lostMinor: bigint
  /** What a receipt may still say was given: pending refunds and open disputes may come to nothing. */
  readonly receiptableMinor: bigint
}

/** Derived, never stored by hand: the same gift with the same refunds and disputes always stands the same. */
export function donationBalance(gross: Money, { refunds, disputes }: Reversals): DonationBalance {
  const succeededMinor = total(refunds.filter(({ status }) => status === 'succeeded'))
  const refundedMinor = succeededMinor + total(refunds.filter(({ status }) => status === 'pending'))
  const withdrawn = disputes.filter(isWithdrawn)
  const disputedMinor = total(withdrawn)
  const lostMinor = total(withdrawn.filter(({ status }) => status === 'lost'))
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

function statusOf(gross: bigint, refunded: bigint, disputed: bigint, lost: bigint): DonationStatus {
  if (lost > 0n) return 'dispute_lost'
  if (disputed > 0n) return 'disputed'
  if (refunded >= gross) return 'refunded'
  return refunded > 0n ? 'partially_refunded' : 'succeeded'
}

export function isWithdrawn({ withdrawnAt, reinstatedAt }: Dispute): boolean {
  return withdrawnAt !== null && reinstatedAt === null
}

function total(parts: readonly { readonly amount: Money }[]): bigint {
  return parts.reduce((sum, { amount }) => sum + amount.minor, 0n)
}
