import { expect, test } from 'vitest'
import type { NewlyStored } from '../../src/inbox/inbox-event.ts'
import { RecentEvents } from '../../src/inbox/recent-events.ts'

const stored = (id: bigint, body = '{}'): NewlyStored => ({
  id,
  eventId: `evt_${id}`,
  type: 'charge.succeeded',
  apiVersion: null,
  livemode: false,
  account: null,
  createdAt: new Date(0),
  body,
  json: JSON.parse(body),
})

test('gives an event away once, with its parsed body', () => {
  const recent = new RecentEvents()
  recent.add([stored(1n, '{"id":"evt_1"}')])
  expect(recent.take(1n)).toEqual({
    id: 1n,
    eventId: 'evt_1',
    type: 'charge.succeeded',
    apiVersion: null,
    livemode: false,
    account: null,
    createdAt: new Date(0),
    body: { id: 'evt_1' },
  })
  expect(recent.take(1n)).toBeUndefined()
})

test('forgets the oldest events when there is no room for all of them', () => {
  const recent = new RecentEvents(6)
  recent.add([stored(1n), stored(2n)])
  recent.add([stored(3n), stored(4n)])
  const found = [1n, 2n, 3n, 4n].filter((id) => recent.take(id))
  expect(found).toEqual([2n, 3n, 4n])
})

test('has room again for as much as was taken', () => {
  const recent = new RecentEvents(4)
  recent.add([stored(1n), stored(2n)])
  recent.take(1n)
  recent.add([stored(3n)])
  expect(recent.take(2n)).toBeDefined()
  expect(recent.take(3n)).toBeDefined()
})
