import type { Queryable } from '../db/database.ts'
import { isImported } from '../donations/imported-gift.ts'
import type { PaymentIntentId } from '../ids.ts'
import type { LedgerEffect } from '../ledger/ledger.ts'
import { allWriteOffs } from '../reconciliation/write-offs/write-off-store.ts'
import { profilesInForce } from '../newsroom/profile-store.ts'
import {
  countedDay,
  donationFindings,
  missingDonation,
  unexpectedDonation,
  type DatingDeps,
} from './checks/donation-check.ts'
import { postingKey, type Expectation, type Zones } from './expectation.ts'
import type { Finding } from './finding.ts'
import {
  importedDonationFindings,
  importedPostingFindings,
  missingImportedDonations,
  type ImportedRow,
} from './checks/imported-check.ts'
import {
  missingPosting,
  postingFindings,
  trialBalanceFindings,
  unexpectedPosting,
  type LedgerCheckDeps,
  type PostingRow,
} from './checks/ledger-check.ts'
import type { BalancePostings } from './checks/opening-check.ts'
import { missingReceipt, numberFindings, receiptFindings, unexpectedReceipt } from './checks/receipt-check.ts'
import { redatingFindings, type DonationPostings } from './checks/redating-check.ts'
import {
  disputeFindings,
  orphanMovementFindings,
  presenceFindings,
  refundFindings,
} from './checks/reversal-check.ts'
import * as store from './verification-store.ts'
import { writeOffPostings } from './checks/write-off-check.ts'

/** The donations that are stored. */
export type StoredDonations = {
  /** By the donation's id. */
  readonly paymentOf: ReadonlyMap<string, PaymentIntentId>
  readonly payments: ReadonlySet<string>
  /** The day on which each donation counts, by payment. */
  readonly dayOf: ReadonlyMap<string, string>
  /** Those that were imported, by the donation's id. */
  readonly imported: ReadonlyMap<string, ImportedRow>
  /** When each of them was given, by the donation's id. */
  readonly importedTimes: ReadonlyMap<string, Date>
}

/** Checks donations. */
export async function checkDonations(
  tx: Queryable,
  { donations, successTimes }: Expectation,
  deps: DatingDeps,
): Promise<{ findings: Finding[]; stored: StoredDonations }> {
  const findings: Finding[] = []
  const paymentOf = new Map<string, PaymentIntentId>()
  const days = new Map<string, string>()
  const importedTimes = new Map<string, Date>()
  const imported = await store.importedRows(tx)
  for await (const page of store.pagesOf((after: string | null) => store.donationRows(tx, after)))
    for (const row of page) {
      paymentOf.set(row.id, row.paymentIntentId)
      if (isImported(row.paymentIntentId)) {
        findings.push(...importedDonationFindings(row, imported.get(row.id)))
        importedTimes.set(row.id, row.succeededAt)
        continue
      }
      const expected = donations.get(row.paymentIntentId)
      if (!expected) {
        findings.push(unexpectedDonation(row))
        continue
      }
      const times = successTimes(expected)
      findings.push(...donationFindings(expected, row, times, deps))
      days.set(row.paymentIntentId, countedDay(expected, row, times, deps))
    }
  const payments = new Set<string>(paymentOf.values())
  for (const donation of donations.values())
    if (!payments.has(donation.paymentIntentId)) findings.push(missingDonation(donation))
  findings.push(...missingImportedDonations(imported, paymentOf))
  return { findings, stored: { paymentOf, payments, dayOf: days, imported, importedTimes } }
}

/** Checks refunds, disputes, fraud warnings and subscriptions. */
/** @param isStored whether there is a donation with this payment */
export async function checkReversals(
  tx: Queryable,
  expected: Expectation,
  isStored: (payment: string) => boolean,
): Promise<Finding[]> {
  // Earlier versions recorded the subscriptions of other programs, too. Those rows mean nothing.
  const recorded = await store.subscriptionIds(tx)
  const subscriptions = new Set([...recorded].filter((id) => !expected.foreignSubscriptions.has(id)))
  return [
    ...refundFindings(expected.refunds, await store.refundRows(tx), isStored),
    ...disputeFindings(expected.disputes, await store.disputeRows(tx), isStored),
    ...orphanMovementFindings(expected.disputes, await store.orphanMovements(tx)),
    ...presenceFindings('fraud_warning', expected.warnings, await store.warningIds(tx)),
    ...presenceFindings('subscription', expected.subscriptions, subscriptions),
  ]
}

/** Effects that Stripe's balance posts; every other one is an event's. */
const OF_STRIPES_BALANCE: ReadonlySet<string> = new Set<LedgerEffect>([
  'settled',
  'opened',
  'concerns_earlier',
  'concerns_others',
  'is_ours_after_all',
  'arrived',
  'arrival_undone',
])

/**
 * Checks what events and write-offs posted to the ledger.
 * @returns `balance`: what was posted because of Stripe's balance, unchecked
 */
