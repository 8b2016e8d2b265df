import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { fillFromLedger } from '../../src/reports/totals/fill-store.ts'
import { fillFiscalYears } from '../../src/reports/totals/fiscal-years-store.ts'
import { foldPosted } from '../../src/reports/totals/fold-store.ts'
import { checkKeptTotals } from '../../src/verification/kept-totals-pass.ts'
import { giveDonation, postRefund, type GivenDonation } from '../kit/factories.ts'
import { verificationTest as test } from '../verification/kit.ts'

/** What is kept of donors follows every change of their gifts, one small fold after another. */

const ADDRESSES = ['ann@reader.example', 'ben@reader.example', 'eva@reader.example', null]
const ROUNDS = 14

/** The same numbers in every run, from 0 up to `below`. */
function numbers() {
  let state = 7
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

test('stays right when gifts come in any order, are refunded, and change hands', async ({ pool, db }) => {
  const { knex } = db.database
  const number = numbers()
  const one = <Item>(items: readonly Item[]): Item => items[number(items.length)] as Item // there is one
  const keepFiscalYears = async (starts: number) => {
    while (await inTransaction(pool, (tx) => fillFiscalYears(tx, starts)));
  }
  while (await inTransaction(pool, (tx) => fillFromLedger(tx, 100)));
  await keepFiscalYears(7)
  const gifts: GivenDonation[] = []
  const refunded = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let more = number(6); more >= 0; more -= 1) {
      const day = Date.UTC(2026, 0, 1 + one([number(900), number(900), number(40), 31, 59]), 12)
      const wish = { donorEmail: one(ADDRESSES), currency: one(['usd', 'usd', 'eur']) }
      gifts.push(
        await giveDonation(knex, {
          ...wish,
          grossMinor: BigInt(100 * (1 + number(9))),
          succeededAt: new Date(day),
        }),
      )
    }
    for (let more = number(4); more > 0; more -= 1) {
      const gift = one(gifts)
      if (refunded.has(gift.id)) continue
      refunded.add(gift.id)
      await postRefund(knex, gift, gift.day)
    }
    for (let more = number(5); more > 0; more -= 1)
      await knex('donations')
        .where({ id: one(gifts).id })
        .update({ donor_email: one(ADDRESSES) })
    const limit = 3 + number(30)
    while ((await inTransaction(pool, (tx) => foldPosted(tx, limit))) === limit);
    expect({ round, findings: await inTransaction(pool, checkKeptTotals) }).toEqual({ round, findings: [] })
  }
  const fiscalYears = async () =>
    (await pool.query(`select from report_donor_totals where grain = 'fiscal_year'`)).rows.length
  const { rows } = await pool.query('select from report_donor_totals')
  expect(rows.length).toBeGreaterThan(50)
  expect(await fiscalYears()).toBeGreaterThan(10)

  await keepFiscalYears(4)
  expect(await inTransaction(pool, checkKeptTotals)).toEqual([])
  expect(await fiscalYears()).toBeGreaterThan(10)
  await keepFiscalYears(1)
  expect(await inTransaction(pool, checkKeptTotals)).toEqual([])
  expect(await fiscalYears()).toBe(0)
})
