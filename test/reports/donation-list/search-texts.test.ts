import * as fc from 'fast-check'
import type pg from 'pg'
import { expect } from 'vitest'
import { inTransaction, type Database } from '../../../src/db/database.ts'
import { readingOrder } from '../../../src/reports/donation-list/donation-conditions-sql.ts'
import { listDonations, listTotals } from '../../../src/reports/donation-list/donation-list-store.ts'
import { filteredDonations } from '../../../src/reports/donation-list/donation-page-store.ts'
import {
  orders,
  parseSearch,
  type DonationCursor,
  type DonationFilters,
  type Order,
  type Sort,
} from '../../../src/reports/donation-list/donation-search.ts'
import { foldState, rewriteSearchTexts } from '../../../src/reports/totals/fold-store.ts'
import { foldRound, keptSumsAreCurrent } from '../../../src/reports/totals/fold-worker.ts'
import { giveDonation } from '../../kit/factories.ts'
import { newsroomTest as test } from '../../kit/fixtures.ts'
import { currencyNamed } from '../../kit/named.ts'

/** Part of a name, an address, a message or a story is found in the texts that the fold keeps. */

test('finds part of a name, an address, a message and a title, before and after it is folded', async ({
  db,
  pool,
}) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, {
    donorName: 'Chloé MÜLLER_x 100%',
    donorEmail: 'c.mueller@Reader.example',
    message: 'For the bridge!',
    articleTitle: 'Water wars',
  })
  const other = await giveDonation(knex, { donorName: 'Somebody Else', articleTitle: 'Water wars' })
  const found = async (text: string) =>
    (await listDonations(knex, { q: parseSearch(text), limit: 10 })).rows.map(({ id }) => id).toSorted()
  const findsAll = async () => {
    for (const words of ['üller', 'MUELLER', 'the BRIDGE', '_x 100%', 'chloé mü', '_'])
      expect([words, await found(words)]).toEqual([words, [gift.id]])
    expect(await found('ater wa')).toEqual([gift.id, other.id].toSorted())
    expect(await found('nobody at all')).toEqual([])
  }
  await findsAll() // nothing was ever folded
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  await findsAll()
  const late = await giveDonation(knex, { donorName: 'Latecomer' })
  expect(await found('atecom')).toEqual([late.id]) // it waits to be folded
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  expect(await found('atecom')).toEqual([late.id])
})

test('finds a capital sigma wherever it stands in a word', async ({ db, pool }) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, { donorName: 'ΚΟΣΜΟΣ ΣΟΦΟΣ Άννα' })
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  for (const words of ['κοσμο', 'ΚΟΣΜΟ', 'ΣΟΦΟ', 'Άννα'])
    expect([
      words,
      (await listDonations(knex, { q: parseSearch(words), limit: 10 })).rows.map(({ id }) => id),
    ]).toEqual([words, [gift.id]])
})

test('no longer finds who was erased, and the next fold forgets the words', async ({ db, pool }) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, { donorName: 'Chloé Müller', message: 'For the bridge!' })
  const found = async (text: string) =>
    (await listDonations(knex, { q: parseSearch(text), limit: 10 })).rows.length
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  expect(await found('üller')).toBe(1)
  await knex('donations')
    .where({ id: gift.id })
    .update({ donor_name: null, donor_email: null, message: null })
  expect(await found('üller')).toBe(0)
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  expect((await pool.query(`select 1 from report_search_texts where words like '%müller%'`)).rows).toEqual([])
  expect((await pool.query(`select 1 from report_lines where donor is not null`)).rows).toEqual([])
})

test('forgets the words of a gift that was taken back while its text was written', async ({ db, pool }) => {
  const gift = await giveDonation(db.database.knex, { donorName: 'Chloé Müller' })
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  const gone = '00000000-0000-4000-8000-000000000001'
  await pool.query('insert into report_search_texts (donation_id, words, periods) values ($1, $2, $3)', [
    gone,
    'somebody else',
    [1, 2, 3, 4, 5, 6, 7],
  ])
  await pool.query('insert into report_queue (donation_id) values ($1), ($2)', [gone, gift.id])
  expect(await keptSumsAreCurrent(pool)).toBe(true)
  expect((await pool.query('select donation_id from report_search_texts')).rows).toEqual([
    { donation_id: gift.id },
  ])
})

