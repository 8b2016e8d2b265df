import type { DonationBalance } from '../refunds/donation-balance.ts'
import type { DonationId } from '../ids.ts'

/** The last receipt issued for a gift. */
export type LatestReceipt = {
  readonly donationId: DonationId
  readonly year: number
  readonly number: bigint
  readonly revision: number
  readonly grossMinor: bigint
  readonly voided: boolean
}

export type VoidReason = 'refunded' | 'dispute_lost' | 'bank_returned' | 'reversal_undone'

export type Revision = {
  /** Null when the last receipt is void already. */
  readonly voids: VoidReason | null
  /** What the next revision says was given, in minor units; null when nothing is left to give a receipt for. */
  readonly issuesMinor: bigint | null
}

/**
 * Whether a gift's receipt is still right. A wrong one is voided and replaced by one that cites it, never edited.
 * @returns null while it is right
 */
export function revise(
  latest: Pick<LatestReceipt, 'grossMinor' | 'voided'>,
  now: DonationBalance,
): Revision | null {
  const saysMinor = latest.voided ? 0n : latest.grossMinor
  const rightMinor = now.receiptableMinor
  if (saysMinor === rightMinor) return null
  return {
    voids: latest.voided ? null : rightMinor > saysMinor ? 'reversal_undone' : reasonOf(now),
    issuesMinor: rightMinor > 0n ? rightMinor : null,
  }
}

function reasonOf({ status }: DonationBalance): VoidReason {
  if (status === 'returned') return 'bank_returned'
  return status === 'dispute_lost' ? 'dispute_lost' : 'refunded'
}
