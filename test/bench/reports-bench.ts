import type pg from 'pg'
import { parseSearch } from '../../src/reports/donation-search.ts'
import { listDonations, listTotals } from '../../src/reports/donation-list-store.ts'
import { listDonorsAbove } from '../../src/reports/donors-above-store.ts'
import { donorsQuery } from '../../src/reports/donors-above.ts'
import { listDisputes } from '../../src/reports/dispute-list-store.ts'
import type { FiguresQuery } from '../../src/reports/totals/figures.ts'
import { figures, totals, totalsPage } from '../../src/reports/totals/read-figures.ts'
import { readOverview } from '../../src/reports/read-overview.ts'
import { overviewPeriod, overviewQuery } from '../../src/reports/report-period.ts'
import { totalsQuery } from '../../src/reports/totals.ts'
import type { Database } from '../../src/db/database.ts'
import { currencyNamed } from '../kit/named.ts'
import { median, table } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { LAST_DAY, makeGifts } from './reports-database.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * How long finance's reports take on a million gifts and more. The gifts are made set by set in a temporary database and
 * folded as the worker folds them. Each question is asked in turn with a reference, one gift by its key, so that a busy
 * machine slows down both: the ratio is what to read.
 */

const GOAL_MS = 50

type Question = { readonly name: string; readonly ask: (database: Database) => Promise<unknown> }

const MONTH = { from: '2026-03-01', to: LAST_DAY }
const YEAR = { from: '2025-01-01', to: '2025-12-31' }
const THREE_YEARS = { from: '2023-04-01', to: LAST_DAY }
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

export const QUESTIONS: readonly Question[] = [
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
  {
    name: 'donations of a month long ago',
    ask: ({ knex }) => listDonations(knex, { from: '2023-05-01', to: '2023-05-31', limit: 50 }),
  },
  listed('abbott'),
  listed('ann abbott'),
  listed('reader12345@'),
  listed('gift 100'),
  listed('zzzqq'),
  { name: 'sums of a search', ask: ({ knex }) => listTotals(knex, { q: parseSearch('ann abbott') }) },
  { name: 'disputes', ask: ({ pool }) => listDisputes(pool, { limit: 50 }) },
]

const reference = ({ pool }: Database) =>
  pool.query({
    name: 'bench-reference',
    text: 'select * from donations where id = $1',
    values: ['00000000-0000-7000-8000-000000000100'],
  })

export async function benchReports(
  { gifts, asks }: Pick<BenchOptions, 'gifts' | 'asks'>,
  say: (text: string) => void,
): Promise<void> {
  for (const count of gifts) {
    const server = await temporaryServer({ max_wal_size: '8GB' })
    let database: Database | null = null
    try {
      say(`\nReports on ${count.toLocaleString('en')} gifts; the goal is ${GOAL_MS} ms at p95\n\n`)
      ;({ database } = await makeGifts(server.urlOf('postgres'), count, say))
      const rows = [['report', 'least ms', 'p50 ms', 'p95 ms', 'times the reference', '']]
      for (const question of QUESTIONS) rows.push(await measured(question, database, asks))
      say(`\n${table(rows)}`)
    } finally {
      await database?.close()
      await server.stop()
    }
  }
}

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