test('adds up gifts once whose donor and story both have the words', async ({ db, pool }) => {
  const { knex } = db.database
  await giveDonation(knex, { donorName: 'Ann Abbott', articleTitle: 'The abbott' })
  await pool.query(
    `insert into donations (id, payment_intent_id, currency, gross_minor, frequency, article_url, article_title, donor_name, succeeded_at, succeeded_on)
     select gen_random_uuid(), 'pi_' || n, currency, gross_minor, frequency, article_url, article_title, donor_name, succeeded_at, succeeded_on
     from donations cross join generate_series(2, 1200) as n`,
  )
  await pool.query('insert into report_queue (donation_id) select id from donations')
  await fold(pool)
  const found = async () =>
    (await listTotals(knex, { q: parseSearch('abbott') }))?.map(({ donations }) => donations)
  expect(await found()).toEqual([1_200n])
  // Without the periods, all texts are looked through at once.
  await pool.query('update report_fold_states set periods_filled_at = null')
  expect(await found()).toEqual([1_200n])
})

const NAMES = ['Ann Abbott', 'Ann Becker', 'Ben Abbott', 'Hannah Abbottsford']
/** The last one has a title and no address. */
const STORIES = [
  { articleUrl: 'https://courier.example/bridge', articleTitle: 'The old bridge' },
  { articleUrl: 'https://courier.example/bridge', articleTitle: 'The new bridge' },
  { articleUrl: 'https://courier.example/abbott', articleTitle: null },
  { articleUrl: null, articleTitle: 'The bridge to Abbott' },
  { articleUrl: null, articleTitle: null },
]
const DAYS = [
  '2011-05-02',
  '2023-12-31',
  '2024-01-01',
  '2025-11-30',
  '2026-03-29',
  '2026-03-30',
  '2026-03-31',
]

const AMOUNTS = [500n, 1n, 199n, 200n, 500n, 250_000n, 500n]

/** Gifts of fifteen years, some of them booked months later, and several of the same moment. */
async function giveForYears({ knex }: Database) {
  for (const [index, day] of [...DAYS, ...DAYS, ...DAYS, ...DAYS].entries())
    await giveDonation(knex, {
      donorName: NAMES[index % NAMES.length] ?? null,
      ...STORIES[index % STORIES.length],
      succeededAt: new Date(`${day}T${index % 3 === 0 ? '00:30' : '23:30'}:00Z`),
      frequency: index % 5 === 0 ? 'monthly' : 'once',
      grossMinor: AMOUNTS[index % AMOUNTS.length] ?? 500n,
      currency: index % 4 === 0 ? 'eur' : 'usd',
      ...(index % 6 === 0 ? { bookedOn: '2026-03-30' } : {}),
    })
}

type Walk = {
  readonly sort: Sort
  readonly order: Order
  readonly limit: number
  readonly isBack: boolean
  readonly first: number
}

/** Every page of a search, from the first to the last one or back from the last one. */
async function everyPage(
  { knex }: Database,
  filters: DonationFilters,
  { sort, order, limit, isBack, first }: Walk,
) {
  const ids: string[] = []
  const pageAt = (cursor: DonationCursor | null) =>
    listDonations(
      knex,
      { ...filters, sort, order, limit, ...(cursor ? { cursor } : {}) },
      { first, further: 2 * first },
    )
  let page = await pageAt(null)
  while (page.next) {
    ids.push(...page.rows.map(({ id }) => id))
    page = await pageAt(page.next)
  }
  ids.push(...page.rows.map(({ id }) => id))
  if (!isBack) return ids
  const back = page.rows.map(({ id }) => id)
  while (page.previous) {
    page = await pageAt(page.previous)
    back.unshift(...page.rows.map(({ id }) => id))
  }
  return back
}

/** The same, where every donation is read and nothing is looked up. */
async function readOneByOne({ knex }: Database, filters: DonationFilters, { sort, order }: Walk) {
  const { sql, values } = filteredDonations(filters, 'read')
  const { rows } = await knex.raw<{ rows: { id: string; gross_minor: bigint }[] }>(
    `select id, gross_minor from (${sql}) d order by ${readingOrder(sort, order, undefined)}`,
    values,
  )
  return rows
}

