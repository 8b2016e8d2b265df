import { expect } from 'vitest'
import { listDonations } from '../../src/reports/donation-list-store.ts'
import { parseSearch } from '../../src/reports/donation-search.ts'
import { keptSumsAreCurrent } from '../../src/reports/totals/fold-worker.ts'
import { giveDonation } from '../kit/factories.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'

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
