import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isUnexplained, type Difference } from '../../src/reconciliation/difference.ts'
import { withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { account, offBalance } from './kit.ts'
import { found, ODDITIES, playMonth, type Played } from './month.ts'
import { hearEvents, readBooks } from '../sync/recorded.ts'

let played: Played
beforeAll(async () => void (played = await playMonth()))
let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())
const pool = () => own.database.pool

const count = (differences: readonly Difference[]) =>
  Object.fromEntries([...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, of]) => [kind, of.length]))
const alarms = (differences: readonly Difference[]) => differences.filter(({ kind }) => isUnexplained(kind))

describe('a clean month raises no alarm', () => {
  test('at its end, with every oddity in it', async () => {
    await hearEvents(pool(), played.end)
    await readBooks(pool(), played.end)
    const { differences, unexplained } = await found(pool(), played.end.at)
    expect(count(differences)).toEqual({ payout_failed: 1, payout_not_itemisable: 1 })
    expect(alarms(differences)).toEqual([])
    expect([...unexplained]).toEqual([])
    expect(await offBalance(pool())).toEqual([])
    // A charge in October that settled in November, and one in November that settled in December, among all others.
    expect(await account(pool(), 'stripe_clearing')).toEqual({})
  })

  test('in its middle', async () => {
    await hearEvents(pool(), played.midMonth)
    await readBooks(pool(), played.midMonth)
    const { differences } = await found(pool(), played.midMonth.at)
    // The last gift has just been made.
    expect(count(differences)).toEqual({ payout_failed: 1, payout_not_itemisable: 1, not_settled: 1 })
  })

  test('while its last gift is not settled, which it is in the next', async () => {
    await hearEvents(pool(), played.notSettled)
    await readBooks(pool(), played.notSettled)
    const { differences } = await found(pool(), played.notSettled.at)
    expect(differences.filter(({ kind }) => !ODDITIES.has(kind))).toMatchObject([
      {
        month: '2026-11',
        kind: 'not_settled',
        object: played.gifts.lastOfNovember.payment,
        amountMinor: 960n,
      },
    ])
  })

  test('while only the webhooks have come, or only Stripe’s books', async () => {
    await hearEvents(pool(), played.midMonth)
    expect(Object.keys(count((await found(pool(), played.midMonth.at)).differences))).toEqual(['not_settled'])
    const other = await testDatabase()
    try {
      await readBooks(other.database.pool, played.midMonth)
      const { differences } = await found(other.database.pool, played.midMonth.at)
      expect(alarms(differences)).toEqual([])
      expect(count(differences)['not_booked_yet']).toBeGreaterThan(25)
    } finally {
      await other.drop()
    }
  })
})
