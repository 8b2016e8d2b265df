import type pg from 'pg'
import { listDeposits } from '../../src/bank/deposit-list-store.ts'
import { depositsQuery } from '../../src/bank/deposit-list.ts'
import { neighbour } from '../../src/calendar/month.ts'
import { monthsInList } from '../../src/reconciliation/months/month-list-store.ts'
import { accountBalances, readAccounts, readIncome } from '../../src/reports/books/books-store.ts'
import { readRecurring } from '../../src/reports/read-recurring.ts'
import { readYear } from '../../src/reports/read-year.ts'
import {
  auditPage,
  bankPage,
  donorPage,
  giftPage,
  monthPage,
  registerOfReceipts,
  TIMEZONE,
} from './report-pages.ts'
import { parseSearch } from '../../src/reports/donation-list/donation-search.ts'
import { listDonations, listTotals } from '../../src/reports/donation-list/donation-list-store.ts'
import { listDonorsAbove } from '../../src/reports/donors-above-store.ts'
import { donorsQuery } from '../../src/reports/donors-above.ts'
import { listDisputes } from '../../src/reports/dispute-list-store.ts'
import type { FiguresQuery } from '../../src/reports/totals/figures.ts'
import { figures, totals, totalsPage } from '../../src/reports/totals/read-figures.ts'
import { foldPosted } from '../../src/reports/totals/fold-store.ts'
import { readOverview } from '../../src/reports/read-overview.ts'
import { overviewPeriod, overviewQuery } from '../../src/reports/report-period.ts'
import { totalsQuery } from '../../src/reports/totals.ts'
import type { Database } from '../../src/db/database.ts'
import { monthNamed, currencyNamed } from '../kit/named.ts'
import { median, table } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { cpuSecondsOfServer } from './process-cpu.ts'
import { giveMore, LAST_DAY, makeGifts } from './reports-database.ts'
import { keptServer, temporaryServer, type TemporaryServer } from './temporary-server.ts'

/*
 * How long finance's reports take on a million gifts and more. The gifts are made set by set in a temporary database and
 * folded as the worker folds them. Each question is asked in turn with a reference, one gift by its key, so that a busy
 * machine slows down both: the ratio is what to read.
 */

const GOAL_MS = 50

const NOW = new Date(`${LAST_DAY}T23:00:00Z`)
const MARCH = monthNamed('2026-03')
const GIFT = '00000000-0000-7000-8000-000000000100'
const MONTHS = Array.from({ length: 12 }, (_, index) => neighbour(MARCH, -index))

type Question = { readonly name: string; readonly ask: (database: Database) => Promise<unknown> }

const MONTH = { from: '2026-03-01', to: LAST_DAY }
const YEAR = { from: '2025-01-01', to: '2025-12-31' }
const THREE_YEARS = { from: '2023-04-01', to: LAST_DAY }
const TWO_YEARS = { from: '2023-05-01', to: '2025-04-30' }
const ELEVEN_MONTHS = { from: '2025-02-01', to: '2025-12-31' }
const FISCAL_YEAR = { from: '2024-07-01', to: '2025-06-30' }
const usd = currencyNamed('usd')
const asked = (pool: pg.Pool, query: Partial<FiguresQuery>) =>
  figures(pool, { ...MONTH, by: 'all', basis: 'booked', reportingCurrency: usd, ...query })
const overview = (pool: pg.Pool, from: string, to: string) =>
  readOverview(pool, overviewPeriod(overviewQuery.parse({ from, to }), LAST_DAY, 1), usd)
const donorsAbove = ({ knex, pool }: Database, days: { readonly from: string; readonly to: string }) =>
  listDonorsAbove({ db: knex, pool }, donorsQuery.parse({ ...days, currency: 'usd', above: '25000' }), 200)
const listed = (q: string): Question => ({
  name: `search: ${q}`,
  ask: ({ knex }) => listDonations(knex, { q: parseSearch(q), limit: 50 }),
})