/** As an earlier release has left the texts: with the words of the story, and with periods or without. */
async function writeAsBefore(
  pool: pg.Pool,
  { withPeriods }: { readonly withPeriods: boolean },
): Promise<void> {
  await pool.query(
    `update report_search_texts s set words = lower(concat_ws(' ', d.donor_name, d.donor_email, d.message, d.article_title, d.article_url)),
       periods = case when $1 then s.periods end
     from donations d where d.id = s.donation_id`,
    [withPeriods],
  )
  await pool.query('delete from report_search_stories')
  await pool.query(
    `update report_fold_states set periods_filled_to = '00000000-0000-0000-0000-000000000000', texts_rewritten_at = null,
       periods_filled_at = case when $1 then now() end`,
    [withPeriods],
  )
}

async function fold(pool: pg.Pool): Promise<void> {
  const round = foldRound(pool, () => new Date('2026-04-01T00:00:00Z'), 1)
  do while (await round());
  while ((await foldState(pool)).isBehind)
}

test('finds by words what reading every donation finds, in any range, order and size of page', async ({
  db,
  pool,
}) => {
  const { database } = db
  await giveForYears(database)
  await fold(pool)
  // Words that only old gifts have are looked up in all texts at once, after the newest months.
  for (const day of ['2012-02-29', '2024-01-01', '2024-06-02'])
    await giveDonation(database.knex, { donorName: 'Old Timer', succeededAt: new Date(`${day}T12:00:00Z`) })
  await fold(pool)
  // One donation changes its words and another one its time after they were folded, and two are not folded at all.
  await pool.query(
    `update donations set donor_name = 'Ann Abbott' where id = (select min(id::text)::uuid from donations where donor_name = 'Ann Becker')`,
  )
  await pool.query(
    `update donations set succeeded_at = '2024-06-01T12:00:00Z', succeeded_on = '2024-06-01'
     where id = (select id from donations where donor_name = 'Ben Abbott' and succeeded_on > '2026-03-28' limit 1)`,
  )
  await giveDonation(database.knex, {
    donorName: 'Ann Abbott',
    succeededAt: new Date('2026-03-30T12:00:00Z'),
  })
  await giveDonation(database.knex, {
    donorName: 'Ann Abbott',
    succeededAt: new Date('2024-01-01T12:00:00Z'),
  })
  const day = fc.constantFrom(undefined, ...DAYS)
  const compare = async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          q: fc
            .constantFrom('ann abbott', 'abbott', 'ann', 'old timer', 'new bridge', 'bridge', 'nobody at all')
            .map(parseSearch),
          days: fc.tuple(day, day).filter(([from, to]) => !from || !to || from <= to),
          basis: fc.constantFrom('booked' as const, 'given' as const),
          frequency: fc.constantFrom(undefined, 'monthly' as const),
        }),
        fc.record({
          sort: fc.constantFrom('date' as const, 'date' as const, 'amount' as const, 'donor' as const),
          order: fc.constantFrom(...orders),
          limit: fc.integer({ min: 2, max: 12 }),
          isBack: fc.boolean(),
          first: fc.constantFrom(0, 0, 5, 2_000),
        }),
        async ({ days: [from, to], ...others }, walk) => {
          const filters = { ...others, from, to }
          const expected = await readOneByOne(database, filters, walk)
          expect(await everyPage(database, filters, walk)).toEqual(expected.map(({ id }) => id))
          const totals = (await listTotals(database.knex, filters)) ?? []
          expect(totals.reduce((sum, { donations }) => sum + donations, 0n)).toBe(BigInt(expected.length))
          expect(totals.reduce((sum, { gross_minor }) => sum + gross_minor, 0n)).toBe(
            expected.reduce((sum, { gross_minor }) => sum + gross_minor, 0n),
          )
        },
      ),
      { numRuns: 25 },
    )
  }
  await compare()
  await fold(pool)
  await compare()
  // Texts of earlier releases hold their stories and may have no periods, until a worker writes them anew.
  for (const withPeriods of [true, false]) {
    await writeAsBefore(pool, { withPeriods })
    await compare()
    await inTransaction(pool, (tx) => rewriteSearchTexts(tx, 9))
    await compare()
  }
  await fold(pool)
  // The first fill of the kept sums has come half way.
  await pool.query(
    `with half as (
       update report_fold_states set filled_at = null, lines_filled_at = null,
         folded_to = (select id from donations order by id offset 15 limit 1) returning folded_to
     ) delete from report_search_texts using half where donation_id > folded_to`,
  )
  await compare()
})

