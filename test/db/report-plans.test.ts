import pg from 'pg'
import { expect, vi } from 'vitest'
import { listActs } from '../../src/access/audit/audit-trail-store.ts'
import { listDeposits } from '../../src/bank/deposit-list-store.ts'
import { depositsQuery } from '../../src/bank/deposit-list.ts'
import { inTransaction, type Database } from '../../src/db/database.ts'
import { donorYears } from '../../src/donors/donor-store.ts'
import { openItems, openItemSums } from '../../src/ledger/kept-tables-store.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { ownFees } from '../../src/reports/books/books-store.ts'
import { failedDebitFees } from '../../src/reports/books/failed-debits-store.ts'
import { listDisputes } from '../../src/reports/dispute-list-store.ts'
import { closingProgress } from '../../src/reconciliation/months/month-close-store.ts'
import { overReversedGifts } from '../../src/reconciliation/reconciliation-store.ts'
import { donationHistory } from '../../src/reports/donation-timeline/donation-history-store.ts'
import { listDonations } from '../../src/reports/donation-list/donation-list-store.ts'
import type { DonationRow } from '../../src/reports/donation-record.ts'
import { parseSearch } from '../../src/reports/donation-list/donation-search.ts'
import { proofOfRegister } from '../../src/reports/receipt-register-store.ts'
import { countDonors } from '../../src/reports/totals/donor-count-store.ts'
import { readUnsettled } from '../../src/reports/totals/figures-store.ts'
import { readRates } from '../../src/reports/totals/rates-store.ts'
import {
  countFailing,
  endedAgreements,
  failingAgreements,
  runningAgreements,
  startedAgreements,
} from '../../src/subscriptions/agreement-store.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { currencyNamed } from '../kit/named.ts'

/*
 * That an index serves the statement for which it was made. With a few rows Postgres would read the table, so that is
 * forbidden here: a plan then reads a whole table only where no index can serve. Where another index of the table would do
 * for an empty one, nothing can be shown this way. How fast it is shows `npm run bench -- reports`.
 */

const DAYS = { from: '2026-03-01', to: '2026-03-31' }
const ID = '00000000-0000-7000-8000-000000000100'
// What the history reads of it.
const GIFT = { id: ID, payment_intent_id: 'pi_1', stripe_session_id: 'cs_1' } as DonationRow
const usd = currencyNamed('usd')
const listed = ({ knex }: Database, query: Partial<Parameters<typeof listDonations>[1]>) =>
  listDonations(knex, { limit: 50, ...query })
const acts = ({ pool }: Database, query: Partial<Parameters<typeof listActs>[1]>) =>
  listActs(pool, { limit: 50, ...query }, 'UTC')

/** Before the ledger is folded, open items are read from it alone. */
async function foldAll(pool: pg.Pool): Promise<void> {
  while (await inTransaction(pool, (tx) => foldLedger(tx, new Date())));
}

