import { afterAll, beforeAll, expect, test } from 'vitest'
import { inboxEvent, type InboxEvent } from '../../src/inbox/inbox-event.ts'
import { claimPending, storeEvents } from '../../src/inbox/inbox-store.ts'
import { RecentEvents } from '../../src/inbox/recent-events.ts'
import { inTransaction } from '../../src/db/database.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => (db = await testDatabase()))
afterAll(() => db.drop())

function event(changes: object = {}): InboxEvent {
  const json = { ...stripeEvent('charge.succeeded', { id: stripeId('ch') }), ...changes }
  const read = inboxEvent(JSON.stringify(json), json)
  if (!read) throw new Error('The kit made an object that is not an event')
  return read
}

test('stores an event once and reports the ones that were new', async () => {
  const [first, second] = [event(), event()]
  expect(await storeEvents(db.database.pool, [first])).toMatchObject([{ eventId: first.eventId }])
  const stored = await storeEvents(db.database.pool, [first, second, { ...second, body: '{}' }])
  expect(stored).toEqual([{ ...second, body: '{}', id: expect.any(BigInt) }])
  const { rows } = await db.database.pool.query('select body from inbox_events where id = $1', [
    stored[0]?.id,
  ])
  expect(rows).toEqual([{ body: {} }])
})

test('claims events in the order in which they were stored and reads those that it is not given', async () => {
  await db.database.pool.query(`update inbox_states set outcome = 'applied'`)
  const [a, b, c] = [event(), event(), event()]
  const stored = [
    ...(await storeEvents(db.database.pool, [a])),
    ...(await storeEvents(db.database.pool, [b])),
    ...(await storeEvents(db.database.pool, [c])),
  ]
  const recent = new RecentEvents()
  const handedOver = { of: 'this process' }
  recent.add(stored.slice(1, 2).map((one) => ({ ...one, json: handedOver })))
  const claimed = await inTransaction(db.database.pool, (tx) => claimPending(tx, 10, recent))
  expect(claimed.map(({ eventId, body }) => [eventId, body])).toEqual([
    [a.eventId, a.json],
    [b.eventId, handedOver],
    [c.eventId, c.json],
  ])
})

test.each([
  [{}, null],
  [{ account: 'acct_1' }, 'acct_1'],
  [{ context: 'acct_2' }, 'acct_2'],
  [{ context: 'org_1/acct_3' }, 'acct_3'],
  [{ account: 'acct_1', context: 'org_1/acct_1' }, 'acct_1'],
  [{ context: 'org_1/' }, 'org_1/'],
  [{ account: null, context: null }, null],
  [{ account: '', context: '' }, null],
])('takes the account of an event with %j for %j', (fields, account) => {
  expect(event(fields).account).toBe(account)
})