test('finds by amount, range by range, what reading every donation finds', async ({ db, pool }) => {
  const { database } = db
  await giveForYears(database)
  await fold(pool)
  for (const q of ['bridge', 'the new bridge', 'ann abbott', 'courier.example/abbott'].map(parseSearch))
    for (const order of orders)
      for (const isBack of [false, true]) {
        const walk = { sort: 'amount' as const, order, limit: 2, isBack, first: 0 }
        const expected = await readOneByOne(database, { q }, walk)
        expect(expected.length).toBeGreaterThan(2)
        expect(await everyPage(database, { q }, walk)).toEqual(expected.map(({ id }) => id))
      }
})

test('a page by amount looks words up once, in the ranges of the currency that is asked for', async ({
  db,
  pool,
}) => {
  const { database } = db
  await giveForYears(database)
  await fold(pool)
  const asked: { sql: string; bindings: readonly unknown[] }[] = []
  const note = (query: { sql: string; bindings: readonly unknown[] }) => void asked.push(query)
  database.knex.on('query', note)
  const query = {
    q: parseSearch('bridge'),
    from: '2023-12-31',
    to: '2026-03-30',
    currency: currencyNamed('eur'),
  }
  await listDonations(
    database.knex,
    { ...query, sort: 'amount', order: 'desc', limit: 20 },
    { first: 0, further: 0 },
  )
  database.knex.off('query', note)
  const lookups = asked.filter(({ sql }) => sql.includes('report_search_stories'))
  expect(lookups.length).toBeGreaterThan(0)
  // In each alternative of the days they would be compared with one gift after the other.
  expect(lookups.filter(({ sql }) => sql.split('report_search_stories').length > 2)).toEqual([])
  expect(lookups.filter(({ bindings }) => bindings.includes('usd'))).toEqual([])
})

test('writes texts of an earlier release anew, in steps: with periods and without their stories', async ({
  db,
  pool,
}) => {
  await giveForYears(db.database)
  await fold(pool)
  const texts = async () => ({
    gifts: (
      await pool.query<{ words: string; periods: number[] | null }>(
        'select words, periods from report_search_texts order by donation_id',
      )
    ).rows,
    stories: (await pool.query<{ words: string }>('select words from report_search_stories order by words'))
      .rows,
  })
  const written = await texts()
  expect(written.gifts.every(({ periods }) => periods?.length === 7)).toBe(true)
  expect(written.gifts.filter(({ words }) => words.includes('courier.example/'))).toEqual([])
  expect(written.stories.map(({ words }) => words)).toEqual([
    'https://courier.example/abbott',
    'the new bridge https://courier.example/bridge',
    'the old bridge https://courier.example/bridge',
  ])
  for (const withPeriods of [false, true]) {
    await writeAsBefore(pool, { withPeriods })
    while (await inTransaction(pool, (tx) => rewriteSearchTexts(tx, 5)))
      expect((await foldState(pool)).hasOldTexts).toBe(true)
    expect(await texts()).toEqual(written)
    expect((await foldState(pool)).hasOldTexts).toBe(false)
  }
  await writeAsBefore(pool, { withPeriods: false })
  await fold(pool)
  expect(await texts()).toEqual(written)
  expect((await foldState(pool)).hasOldTexts).toBe(false)
})

test('the database gives a text its periods that a process of an earlier release writes', async ({
  db,
  pool,
}) => {
  await giveForYears(db.database)
  await fold(pool)
  const texts = async () =>
    (await pool.query('select donation_id, periods from report_search_texts order by donation_id')).rows
  const written = await texts()
  for (const periods of ['null', 'array[1, 2, 3, 4, 5, 6]']) {
    await pool.query('delete from report_search_texts')
    await pool.query(
      `insert into report_search_texts (donation_id, words, periods) select id, lower(donor_name), ${periods} from donations`,
    )
    expect(await texts()).toEqual(written)
  }
})
