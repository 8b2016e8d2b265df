import type pg from 'pg'
import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { bases, groupings } from '../../src/reports/totals/grouping.ts'
import type { FiguresCursor, FiguresQuery } from '../../src/reports/totals/figures.ts'
import { countDonors } from '../../src/reports/totals/donor-count-store.ts'
import { keptDays, readGroups } from '../../src/reports/totals/figures-store.ts'
import type { Source } from '../../src/reports/totals/groups-sql.ts'
import { figures } from '../../src/reports/totals/read-figures.ts'
import { keptFiscalYears } from '../../src/reports/totals/fiscal-years-store.ts'
import { fillFromLedger } from '../../src/reports/totals/fill-store.ts'
import { foldPosted, foldState, refold, waitBriefly } from '../../src/reports/totals/fold-store.ts'
import { foldRound, keptSumsAreCurrent } from '../../src/reports/totals/fold-worker.ts'
import { giveDonation, keepEvent, postRefund } from '../kit/factories.ts'
import { inOrder, inReverse, twoRichMonths, verificationTest as test } from '../verification/kit.ts'

/** The kept sums are those of the ledger, whenever and in however many steps it was folded. */

const RANGES = [
  ['2026-11-01', '2026-11-30'],
  ['2026-12-01', '2026-12-31'],
  ['2026-11-28', '2026-12-09'],
  ['2025-07-01', '2027-06-30'],
  ['2026-12-24', '2026-12-24'],
  // Read as a month without a day, days at either end, and a year without a month.
  ['2026-11-02', '2026-12-30'],
  ['2026-11-20', '2026-12-10'],
  ['2026-01-01', '2026-11-30'],
  ['2026-12-02', '2030-01-01'],
] as const

const ONLY = [
  { dimension: 'frequency', keys: ['monthly'] },
  { dimension: 'campaign', keys: ['winter', 'none'] },
] as const

/** Every sum of every range, kept and added up from the ledger, without what is null in closed months; and its donors. */
async function sumsOf(pool: pg.Pool, read: 'kept' | 'ledger') {
  const source: Source =
    read === 'kept' ? { kept: true, days: await keptDays(pool) } : { kept: false, asOf: null }
  const queries = RANGES.flatMap(([from, to]) =>
    bases.flatMap((basis) =>
      ([...groupings, 'all'] as const).map((by): FiguresQuery => ({
        from,
        to,
        by,
        basis,
        reportingCurrency: 'usd' as FiguresQuery['reportingCurrency'], // the table has it
      })),
    ),
  )
  const ofKeys = queries.flatMap((query): FiguresQuery[] =>
    ONLY.filter(({ dimension }) => ['all', 'month', 'day', dimension].includes(query.by)).map((only) => ({
      ...query,
      only,
    })),
  )
  const sums: Record<string, unknown> = {}
  for (const query of [...queries, ...ofKeys]) {
    const rows = await readGroups(pool, query, source)
    const name = `${query.from} ${query.to} ${query.by} ${query.basis} ${query.only?.dimension ?? ''}`
    sums[name] = rows.map((row) => ({ ...row, unsettled: null }))
  }
  for (const query of queries.filter(({ by }) => by === 'all'))
    sums[`donors ${query.from} ${query.to} ${query.basis}`] = await countDonors(pool, query, source)
  return sums
}

const usd = 'usd' as FiguresQuery['reportingCurrency'] // the table has it

/** The rows of pages of a few keys, one after another, and all rows at once: by value, and by key. */
async function pagesOf(
  pool: pg.Pool,
  query: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
  by: 'article' | 'campaign',
) {
  const pages: unknown[] = []
  const whole: unknown[] = []
  for (const order of ['net', 'gross', 'donations'] as const) {
    const asked = { ...query, by, order, reportingCurrency: usd, countsDonors: false }
    for (let after: FiguresCursor | null | undefined; after !== null;) {
      const page = await figures(pool, { ...asked, limit: 2, after })
      pages.push(...page.rows)
      after = page.next
      if (pages.length > 500) throw new Error('the pages do not end')
    }
    whole.push(...(await figures(pool, asked)).rows)
  }
  const source: Source = { kept: true, days: await keptDays(pool) }
  for (let after: { readonly key: string | null } | null | undefined; after !== null;) {
    const rows = await readGroups(pool, { ...query, by }, source, { limit: 2, after })
    pages.push(...rows)
    const keys = [...new Set(rows.map(({ key }) => key))]
    after = keys.length < 2 ? null : { key: keys.at(-1) ?? null }
  }
  whole.push(...(await readGroups(pool, { ...query, by }, source)))
  return { pages, whole }
}

