import type { Changes } from './changes.ts'
import type { DonationId } from '../ids.ts'
import { donationBalance } from '../refunds/donation-balance.ts'
import { revise, type LatestReceipt, type VoidReason } from '../receipts/receipt-revisions.ts'
import type { OwedReceipt } from '../receipts/receipt-numbering.ts'
import type { LocalDate } from '../calendar/local-date.ts'

/** A receipt that is no longer right; null number: the first revision, which this batch issues itself. */
export type OwedVoiding = {
  readonly donationId: DonationId
  readonly receipt: { readonly year: number; readonly number: bigint } | null
  readonly reason: VoidReason
}

export type OwedReceipts = {
  readonly owed: readonly OwedReceipt[]
  readonly voidings: readonly OwedVoiding[]
}

/** The gifts whose last receipt must be known to decide. */
export function revisable({ amended }: Changes): DonationId[] {
  return amended
    .filter(({ before, reversals }) => reversals !== before.reversals)
    .map(({ before }) => before.id)
}

/** Every new gift gets its receipt; where money went back or came again, the last one is voided and replaced. */
export function owedReceipts(
  changes: Changes,
  latest: readonly LatestReceipt[],
  today: LocalDate,
): OwedReceipts {
  const firsts: OwedReceipt[] = []
  const later: OwedReceipt[] = []
  const voidings: OwedVoiding[] = []
  for (const { id, gross, succeededOn, succeededAt, reversals } of changes.booked) {
    const of = { donationId: id, givenOn: succeededOn, givenAt: succeededAt }
    firsts.push({ ...of, numberedOn: succeededOn, money: gross, revision: 1, replaces: null })
    const revision = revise({ grossMinor: gross.minor, voided: false }, donationBalance(gross, reversals))
    if (revision?.voids) voidings.push({ donationId: id, receipt: null, reason: revision.voids })
    if (revision?.issuesMinor) {
      const money = { ...gross, minor: revision.issuesMinor }
      later.push({ ...of, numberedOn: today, money, revision: 2, replaces: 'first revision' })
    }
  }
  const latestOf = new Map(latest.map((receipt) => [receipt.donationId, receipt]))
  for (const { before, reversals, succeededAt, succeededOn } of changes.amended) {
    const last = latestOf.get(before.id)
    const revision = last && revise(last, donationBalance(before.gross, reversals))
    if (!last || !revision) continue
    const replaces = { year: last.year, number: last.number }
    if (revision.voids) voidings.push({ donationId: before.id, receipt: replaces, reason: revision.voids })
    if (revision.issuesMinor) {
      const money = { ...before.gross, minor: revision.issuesMinor }
      const of = { donationId: before.id, givenOn: succeededOn, givenAt: succeededAt }
      later.push({ ...of, numberedOn: today, money, revision: last.revision + 1, replaces })
    }
  }
  return { owed: [...firsts, ...later], voidings }
}
