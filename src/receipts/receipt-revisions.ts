import type { DonationBalance } from '../refunds/donation-balance.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { DonationId } from '../ids.ts'

/** The latest receipt that was issued for a gift. */
export type LatestReceipt = {
  readonly donationId: DonationId
  readonly year: number
  readonly number: bigint
  readonly revision: number
  readonly grossMinor: bigint
  readonly givenOn: LocalDate
  readonly voided: boolean
}

export type VoidReason =
  | 'refunded'
  | 'dispute_lost'
  | 'bank_returned'
  | 'reversal_undone'
  | 'redated'
  | 'corrected'

type Revision = {
  /** Why the latest receipt is voided; null when it is void already. */
  readonly voids: VoidReason | null
  /** The amount of the next revision in minor units; null when nothing of the gift remains. */
  readonly issuesMinor: bigint | null
}

/**
 * What must happen to a gift's receipt. A receipt whose amount or day is no longer right is voided and replaced by one that
 * cites it. Receipts are never edited.
 * @returns null when the receipt is right
 */
export function revise(
  latest: Pick<LatestReceipt, 'grossMinor' | 'givenOn' | 'voided'>,
  now: DonationBalance,
  givenOn: LocalDate,
): Revision | null {
  const receiptedMinor = latest.voided ? 0n : latest.grossMinor
  const rightMinor = now.receiptableMinor
  if (receiptedMinor === rightMinor) {
    const isRedated = receiptedMinor > 0n && latest.givenOn !== givenOn
    return isRedated ? { voids: 'redated', issuesMinor: rightMinor } : null
  }
  return {
    voids: latest.voided ? null : rightMinor > receiptedMinor ? 'reversal_undone' : reasonOf(now),
    issuesMinor: rightMinor > 0n ? rightMinor : null,
  }
}

function reasonOf({ status }: DonationBalance): VoidReason {
  if (status === 'returned') return 'bank_returned'
  return status === 'dispute_lost' ? 'dispute_lost' : 'refunded'
}