const QUESTIONS: readonly Question[] = [
  { name: 'totals by day of a month', ask: ({ pool }) => totals(pool, { ...MONTH, by: 'day' }) },
  { name: 'totals by month of a year', ask: ({ pool }) => totals(pool, { ...YEAR, by: 'month' }) },
  {
    name: 'totals by month of three years',
    ask: ({ pool }) => totals(pool, { ...THREE_YEARS, by: 'month' }),
  },
  {
    name: 'API: first 500 stories of a month',
    ask: ({ pool }) => totalsPage(pool, totalsQuery.parse({ ...MONTH, by: 'article' }), usd),
  },
  {
    name: 'API: first 500 stories of three years',
    ask: ({ pool }) => totalsPage(pool, totalsQuery.parse({ ...THREE_YEARS, by: 'article' }), usd),
  },
  {
    name: 'API: first 500 stories of two years from May',
    ask: ({ pool }) => totalsPage(pool, totalsQuery.parse({ ...TWO_YEARS, by: 'article' }), usd),
  },
  { name: 'a month with its donors', ask: ({ pool }) => asked(pool, {}) },
  { name: 'a month by the day given', ask: ({ pool }) => asked(pool, { by: 'day', basis: 'given' }) },
  {
    name: 'ten days with their donors',
    ask: ({ pool }) => asked(pool, { from: '2026-03-11', to: '2026-03-20' }),
  },
  {
    name: 'ten stories of a month by net',
    ask: ({ pool }) => asked(pool, { by: 'article', order: 'net', limit: 10 }),
  },
  {
    name: 'ten stories of a year by net',
    ask: ({ pool }) => asked(pool, { ...YEAR, by: 'article', order: 'net', limit: 10 }),
  },
  {
    name: 'ten stories of eleven months by net',
    ask: ({ pool }) => asked(pool, { ...ELEVEN_MONTHS, by: 'article', order: 'net', limit: 10 }),
  },
  { name: 'eleven months with their donors', ask: ({ pool }) => asked(pool, ELEVEN_MONTHS) },
  { name: 'donors of a year by amount', ask: (database) => donorsAbove(database, YEAR) },
  { name: 'donors of a fiscal year by amount', ask: (database) => donorsAbove(database, FISCAL_YEAR) },
  { name: 'overview of 30 days', ask: ({ pool }) => overview(pool, '2026-02-26', '2026-03-27') },
  {
    name: 'overview of eleven months',
    ask: ({ pool }) => overview(pool, ELEVEN_MONTHS.from, ELEVEN_MONTHS.to),
  },
  {
    name: 'a month sorted by donor',
    ask: ({ knex }) => listDonations(knex, { ...MONTH, limit: 50, sort: 'donor', order: 'asc' }),
  },
  { name: 'campaigns of a year', ask: ({ pool }) => asked(pool, { ...YEAR, by: 'campaign', order: 'net' }) },
  { name: 'donations of a month', ask: ({ knex }) => listDonations(knex, { ...MONTH, limit: 50 }) },
  { name: 'sums beside the list of a month', ask: ({ knex }) => listTotals(knex, MONTH) },
  {
    name: 'donations of a month long ago',
    ask: ({ knex }) => listDonations(knex, { from: '2023-05-01', to: '2023-05-31', limit: 50 }),
  },
  listed('abbott'),
  listed('ann abbott'),
  listed('reader12345@'),
  listed('gift 100'),
  listed('zzzqq'),
  listed('eva becker 20'),
  listed('bridge 1119'),
  {
    name: 'search in a month: ann abbott',
    ask: ({ knex }) => listDonations(knex, { ...MONTH, q: parseSearch('ann abbott'), limit: 50 }),
  },
  {
    name: 'search by amount: ann abbott',
    ask: ({ knex }) => listDonations(knex, { q: parseSearch('ann abbott'), limit: 50, sort: 'amount' }),
  },
  {
    name: 'search by donor: eva becker',
    ask: ({ knex }) =>
      listDonations(knex, { q: parseSearch('eva becker'), limit: 50, sort: 'donor', order: 'asc' }),
  },
  {
    name: 'search by story: ann abbott',
    ask: ({ knex }) =>
      listDonations(knex, { q: parseSearch('ann abbott'), limit: 50, sort: 'story', order: 'asc' }),
  },
  { name: 'sums of a search', ask: ({ knex }) => listTotals(knex, { q: parseSearch('ann abbott') }) },
  { name: 'disputes', ask: ({ pool }) => listDisputes(pool, { limit: 50 }) },
  {
    name: 'trial balance',
    ask: ({ pool }) => accountBalances(pool, { to: '2026-03-17', asOf: undefined }),
  },
  { name: 'account sheet of a month', ask: ({ pool }) => readAccounts(pool, MONTH, TIMEZONE) },
  { name: 'account sheet of eleven months', ask: ({ pool }) => readAccounts(pool, ELEVEN_MONTHS, TIMEZONE) },
  { name: 'income statement of a year', ask: ({ pool }) => readIncome(pool, YEAR) },
  {
    name: 'recurring gifts',
    ask: ({ pool }) => readRecurring(pool, { today: LAST_DAY, timezone: TIMEZONE, reportingCurrency: usd }),
  },
  {
    name: 'a year for the accountant',
    ask: ({ pool }) => readYear(pool, 2025, { reportingCurrency: usd, fiscalYearStarts: 7 }),
  },
  { name: 'list of twelve months', ask: ({ pool }) => monthsInList(pool, MONTHS, NOW) },
  { name: 'page of a month', ask: ({ pool }) => monthPage(pool, MARCH, NOW) },
  { name: 'deposits', ask: ({ pool }) => listDeposits(pool, depositsQuery.parse({})) },
  { name: 'register of receipts', ask: ({ knex }) => registerOfReceipts(knex, 2025) },
  { name: 'audit trail', ask: ({ pool }) => auditPage(pool, {}) },
  {
    name: 'audit trail of a person',
    ask: ({ pool }) => auditPage(pool, { actor: 'finance3@courier.example' }),
  },
  { name: 'one donor', ask: (database) => donorPage(database, GIFT) },
  { name: 'one gift', ask: (database) => giftPage(database, GIFT) },
  { name: 'bank statements', ask: ({ pool }) => bankPage(pool) },
]

