import type { Stripe } from 'stripe'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { gift, movableClock, sdk } from '../kit/sandbox.ts'
import { emittedTypes, refusal, sandboxForTest, webhookReceiver } from './kit.ts'

/** Three paid sessions, ten seconds apart, with four events each. */
async function threeGifts(sandbox: Sandbox, clock: ReturnType<typeof movableClock>): Promise<string[]> {
  const ids: string[] = []
  for (const amount of [500, 600, 700]) {
    const { id } = await sdk(sandbox).checkout.sessions.create(gift({}, amount))
    await sandbox.pay(id, 'card')
    ids.push(id)
    clock.forwardMs(10_000)
  }
  return ids
}

const idsOf = (page: { data: readonly { id: string }[] }): string[] => page.data.map(({ id }) => id)

const unknownParameter: object = { kind: 'a' }
const REFUSED: [name: string, params: Stripe.EventListParams, param: string][] = [
  ['a limit of 101', { limit: 101 }, 'limit'],
  ['a limit of 0', { limit: 0 }, 'limit'],
  ['an unknown cursor', { starting_after: 'evt_none' }, 'starting_after'],
  ['both cursors', { starting_after: 'a', ending_before: 'b' }, 'starting_after'],
  ['type and types', { type: 'a', types: ['b'] }, 'types'],
  ['an unknown parameter', { ...unknownParameter }, 'kind'],
]

describe('the list of events', () => {
  test('is cut into pages in both directions, newest first', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now, balanceTransactionDelayMs: 3_600_000 })
    const stripe = sdk(sandbox)
    await threeGifts(sandbox, clock)
    const newestFirst = sandbox
      .events()
      .map(({ id }) => id)
      .toReversed()
    const [, , third = '', , fifth = ''] = newestFirst

    const firstPage = await stripe.events.list()
    expect(idsOf(firstPage)).toEqual(newestFirst.slice(0, 10))
    expect(firstPage.has_more).toBe(true)
    const after = await stripe.events.list({ limit: 2, starting_after: third })
    expect(idsOf(after)).toEqual(newestFirst.slice(3, 5))
    const before = await stripe.events.list({ limit: 2, ending_before: fifth })
    expect(idsOf(before)).toEqual(newestFirst.slice(2, 4))
    expect(before.has_more).toBe(true)

    const all = await stripe.events.list({ limit: 5 }).autoPagingToArray({ limit: 100 })
    expect(all.map(({ id }) => id)).toEqual(newestFirst)
    expect(await stripe.events.retrieve(third)).toEqual(sandbox.events().find(({ id }) => id === third))
  })

  test('is filtered by type, time and delivery', async () => {
    const clock = movableClock()
    const endpoint = await webhookReceiver((_count, event) => (event.type === 'charge.succeeded' ? 500 : 200))
    const sandbox = await sandboxForTest({
      clock: clock.now,
      webhookUrl: endpoint.url,
      balanceTransactionDelayMs: 3_600_000,
    })
    const stripe = sdk(sandbox)
    await threeGifts(sandbox, clock)
    await sandbox.deliverPending()
    const count = async (params: Stripe.EventListParams): Promise<number> =>
      (await stripe.events.list({ limit: 100, ...params })).data.length
    const first = sandbox.events()[0]?.created ?? 0

    expect(await count({ type: 'checkout.session.completed' })).toBe(3)
    expect(await count({ type: 'payment_intent.*' })).toBe(6)
    expect(await count({ types: ['charge.succeeded', 'payment_intent.succeeded'] })).toBe(6)
    expect(await count({ created: { gte: first + 10 } })).toBe(8)
    expect(await count({ created: { gt: first, lt: first + 20 } })).toBe(4)
    expect(await count({ created: first })).toBe(4)
    expect(await count({ delivery_success: false })).toBe(3)
    expect(await count({ delivery_success: true })).toBe(9)
    const states = (await stripe.events.list({ limit: 4 })).data.map((event) => [
      event.type,
      event.pending_webhooks,
    ])
    expect(states).toContainEqual(['charge.succeeded', 1])
    expect(states).toContainEqual(['payment_intent.succeeded', 0])
  })

  test('reaches back 30 days', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now })
    const stripe = sdk(sandbox)
    const { id } = await stripe.checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    clock.forwardMs(30 * 24 * 3600 * 1000)
    expect((await stripe.events.list()).data).toHaveLength(1)
    clock.forwardMs(1000)
    expect((await stripe.events.list()).data).toHaveLength(0)
    expect(emittedTypes(sandbox)).toHaveLength(1)
  })

  test.each(REFUSED)('refuses %s', async (_name, params, param) => {
    const error = await refusal(sdk(await sandboxForTest()).events.list(params))
    expect(error).toMatchObject({ statusCode: 400, param })
  })
})

test('lists sessions by status and PaymentIntent, and expands them', async () => {
  const clock = movableClock()
  const sandbox = await sandboxForTest({ clock: clock.now })
  const stripe = sdk(sandbox)
  const ids = await threeGifts(sandbox, clock)
  const open = await stripe.checkout.sessions.create(gift())
  expect(idsOf(await stripe.checkout.sessions.list())).toEqual([open.id, ...ids.toReversed()])
  expect(idsOf(await stripe.checkout.sessions.list({ status: 'open' }))).toEqual([open.id])
  const [newest] = (await stripe.paymentIntents.list({ limit: 1 })).data
  const found = await stripe.checkout.sessions.list({
    payment_intent: newest?.id ?? '',
    expand: ['data.payment_intent'],
  })
  expect(found.data).toMatchObject([{ id: ids[2], payment_intent: { id: newest?.id, amount: 700 } }])
  const lines = await stripe.checkout.sessions.listLineItems(open.id)
  expect(lines.data).toMatchObject([{ object: 'item', amount_total: 500, currency: 'usd' }])
})
