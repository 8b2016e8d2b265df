import type { Queryable } from '../db/database.ts'
import type { PaymentIntentId } from '../ids.ts'
import { profilesInForce } from '../newsroom/profile-store.ts'
import type { Finding } from './finding.ts'
import { dayTotalDifferences, dayTotals } from './day-total-check.ts'
import * as donationCheck from './donation-check.ts'
import * as tables from './donation-reading-store.ts'
import { postingKey, type Expectation } from './expectation.ts'
import {
  missingPosting,
  postingDifferences,
  trialBalance,
  unexpectedPosting,
  type FoundPosting,
  type LedgerCheckDeps,
} from './ledger-check.ts'
import * as ledger from './ledger-reading-store.ts'
import { disputeDifferences, presenceDifferences, refundDifferences } from './reversal-check.ts'
import type { Zones } from './newsroom-day.ts'
import { pagesOf } from './pages.ts'
import { missingReceipt, numberDifferences, receiptDifferences, unexpectedReceipt } from './receipt-check.ts'
import { receiptChains, yearsOfReceipts } from './receipt-chain-store.ts'

/** The gifts that the tables have, either way round. */
export type KeptGifts = {
  readonly paymentOf: Map<string, PaymentIntentId>
  readonly kept: Set<string>
}

/** Donations and the sums of each day. */
export async function checkDonations(
  tx: Queryable,
  { donations, proofs }: Expectation,
  zones: Zones,
): Promise<{ differences: Finding[]; gifts: KeptGifts }> {
  const differences: Finding[] = []
  const paymentOf = new Map<string, PaymentIntentId>()
  const days = new Map<string, string>()
  for await (const page of pagesOf((after: string | null) => tables.donationRows(tx, after)))
    for (const row of page) {
      paymentOf.set(row.id, row.paymentIntentId)
      const expected = donations.get(row.paymentIntentId)
      if (!expected) {
        differences.push(donationCheck.unexpectedDonation(row))
        continue
      }
      const told = proofs(expected)
      differences.push(...donationCheck.donationDifferences(expected, row, told, zones))
      days.set(row.paymentIntentId, donationCheck.countedDay(expected, row.succeededOn, told, zones))
    }
  const kept = new Set<string>(paymentOf.values())
  for (const donation of donations.values())
    if (!kept.has(donation.paymentIntentId)) differences.push(donationCheck.missingDonation(donation))
  const gifts = [...donations.values()].map(({ paymentIntentId, succeededOn, gross, attribution }) => ({
    day: days.get(paymentIntentId) ?? succeededOn,
    currency: gross.currency,
    frequency: attribution.frequency,
    grossMinor: gross.minor,
  }))
  differences.push(...dayTotalDifferences(dayTotals(gifts), await tables.dayTotalRows(tx)))
  return { differences, gifts: { paymentOf, kept } }
}

/** Refunds, disputes, warnings and recurring gifts. */
export async function checkReversals(tx: Queryable, expected: Expectation): Promise<Finding[]> {
  return [
    ...refundDifferences(expected.refunds, await tables.refundRows(tx)),
    ...disputeDifferences(expected.disputes, await tables.disputeRows(tx)),
    ...presenceDifferences('fraud_warning', expected.warnings, await tables.warningIds(tx)),
    ...presenceDifferences('subscription', expected.subscriptions, await tables.subscriptionIds(tx)),
  ]
}

/** What readers' events booked; what Stripe's own books booked is handed on. */
export async function checkLedger(tx: Queryable, expected: Expectation, deps: LedgerCheckDeps) {
  const differences = trialBalance(await ledger.trialSums(tx))
  const settled = new Map<string, FoundPosting>()
  const missing = new Map(expected.postings)
  let posted = 0
  for await (const page of pagesOf((after: string | null) => ledger.postingRows(tx, after)))
    for (const row of page) {
      posted += 1
      if (row.effect === 'settled') {
        settled.set(row.source, row)
        continue
      }
      const posting = missing.get(postingKey(row))
      missing.delete(postingKey(row))
      if (posting) differences.push(...postingDifferences(posting, row, deps))
      else differences.push(unexpectedPosting(row))
    }
  for (const posting of missing.values()) differences.push(missingPosting(posting))
  return { differences, settled, posted }
}

/** Each gift's receipts, and the numbers of each year. */
export async function checkReceipts(
  tx: Queryable,
  { donations, proofs }: Expectation,
  { paymentOf, kept }: KeptGifts,
  zones: Zones,
) {
  const differences: Finding[] = []
  const profiles = await profilesInForce(tx)
  const without = new Set(kept)
  let receipts = 0
  for await (const page of pagesOf((after: string | null) => receiptChains(tx, after)))
    for (const { donationId, receipts: chain } of page) {
      receipts += chain.length
      const payment = paymentOf.get(donationId)
      const gift = payment && donations.get(payment)
      if (payment) without.delete(payment)
      if (gift) differences.push(...receiptDifferences(gift, proofs(gift), chain, { zones, profiles }))
      // A gift that nothing proves is reported as such; its receipts belong to it.
      else if (!payment) differences.push(...chain.map(unexpectedReceipt))
    }
  for (const donation of donations.values())
    if (without.has(donation.paymentIntentId)) differences.push(missingReceipt(donation))
  differences.push(...(await yearsOfReceipts(tx)).flatMap(numberDifferences))
  return { differences, receipts }
}
