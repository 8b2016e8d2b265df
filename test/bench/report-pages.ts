import type { Knex } from 'knex'
import type pg from 'pg'
import type { AuditTrailQuery } from '../../src/access/audit/audit-trail-record.ts'
import { actorNames, listActs } from '../../src/access/audit/audit-trail-store.ts'
import { auditHead } from '../../src/access/audit/audit-verification-store.ts'
import { linesThatMayMatch, listStatements, openDeposits, unmatchedLines } from '../../src/bank/bank-store.ts'
import { depositsAtTheBank, listDeposits } from '../../src/bank/deposit-list-store.ts'
import { depositsQuery } from '../../src/bank/deposit-list.ts'
import { daysOf, type Month } from '../../src/calendar/month.ts'
import type { Database, Queryable } from '../../src/db/database.ts'
import { notesOf, notesOfDonor } from '../../src/donations/note-store.ts'
import { donorAgreements, donorMails, donorOf, donorYears } from '../../src/donors/donor-store.ts'
import { examineMonth } from '../../src/reconciliation/months/close-month.ts'
import { itemFacts } from '../../src/reconciliation/items/item-facts-store.ts'
import { priorPeriodAdjustments } from '../../src/reconciliation/months/prior-period-adjustment-store.ts'
import { signOffReview } from '../../src/reconciliation/explanations/sign-off-review-store.ts'
import { outstandingRefundsMinor } from '../../src/refunds/refund-request-store.ts'
import { readAccounts } from '../../src/reports/books/books-store.ts'
import { donationHistory } from '../../src/reports/donation-timeline/donation-history-store.ts'
import { listDonations } from '../../src/reports/donation-list/donation-list-store.ts'
import { donationById } from '../../src/reports/donation-list/donation-page-store.ts'
import { timelineFacts } from '../../src/reports/donation-timeline/donation-timeline-store.ts'
import { proofOfRegister, registerPage } from '../../src/reports/receipt-register-store.ts'
import { payoutsOfPayment } from '../../src/settlement/payouts/payout-store.ts'

/* What finance's pages read, one after the other or together as the pages do. */

export const TIMEZONE = 'America/New_York'

/** The page of a month, with the facts of the items that it names. */
export async function monthPage(db: Queryable, month: Month, now: Date): Promise<unknown> {
  const days = daysOf(month)
  const books = await readAccounts(db, days, TIMEZONE)
  const { reconciliation } = await examineMonth(db, month, { timezone: TIMEZONE, now })
  const adjustments = await priorPeriodAdjustments(db, days, 100)
  const named = reconciliation.differences.slice(0, 50).map(({ object }) => object)
  const facts = await itemFacts(db, named, TIMEZONE)
  return [books, adjustments, facts, await depositsAtTheBank(db, days), await signOffReview(db, month)]
}

export function registerOfReceipts(db: Knex, year: number): Promise<unknown> {
  return Promise.all([proofOfRegister(db, year), registerPage(db, { year, from: 1_001, limit: 100 })])
}

export function auditPage(pool: pg.Pool, filters: Partial<AuditTrailQuery>): Promise<unknown> {
  return Promise.all([listActs(pool, { ...filters, limit: 50 }, TIMEZONE), actorNames(pool), auditHead(pool)])
}

export async function donorPage({ pool, knex }: Database, id: string): Promise<unknown> {
  return [
    await donorOf(pool, id),
    await Promise.all([
      donorYears(pool, id),
      donorAgreements(pool, id),
      donorMails(pool, id),
      notesOfDonor(pool, id, 20),
      listDonations(knex, { donor: id, limit: 50 }),
    ]),
  ]
}

/** @throws Error for an unknown id */
export async function giftPage({ pool, knex }: Database, id: string): Promise<unknown> {
  const row = await donationById(knex, id)
  if (!row) throw new Error(`There is no gift ${id}`)
  return Promise.all([
    donationHistory(knex, row),
    payoutsOfPayment(pool, row.payment_intent_id),
    outstandingRefundsMinor(pool, row.id),
    timelineFacts(pool, row),
    notesOf(pool, row.id),
  ])
}

export function bankPage(pool: pg.Pool): Promise<unknown> {
  return Promise.all([
    listStatements(pool, 60),
    unmatchedLines(pool, 50),
    openDeposits(pool),
    linesThatMayMatch(pool),
    listDeposits(pool, depositsQuery.parse({ bank: 'missing' })),
  ])
}