test('shows the same stories and campaigns page by page as all at once', async ({ pool, db, box }) => {
  const { knex } = db.database
  await twoRichMonths(pool, box, inOrder)
  for (const [articleUrl, campaign, day] of [
    ['https://news.example/a', 'spring', '2027-03-03'],
    ['https://news.example/a', 'summer', '2027-10-04'],
    // Only before the range of some queries: their sums of a year less a month are nothing.
    ['https://news.example/b', 'autumn', '2027-01-05'],
    ['https://news.example/c', 'autumn', '2027-02-05'],
    ['https://news.example/d', null, '2027-10-06'],
    [null, 'spring', '2027-10-07'],
  ] as const)
    for (const currency of ['usd', 'eur'])
      await giveDonation(knex, {
        articleUrl,
        campaignName: campaign,
        currency,
        succeededAt: new Date(`${day}T12:00:00Z`),
      })
  // Its net is below nothing without the month of the gift, so it comes after the stories whose sums are nothing.
  const gift = await giveDonation(knex, {
    articleUrl: 'https://news.example/0',
    campaignName: '0',
    succeededAt: new Date('2027-01-06T12:00:00Z'),
  })
  await postRefund(knex, gift, '2027-05-06')
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  // As if Stripe had settled them.
  await pool.query(`update report_totals set settlement_currency = 'usd', unsettled = 0, cleared_gross_minor = gross_minor,
    settled_gross_minor = gross_minor where currency = 'usd' and starts_on >= '2027-01-01' and settlement_currency is null`)
  for (const [from, to] of [
    ['2026-11-02', '2026-12-30'],
    ['2027-02-01', '2027-12-31'],
    ['2026-12-01', '2027-09-30'],
  ] as const)
    for (const basis of bases)
      for (const by of ['article', 'campaign'] as const) {
        const { pages, whole } = await pagesOf(pool, { from, to, basis }, by)
        expect({ from, to, basis, by, pages }).toEqual({ from, to, basis, by, pages: whole })
      }
})

const fold = (pool: pg.Pool, limit: number) => inTransaction(pool, (tx) => foldPosted(tx, limit))
const fill = (pool: pg.Pool, limit: number) => inTransaction(pool, (tx) => fillFromLedger(tx, limit))

test.for([
  ['in order', inOrder],
  ['in reverse', inReverse],
] as const)(
  'keeps the sums of the ledger when it folds a little at a time while events arrive %s',
  async ([, reception], { pool, box }) => {
    while (await fill(pool, 3));
    const { halfway, atTheEnd } = reception
    await twoRichMonths(pool, box, {
      async halfway(...deps) {
        await halfway(...deps)
        while ((await fold(pool, 5)) === 5);
      },
      atTheEnd,
    })
    while ((await fold(pool, 7)) === 7);
    expect(await foldState(pool)).toEqual({
      isFilled: true,
      isBehind: false,
      fiscalYears: 1,
      hasOldTexts: false,
      isReplica: false,
    })
    const kept = await sumsOf(pool, 'kept')
    expect(kept).toEqual(await sumsOf(pool, 'ledger'))
    expect(
      JSON.stringify(kept, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
    ).toContain('"dispute_fee_minor":"')
  },
)

test('fills the sums of what an earlier release left, also while it goes on posting', async ({
  pool,
  box,
}) => {
  await twoRichMonths(pool, box, {
    async halfway(...deps) {
      await inOrder.halfway(...deps)
      await pool.query('truncate report_queue') // an earlier release posted so far
      expect(await fill(pool, 4)).toBe(true)
    },
    atTheEnd: inOrder.atTheEnd,
  })
  while (await fill(pool, 4));
  while ((await fold(pool, 50)) === 50);
  expect(await sumsOf(pool, 'kept')).toEqual(await sumsOf(pool, 'ledger'))
})

test('folds again and again without changing a sum, and leaves no sum of nothing', async ({ pool, box }) => {
  await twoRichMonths(pool, box, inOrder)
  while (await fill(pool, 100));
  const before = await sumsOf(pool, 'kept')
  const { rows } = await pool.query<{ id: string }>('select id from donations')
  const ids = rows.map(({ id }) => id)
  for (let round = 0; round < 2; round += 1) await inTransaction(pool, (tx) => refold(tx, ids))
  while ((await fold(pool, 50)) === 50);
  expect(await sumsOf(pool, 'kept')).toEqual(before)
  const empty = await pool.query(
    'select 1 from report_totals where lines = 0 and gross_minor = 0 and unsettled = 0',
  )
  expect(empty.rows).toEqual([])
})

test('leaves the sums of an erased donor to nobody and counts one donor less', async ({ pool, box }) => {
  await twoRichMonths(pool, box, inOrder)
  while (await fill(pool, 100));
  const change = async (email: string | null) =>
    inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `update donations set donor_email = $1 where id in (select min(id::text)::uuid from donations) returning id`,
        [email],
      )
      await refold(
        tx,
        rows.map(({ id }) => id),
      )
    })
  const hash = `hashtextextended('her@reader.example', 0)::text`
  const ofHer = async () => [
    ...(await pool.query(`select 1 from report_donor_totals where donor::text = ${hash}`)).rows,
    ...(await pool.query(`select 1 from report_lines where donor::text = ${hash}`)).rows,
  ]
  const before = await donorCounts(pool)
  await change('Her@Reader.example')
  expect(await ofHer()).not.toEqual([])
  const withHer = await donorCounts(pool)
  expect(withHer.year).toBe(before.year + 1n)
  expect(withHer.counted).toBe(withHer.year)
  await change(null)
  expect(await donorCounts(pool)).toEqual(before)
  expect(await ofHer()).toEqual([])
})