const READERS: Readonly<Record<string, (place: Database) => Promise<unknown>>> = {
  audit_trail_by_time: (place) => acts(place, {}),
  audit_trail_by_act: (place) => acts(place, { act: 'month_closed' }),
  audit_trail_by_subject: (place) => acts(place, { subject: 'month/2026-03' }),
  audit_trail_by_actor: (place) => acts(place, { actor: 'ann@news.example' }),
  balance_transactions_by_payment: ({ knex }) => donationHistory(knex, GIFT),
  balance_transactions_of_own_fees: ({ pool }) => ownFees(pool, DAYS),
  balance_transactions_of_returned_debits: ({ pool }) => failedDebitFees(pool, DAYS),
  disputes_latest: ({ pool }) => listDisputes(pool, { limit: 50 }),
  donations_by_amount: (place) => listed(place, { sort: 'amount' }),
  donations_by_article: (place) => listed(place, { story: 'https://news.example/1' }),
  donations_by_donor_email: ({ pool }) => donorYears(pool, ID),
  donations_by_donor_name: (place) => listed(place, { sort: 'donor', order: 'asc' }),
  donations_reversed_too_much: ({ pool }) =>
    overReversedGifts(pool, { ...DAYS, asOf: new Date(), isNow: true }),
  donations_by_status: (place) => listed(place, { status: 'refunded' }),
  donations_by_story: (place) => listed(place, { sort: 'story', order: 'asc' }),
  donations_latest: (place) => listed(place, DAYS),
  ledger_open_items_oldest: async ({ pool }) => {
    await foldAll(pool)
    return openItems(pool, 'stripe_clearing', DAYS, { limit: 1_000, besides: [] })
  },
  ledger_open_item_sums_one_sum: async ({ pool }) => {
    await foldAll(pool)
    return openItemSums(pool, 'stripe_clearing', DAYS, { limit: 1_000, besides: [] })
  },
  ledger_transactions_booked_late: (place) => listed(place, DAYS),
  ledger_transactions_by_donation: ({ knex }) => donationHistory(knex, GIFT),
  ledger_transactions_not_imported: ({ pool }) => closingProgress(pool),
  payouts_by_arrival: ({ pool }) => listDeposits(pool, depositsQuery.parse({ month: '2026-03' })),
  receipt_counts_pkey: ({ knex }) => proofOfRegister(knex, 2026),
  report_lines_on_another_day: ({ pool }) =>
    countDonors(pool, { ...DAYS, basis: 'given' }, { kept: true, days: DAYS }),
  report_search_stories_by_part: (place) => listed(place, { q: parseSearch('old bridge') }),
  report_search_texts_by_period: (place) => listed(place, { q: parseSearch('ann abbott') }),
  report_totals_exchanged: ({ pool }) => readRates(pool, usd, DAYS.to),
  report_totals_unsettled: ({ pool }) => readUnsettled(pool, { ...DAYS, by: 'all', basis: 'booked' }),
  subscriptions_failing: ({ pool }) => failingAgreements(pool, 50),
  subscriptions_without_checkout: ({ pool }) => runningAgreements(pool, DAYS.from, 'UTC'),
}

type Statement = { readonly text: string; readonly values: readonly unknown[] }

/** The statements that the reader runs, of whichever way of calling the driver. */
async function statementsOf(read: () => Promise<unknown>): Promise<Statement[]> {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await read()
    return spy.mock.calls.map(([query, values]: readonly unknown[]) => statementOf(query, values))
  } finally {
    spy.mockRestore()
  }
}

function statementOf(query: unknown, given: unknown): Statement {
  if (typeof query === 'string') return { text: query, values: Array.isArray(given) ? given : [] }
  const { text, values } = query as { text: string; values?: unknown[] } // The driver's other form.
  return { text, values: values ?? (Array.isArray(given) ? given : []) }
}

/** The plans of the statements that the reader runs, where whole tables are read only if no index can serve. */
async function plansOf(database: Database, read: () => Promise<unknown>): Promise<string[]> {
  const statements = await statementsOf(read)
  const client = await database.pool.connect()
  try {
    await client.query('begin; set local enable_seqscan = off')
    const plans: string[] = []
    for (const { text, values } of statements.filter((one) => /^\s*(?:select|with)/i.test(one.text))) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`, [
        ...values,
      ])
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
    }
    return plans
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test.for(Object.entries(READERS))('%s is used', async ([index, read], { db: { database } }) => {
  const plans = await plansOf(database, () => read(database))
  expect(plans.join('\n\n')).toMatch(new RegExp(`\\b${index}\\b`))
})

/** Where sums are kept, no statement reads every row that they sum: each of these reads such rows through this index alone. */
const ONLY_THROUGH: Readonly<
  Record<string, { readonly table: string; readonly read: (place: Database) => Promise<unknown> }>
> = {
  subscriptions_without_checkout: {
    table: 'subscriptions',
    read: ({ pool }) =>
      Promise.all([
        runningAgreements(pool, DAYS.from, 'UTC'),
        startedAgreements(pool, DAYS.from, 'UTC'),
        endedAgreements(pool, DAYS.from, 'UTC'),
        countFailing(pool),
      ]),
  },
}

test.for(Object.entries(ONLY_THROUGH))(
  'nothing but %s is read of a table whose sums are kept',
  async ([index, { table, read }], { db: { database } }) => {
    const plans = await plansOf(database, () => read(database))
    const scans = plans.flatMap((plan) => plan.split('\n').filter((line) => line.includes(` on ${table} `)))
    expect(scans.length).toBeGreaterThan(0)
    expect(scans.filter((line) => !line.includes(index))).toEqual([])
  },
)
