import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionStore } from '../../../src/access/session/session-store.ts'
import { useSignInLink } from '../../../src/access/sign-in/sign-in-link-store.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { donorAccess, mintDonorLink, requestDonorLink } from '../../../src/donors/donor-link-store.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, hireStaff, madeEarlier, signInToken } from '../../kit/factories.ts'

/** One process has made what opens a door; another one, whose clock is ten minutes off, decides whether it still does. */

const NOW = new Date('2026-03-03T10:00:00Z')
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)
const AHEAD = 10
const BEHIND = -10

let own: TestDatabase
beforeAll(async () => {
  own = await testDatabase()
})
afterAll(() => own?.drop())

test('a session goes on whichever of the two processes is asked', async () => {
  const { knex } = own.database
  const key = 'a'.repeat(43)
  const idleMs = 720 * 60_000
  await sessionStore(knex, () => NOW).set(key, { staff: 1 }, idleMs, { changed: true })
  for (const minutes of [AHEAD, BEHIND])
    expect(await sessionStore(knex, () => at(minutes)).get(key)).toEqual({ staff: 1 })
  // It ends ten minutes early or late, of twelve hours.
  expect(await sessionStore(knex, () => at(710 + AHEAD)).get(key)).toBeUndefined()
  expect(await sessionStore(knex, () => at(729 + BEHIND)).get(key)).toEqual({ staff: 1 })
})

test('a sign-in link lives ten minutes by the database’s clock, whatever the two processes believe', async () => {
  const { knex } = own.database
  for (const minutes of [AHEAD, BEHIND]) {
    const staff = await hireStaff(knex, 'finance')
    const mint = () => signInToken(knex, staff, NOW)
    expect(await useSignInLink(knex, await mint(), at(minutes))).toBe(staff.id)
    const late = await mint()
    await madeEarlier(knex, staff, 10)
    expect(await useSignInLink(knex, late, at(minutes))).toBeNull()
  }
})

test('a link that an earlier release made ends by the time that it wrote', async () => {
  const { knex } = own.database
  const staff = await hireStaff(knex, 'finance')
  const tokens = [await signInToken(knex, staff, NOW), await signInToken(knex, staff, NOW)] as const
  await knex('staff_sign_in_links').where({ staff_id: staff.id }).update({ made_at: null })
  expect(await useSignInLink(knex, tokens[0], at(10))).toBeNull()
  expect(await useSignInLink(knex, tokens[1], at(9))).toBe(staff.id)
})

test('a donor’s link of an hour lives fifty minutes by a clock ahead, and seventy by one behind', async () => {
  const { pool, knex } = own.database
  const email = 'clock@reader.example'
  await giveDonation(knex, { donorEmail: email })
  const id = crypto.randomUUID()
  await requestDonorLink(pool, { id, email, locale: 'en' }, NOW)
  const link = await inTransaction(pool, (tx) => mintDonorLink(tx, id, NOW))
  const opens = async (minutes: number) => (await donorAccess(pool, link?.token ?? '', at(minutes))) !== null
  expect([await opens(49 + AHEAD), await opens(50 + AHEAD)]).toEqual([true, false])
  expect([await opens(69 + BEHIND), await opens(70 + BEHIND)]).toEqual([true, false])
})