/** The donors of the year as they are kept, and counted in the lines. */
async function donorCounts(pool: pg.Pool) {
  const year = { from: '2026-01-01', to: '2026-12-31', basis: 'booked' } as const
  const days = await keptDays(pool)
  return {
    year: await countDonors(pool, year, { kept: true, days }),
    counted: await countDonors(pool, year, { kept: false, asOf: null }),
  }
}

test('folds the same posting once when two fold at the same time', async ({ pool, box }) => {
  await twoRichMonths(pool, box, inOrder)
  while (await fill(pool, 100));
  await pool.query(`truncate report_lines, report_totals, report_donors, report_donor_totals`)
  await pool.query(`insert into report_queue select id from ledger_transactions`)
  await Promise.all([fold(pool, 20), fold(pool, 20), fold(pool, 20)])
  while ((await fold(pool, 50)) === 50);
  expect(await sumsOf(pool, 'kept')).toEqual(await sumsOf(pool, 'ledger'))
})

test('folds only now and then while events wait to be processed', async ({ pool, db }) => {
  const { knex } = db.database
  let nowMs = Date.parse('2026-02-01T00:00:00Z')
  const round = foldRound(pool, () => new Date(nowMs), 1)
  const isBehind = async () => (await foldState(pool)).isBehind
  await round()
  await giveDonation(knex)
  await keepEvent(knex, { outcome: 'pending' })
  await round()
  expect(await isBehind()).toBe(true)
  nowMs += 10_000
  await round()
  expect(await isBehind()).toBe(false)
  await giveDonation(knex)
  await knex('inbox_states').update({ outcome: 'ignored' })
  await round()
  expect(await isBehind()).toBe(false)
})

test('keeps the donors of fiscal years anew after the setting has changed, also while gifts come', async ({
  pool,
  db,
}) => {
  const { knex } = db.database
  const round = (starts: number) => foldRound(pool, () => new Date('2026-02-01T00:00:00Z'), starts)()
  const give = (day: string) =>
    giveDonation(knex, { donorEmail: 'ann@reader.example', succeededAt: new Date(`${day}T12:00:00Z`) })
  const kept = async () => {
    const { rows } = await pool.query<{ on: string; gifts: bigint }>(
      `select starts_on as on, gifts from report_donor_totals where grain = 'fiscal_year' order by 1`,
    )
    return rows.map(({ on, gifts }) => `${on} ${gifts}`)
  }
  for (const day of ['2024-06-30', '2024-07-01', '2025-05-01']) await give(day)
  while (await round(7));
  expect(await kept()).toEqual(['2023-07-01 1', '2024-07-01 2'])
  await give('2025-06-30')
  // The month has changed and the first year is made; then a gift of a later year comes in between.
  await round(4)
  await round(4)
  // No report reads fiscal years before all of them are there.
  expect(await keptFiscalYears(pool)).toBeNull()
  await give('2025-05-02')
  while (await round(4));
  expect(await kept()).toEqual(['2024-04-01 2', '2025-04-01 3'])
  expect((await foldState(pool)).fiscalYears).toBe(4)
  expect(await keptFiscalYears(pool)).toBe(4)
})

test('a report adds up the ledger instead of waiting for a fold that takes long', async ({ pool, db }) => {
  await giveDonation(db.database.knex, {})
  await inTransaction(pool, async (tx) => {
    await tx.query('select from report_fold_states for update')
    expect(await keptSumsAreCurrent(pool)).toBe(false)
  })
  expect(await keptSumsAreCurrent(pool)).toBe(true)
})

test('only one folds at a time, although nothing waits to be folded', async ({ pool }) => {
  await inTransaction(pool, async (first) => {
    await foldPosted(first, 10)
    const second = inTransaction(pool, async (tx) => {
      await waitBriefly(tx)
      return foldPosted(tx, 10)
    })
    await expect(second).rejects.toMatchObject({ code: '55P03' })
  })
})
