import type pg from 'pg'
import { describe, expect } from 'vitest'
import type { Stripe } from 'stripe'
import { readSignals } from '../../src/protection/protection-store.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { readQuarantinedEvents } from '../../src/sync/other-version-worker.ts'
import { applyAll as applyPending } from '../../src/sync/backfill-worker.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { applyAll, processing, receive } from '../kit/processing.ts'
import { DAY_MS, forward, gift, recurring, sdk } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { backfillDepsOf, deliver, ourGift, ourSession } from '../sync/event-sync-kit.ts'

/** Which declined cards count towards an attack, as Stripe's events arrive. */

const declinesIn = async (pool: pg.Pool, box: Sandbox) => (await readSignals(pool, box.now())).declines

/** As an endpoint of another API version sends it: of its object only the id and the kind are as in ours. */
function inAnotherVersion(event: Stripe.Event): object {
  const { id, object } = event.data.object as unknown as { id: string; object: string } // every object of Stripe has both
  return { ...event, api_version: '2020-08-27', data: { object: { id, object, amount: 'of another shape' } } }
}

describe('a declined card', () => {
  test('of a single gift counts, once for each try', async ({ pool }) => {
    const box = await sandboxForTest()
    const { sessionId } = await ourSession(pool, box)
    await box.pay(sessionId, 'declined')
    await box.pay(sessionId, 'declined')
    await deliver(pool, box)
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(2)
  })

  test('of the first payment of a recurring gift counts, though it bears no mark', async ({ pool }) => {
    const box = await sandboxForTest()
    const { sessionId } = await ourSession(pool, box, { monthly: true, amount: 700 })
    await box.pay(sessionId, 'declined')
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(1)
    const [event] = box.events().filter(({ type }) => type === 'payment_intent.payment_failed')
    expect(event?.data.object).toMatchObject({ metadata: {} })
  })

  test('counts with the fee that the reader covers', async ({ pool }) => {
    const box = await sandboxForTest()
    const { id, sessionId } = await ourSession(pool, box, { monthly: true, amount: 731 })
    await pool.query(
      'update checkouts set amount_minor = 700, covers_fees = true, covered_fee_minor = 31 where id = $1',
      [id],
    )
    await box.pay(sessionId, 'declined')
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(1)
  })

  test('of a renewal does not count: Stripe tries it, and no reader chose the time', async ({ pool }) => {
    const box = await sandboxForTest()
    const { sessionId } = await ourGift(pool, box, 'card', { monthly: true, amount: 700 })
    const session = await sdk(box).checkout.sessions.retrieve(sessionId)
    await box.declineRenewals(String(session.subscription), 1)
    await forward(box, 32 * DAY_MS)
    const declined = box.events().find(({ type }) => type === 'payment_intent.payment_failed')
    // A page for the same amount stood open at that time.
    const { id } = await ourSession(pool, box, { monthly: true, amount: 700 })
    const openedAt = new Date((declined?.created ?? 0) * 1000 - 10 * 60_000)
    await pool.query('update checkouts set created_at = $2 where id = $1', [id, openedAt])
    await deliver(pool, box)
    expect(box.events().some(({ type }) => type === 'invoice.payment_failed')).toBe(true)
    const { rows } = await pool.query('select * from card_declines')
    expect(rows).toEqual([])
  })

  test('of another program does not count', async ({ pool }) => {
    const box = await sandboxForTest()
    const { checkout } = sdk(box)
    // A shop names its order. A membership names nothing, and nobody opened a page for its amount.
    const shop = await checkout.sessions.create(
      gift({ payment_intent_data: { metadata: { order: '7' } } }, 700),
    )
    const membership = await checkout.sessions.create(recurring({}, 900))
    await ourSession(pool, box, { monthly: true, amount: 700 })
    // A page for a single gift is no page for a recurring one.
    await ourSession(pool, box, { amount: 900 })
    for (const { id } of [shop, membership]) await box.pay(id, 'declined')
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(0)
  })

  test('long after the page for its amount was opened does not count', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourSession(pool, box, { monthly: true, amount: 900 })
    await forward(box, 2 * 60 * 60_000)
    const membership = await sdk(box).checkout.sessions.create(recurring({}, 900))
    await box.pay(membership.id, 'declined')
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(0)
  })
})

describe('a webhook in another API version', () => {
  test('counts its declined card, of single and of recurring gifts', async ({ pool }) => {
    const box = await sandboxForTest()
    for (const monthly of [false, true]) {
      const { sessionId } = await ourSession(pool, box, { monthly, amount: 700 })
      await box.pay(sessionId, 'declined')
    }
    await receive(pool, ...box.events().map(inAnotherVersion))
    await applyAll(pool, { ...processing, now: () => box.now() })
    expect(await declinesIn(pool, box)).toBe(0)
    const deps = backfillDepsOf(pool, box)
    await readQuarantinedEvents(deps, () => applyPending(deps))
    await applyAll(pool, { ...processing, now: () => box.now() })
    expect(await declinesIn(pool, box)).toBe(2)
    // In both versions it is one decline.
    await deliver(pool, box)
    expect(await declinesIn(pool, box)).toBe(2)
  })
})