export async function checkLedger(
  tx: Queryable,
  expected: Expectation,
  { dayOf, imported, importedTimes }: StoredDonations,
  deps: LedgerCheckDeps,
) {
  const findings = trialBalanceFindings(await store.trialSums(tx))
  const settled = new Map<string, PostingRow>()
  const concernsEarlier = new Map<string, PostingRow>()
  const opened: PostingRow[] = []
  const concernsOthers = new Map<string, PostingRow>()
  const oursAfterAll = new Map<string, PostingRow>()
  const arrived = new Map<string, PostingRow>()
  const arrivalUndone = new Map<string, PostingRow>()
  const importedPostings = new Map<string, PostingRow>()
  const takenBack = new Map<string, PostingRow>()
  const unposted = new Map([
    ...expected.postings,
    ...writeOffPostings(await allWriteOffs(tx), deps.zones).map((one) => [postingKey(one), one] as const),
  ])
  const bookings: Omit<DonationPostings, 'moves'>[] = []
  const moves = new Map<string, PostingRow[]>()
  let posted = 0
  for await (const page of store.pagesOf((after: string | null) => store.postingRows(tx, after)))
    for (const row of page) {
      posted += 1
      if (row.effect === 'settled') settled.set(row.source, row)
      if (row.effect === 'concerns_earlier') concernsEarlier.set(row.source, row)
      if (row.effect === 'opened') opened.push(row)
      if (row.effect === 'concerns_others') concernsOthers.set(row.source, row)
      if (row.effect === 'is_ours_after_all') oursAfterAll.set(row.source, row)
      if (row.effect === 'arrived') arrived.set(row.source, row)
      if (row.effect === 'arrival_undone') arrivalUndone.set(row.source, row)
      if (OF_STRIPES_BALANCE.has(row.effect)) continue
      if (row.effect === 'imported' || row.effect === 'import_taken_back') {
        const postings = row.effect === 'imported' ? importedPostings : takenBack
        postings.set(row.source, row)
        continue
      }
      if (isMove(row)) {
        moves.set(row.clears, [...(moves.get(row.clears) ?? []), row])
        continue
      }
      const posting = unposted.get(postingKey(row))
      unposted.delete(postingKey(row))
      if (!posting) {
        findings.push(unexpectedPosting(row))
        continue
      }
      const differing = postingFindings(posting, row, deps)
      findings.push(...differing)
      if (row.effect === 'donation_succeeded' && differing.length === 0)
        bookings.push({ expected: posting, booking: row })
    }
  for (const booked of bookings) {
    const { clears } = booked.booking
    const day = dayOf.get(clears)
    if (day) findings.push(...redatingFindings({ ...booked, moves: moves.get(clears) ?? [] }, day))
    moves.delete(clears)
  }
  findings.push(...[...moves.values()].flat().map(unexpectedPosting))
  for (const posting of unposted.values()) findings.push(missingPosting(posting))
  findings.push(
    ...importedPostingFindings(
      { gifts: imported, times: importedTimes },
      { imported: importedPostings, takenBack },
    ),
  )
  const balance: BalancePostings = {
    settled,
    concernsEarlier,
    opened,
    concernsOthers,
    oursAfterAll,
    arrived,
    arrivalUndone,
  }
  return { findings, balance, posted }
}

function isMove({ effect }: PostingRow): boolean {
  return effect === 'donation_redated_from' || effect === 'donation_redated_to'
}

/** Checks the receipts of each donation and the numbers of each year. */
export async function checkReceipts(
  tx: Queryable,
  { donations, successTimes }: Expectation,
  { paymentOf, payments, dayOf }: StoredDonations,
  zones: Zones,
) {
  const findings: Finding[] = []
  const profiles = await profilesInForce(tx)
  const withoutReceipt = new Set(payments)
  let receipts = 0
  for await (const page of store.pagesOf((after: string | null) => store.receiptChains(tx, after)))
    for (const { donationId, receipts: chain } of page) {
      receipts += chain.length
      const payment = paymentOf.get(donationId)
      const donation = payment && donations.get(payment)
      if (payment) withoutReceipt.delete(payment)
      if (donation)
        findings.push(
          ...receiptFindings(donation, successTimes(donation), chain, {
            zones,
            profiles,
            day: dayOf.get(donation.paymentIntentId) ?? donation.succeededOn,
          }),
        )
      // A stored donation that nothing proves is reported itself; its receipts belong to it.
      // Nor does this service issue one for an imported gift.
      else if (!payment || isImported(payment)) findings.push(...chain.map(unexpectedReceipt))
    }
  for (const donation of donations.values())
    if (withoutReceipt.has(donation.paymentIntentId)) findings.push(missingReceipt(donation))
  findings.push(...(await store.yearsOfReceipts(tx)).flatMap(numberFindings))
  return { findings, receipts }
}
