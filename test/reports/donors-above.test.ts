import type { Knex } from 'knex'
import type pg from 'pg'
import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { donorMeasures, donorsAbove, donorsQuery, type DonorAbove } from '../../src/reports/donors-above.ts'
import { listDonorsAbove } from '../../src/reports/donors-above-store.ts'
import { fillFiscalYears } from '../../src/reports/totals/fiscal-years-store.ts'
import { refold } from '../../src/reports/totals/fold-store.ts'
import { keptSumsAreCurrent } from '../../src/reports/totals/fold-worker.ts'
import { giveDonation } from '../kit/factories.ts'
import { inOrder, inReverse, twoRichMonths, verificationTest as test } from '../verification/kit.ts'

/** Donors above an amount are those that adding up each gift finds, also where they are read from kept rows. */

const RANGES = [
  ['2026-11-01', '2026-11-30'],
  ['2026-11-01', '2026-12-31'],
  ['2026-10-01', '2026-12-31'],
  ['2026-01-01', '2026-12-31'],
  ['2025-07-01', '2027-06-30'],
  ['2027-01-01', '2027-03-31'],
  ['2026-11-05', '2027-03-31'],
  ['2026-11-20', '2026-12-10'],
  ['2031-01-01', '2031-12-31'],
] as const
const FISCAL_YEARS = [
  ['2026-07-01', '2027-06-30'],
  ['2025-07-01', '2026-06-30'],
  ['2025-07-01', '2027-06-30'],
  ['2026-08-01', '2027-06-30'],
] as const

const shown = ({ email, name, gifts, remains_minor, largest_minor, last_on }: DonorAbove) =>
  [email, name ?? '', gifts, remains_minor, largest_minor, last_on].join(' ')

async function keepFiscalYears(pool: pg.Pool, starts: number): Promise<void> {
  while (await inTransaction(pool, (tx) => fillFiscalYears(tx, starts)));
}

async function addedUp(knex: Knex, query: Parameters<typeof donorsAbove>[0]): Promise<string[]> {
  const { sql, values } = donorsAbove(query)
  const { rows } = await knex.raw<{ rows: DonorAbove[] }>(
    `select * from (${sql}) as g order by remains_minor desc, email`,
    values,
  )
  return rows.map(shown)
}

const queriesOf = (ranges: readonly (readonly [from: string, to: string])[]) =>
  ranges.flatMap(([from, to]) =>
    donorMeasures.flatMap((measure) =>
      ['1', '700', '1500', '4000'].map((above) =>
        donorsQuery.parse({ from, to, above, measure, currency: 'usd' }),
      ),
    ),
  )

test.for([
  ['in order', inOrder],
  ['in reverse', inReverse],
] as const)(
  'finds the same donors in kept rows when events arrive %s',
  async ([, reception], { db, pool, box }) => {
    const { knex } = db.database
    await twoRichMonths(pool, box, reception)
    for (const [donorEmail, day, grossMinor] of [
      ['Ann@reader.example', '2027-01-03', 800n],
      ['ann@reader.example', '2027-02-03', 800n],
      ['ben@reader.example', '2027-01-30', 1400n],
      ['ben@reader.example', '2027-04-01', 200n],
    ] as const)
      await giveDonation(knex, { donorEmail, grossMinor, succeededAt: new Date(`${day}T12:00:00Z`) })
    expect(await keptSumsAreCurrent(pool)).toBe(true)
    let found = 0
    const expectSame = async (ranges: Parameters<typeof queriesOf>[0]) => {
      for (const query of queriesOf(ranges)) {
        const { donors, count } = await listDonorsAbove({ db: knex, pool }, query, 1000)
        expect({ query, donors: donors.map(shown) }).toEqual({ query, donors: await addedUp(knex, query) })
        expect(count).toBe(BigInt(donors.length))
        found += donors.length
      }
    }
    await expectSame(RANGES)
    expect(found).toBeGreaterThan(20)
    await keepFiscalYears(pool, 7)
    await expectSame([...RANGES, ...FISCAL_YEARS])
    // A fiscal year is read from its own rows alone.
    await pool.query(`delete from report_donor_totals where grain <> 'fiscal_year'`)
    await expectSame(FISCAL_YEARS.slice(0, 3))
  },
)

test('names an erased donor no longer, from the erasure on', async ({ db, pool }) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, {
    donorEmail: 'eva@reader.example',
    succeededAt: new Date('2026-03-02T12:00:00Z'),
  })
  const query = donorsQuery.parse({
    from: '2026-01-01',
    to: '2026-12-31',
    above: '1',
    currency: gift.currency,
  })
  const listed = async () =>
    (await listDonorsAbove({ db: knex, pool }, query, 10)).donors.map(({ email }) => email)
  expect(await listed()).toEqual(['eva@reader.example'])
  await inTransaction(pool, async (tx) => {
    await tx.query(`update donations set donor_email = null, donor_name = null where id = $1`, [gift.id])
    await refold(tx, [gift.id])
  })
  expect(await listed()).toEqual([])
  expect((await pool.query('select 1 from report_donor_totals')).rows).toEqual([])
})