const reference = ({ pool }: Database) =>
  pool.query({
    name: 'bench-reference',
    text: 'select * from donations where id = $1',
    values: [GIFT],
  })

export async function benchReports(
  {
    gifts,
    asks,
    keep,
    only,
    foldedGifts,
    openItems,
  }: Pick<BenchOptions, 'gifts' | 'asks' | 'keep' | 'only' | 'foldedGifts' | 'openItems'>,
  say: (text: string) => void,
): Promise<void> {
  for (const count of gifts) {
    const settings = { max_wal_size: '8GB' }
    const server = await (keep === null ? temporaryServer(settings) : keptServer(keep, settings))
    let database: Database | null = null
    try {
      say(`\nReports on ${count.toLocaleString('en')} gifts; the goal is ${GOAL_MS} ms at p95\n\n`)
      ;({ database } = await makeGifts(server.urlOf(await databaseFor(server, count)), count, say))
      const rows = [['report', 'least ms', 'p50 ms', 'p95 ms', 'times the reference', '']]
      const isAsked = (name: string) => only === null || name.includes(only)
      for (const question of QUESTIONS)
        if (isAsked(question.name)) rows.push(await measured(question, database, asks))
      if (isAsked(withOpenItems(openItems))) rows.push(await readOpenItems(database, openItems, asks))
      say(`\n${table(rows)}`)
      if (only === null) await foldMore(database, server, { count, more: foldedGifts }, say)
    } finally {
      await database?.close()
      await server.stop()
    }
  }
}

const withOpenItems = (items: number) => `page of a month with ${items.toLocaleString('en')} open items`

/** A month in which many payments have not come to Stripe's balance, read as everything else. It is undone afterwards. */
async function readOpenItems(database: Database, items: number, asks: number): Promise<string[]> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await client.query(
      `insert into ledger_open_items (ledger_account, object, currency, events_minor, written_off_minor, first_on, last_event_at, types)
       select 'stripe_clearing', 'pi_' || md5('open' || n), 'usd', 500, 0, date '${LAST_DAY}' - n % 31, timestamptz '${LAST_DAY}' - n % 31 * interval '1 day', '{}'
       from generate_series(1, $1::int) n`,
      [items],
    )
    await client.query('analyze ledger_open_items')
    return await measured(
      { name: withOpenItems(items), ask: () => monthPage(client, MARCH, NOW) },
      database,
      asks,
    )
  } finally {
    await client.query('rollback')
    client.release()
    await database.pool.query('vacuum analyze ledger_open_items')
  }
}

async function databaseFor(server: TemporaryServer, count: number): Promise<string> {
  const name = `gifts${count}`
  const [known] = await server.run(`select 1 from pg_database where datname = '${name}'`)
  if (!known) await server.run(`create database ${name}`)
  return name
}

/** What the fold costs for each further gift, a few at a time, as the worker takes them. It is undone afterwards. */
async function foldMore(
  { pool }: Database,
  server: TemporaryServer,
  { count, more }: { readonly count: number; readonly more: number },
  say: (text: string) => void,
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await giveMore(client, count, more)
    const [startedAt, usedBefore] = [performance.now(), cpuSecondsOfServer(server.postmasterPid)]
    while ((await foldPosted(client, POSTINGS_AT_ONCE)) === POSTINGS_AT_ONCE);
    const [ms, cpuMs] = [
      performance.now() - startedAt,
      (cpuSecondsOfServer(server.postmasterPid) - usedBefore) * 1000,
    ]
    say(
      `\n  ${more.toLocaleString('en')} further gifts were folded in ${(ms / more).toFixed(2)} ms each, ${(cpuMs / more).toFixed(2)} ms of PostgreSQL's processor time\n`,
    )
  } finally {
    await client.query('rollback')
    client.release()
  }
}
/** Two for each gift: the payment and its settlement. */
const POSTINGS_AT_ONCE = 100

async function measured({ name, ask }: Question, database: Database, asks: number): Promise<string[]> {
  const own: number[] = []
  const others: number[] = []
  // The first answers warm the caches up and do not count.
  for (let turn = -2; turn < asks; turn += 1) {
    const [mine, other] = [await took(() => ask(database)), await took(() => reference(database))]
    if (turn < 0) continue
    own.push(mine)
    others.push(other)
  }
  const p95 = own.toSorted((a, b) => a - b)[Math.ceil(own.length * 0.95) - 1] ?? Number.NaN
  const ratio = median(own) / median(others)
  return [
    name,
    Math.min(...own).toFixed(1),
    median(own).toFixed(1),
    p95.toFixed(1),
    ratio.toFixed(0),
    p95 > GOAL_MS ? 'above the goal' : '',
  ]
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
