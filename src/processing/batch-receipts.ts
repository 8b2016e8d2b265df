import { isRedated } from '../donations/donation.ts'
import type { Changes } from './changes.ts'
import type { DonationId } from '../ids.ts'
import { donationBalance } from '../refunds/donation-balance.ts'
import { revise, type LatestReceipt, type VoidReason } from '../receipts/receipt-revisions.ts'
import type { CitedReceipt, OwedReceipt } from '../receipts/receipt-numbering.ts'
import type { LocalDate } from '../calendar/local-date.ts'

/** A receipt that no longer states the right amount or day. */
export type OwedVoiding = {
  readonly donationId: DonationId
  /** Null for the first revision, which the same batch issues. */
  readonly receipt: CitedReceipt | null
  readonly reason: VoidReason
}

type OwedReceipts = {
  readonly owed: readonly OwedReceipt[]
  readonly voidings: readonly OwedVoiding[]
}

/** The gifts whose reversals or day changed: their latest receipts decide whether a new one is owed. */
export function revisable({ amended }: Changes): DonationId[] {
  return amended
    .filter((amendment) => amendment.reversals !== amendment.before.reversals || isRedated(amendment))
    .map(({ before }) => before.id)
}

/** Every new gift gets a receipt. What changes its amount or day voids the latest receipt and replaces it. */
export function owedReceipts(
  changes: Changes,
  latest: readonly LatestReceipt[],
  today: LocalDate,
): OwedReceipts {
  const firsts: OwedReceipt[] = []
  const revisions: OwedReceipt[] = []
  const voidings: OwedVoiding[] = []
  for (const { id, gross, succeededOn, succeededAt, reversals } of changes.booked) {
    const gift = { donationId: id, givenOn: succeededOn, givenAt: succeededAt }
    firsts.push({ ...gift, numberedOn: succeededOn, money: gross, revision: 1, replaces: null })
    const first = { grossMinor: gross.minor, givenOn: succeededOn, voided: false }
    const revision = revise(first, donationBalance(gross, reversals), succeededOn)
    if (revision?.voids) voidings.push({ donationId: id, receipt: null, reason: revision.voids })
    if (revision?.issuesMinor) {
      const money = { ...gross, minor: revision.issuesMinor }
      revisions.push({ ...gift, numberedOn: today, money, revision: 2, replaces: 'first revision' })
    }
  }
  const latestByDonation = new Map(latest.map((receipt) => [receipt.donationId, receipt]))
  for (const { before, reversals, succeededAt, succeededOn } of changes.amended) {
    const last = latestByDonation.get(before.id)
    const revision = last && revise(last, donationBalance(before.gross, reversals), succeededOn)
    if (!last || !revision) continue
    const replaces = { year: last.year, number: last.number }
    if (revision.voids) voidings.push({ donationId: before.id, receipt: replaces, reason: revision.voids })
    if (revision.issuesMinor) {
      const money = { ...before.gross, minor: revision.issuesMinor }
      const gift = { donationId: before.id, givenOn: succeededOn, givenAt: succeededAt }
      revisions.push({ ...gift, numberedOn: today, money, revision: last.revision + 1, replaces })
    }
  }
  return { owed: [...firsts, ...revisions], voidings }
}
