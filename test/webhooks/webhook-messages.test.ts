import { readFileSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { SubscriptionId } from '../../src/ids.ts'
import type { SubscriptionState } from '../../src/subscriptions/subscription.ts'
import { FAILING_WINDOW_MS, nextDelivery } from '../../src/webhooks/delivery-schedule.ts'
import { subscriptionMessages, type FormerState } from '../../src/webhooks/subscription-messages.ts'
import {
  choosableEvents,
  PAYLOAD_VERSION,
  payloadOf,
  webhookEvents,
  webhookEventTypes,
} from '../../src/webhooks/webhook-event.ts'
import { secretText, signedHeaders } from '../../src/webhooks/webhook-signature.ts'

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
const examples = Array.from(
  guide.matchAll(/^### (\S+)$[\s\S]*?```json\n([\s\S]*?)```/gm),
  ([, type, json]) => ({
    type: webhookEventTypes.find((known) => known === type),
    body: JSON.parse(json ?? '') as { type: string; version: number; timestamp: string; data: object },
  }),
)
const secret = secretText(Buffer.alloc(32, 7))
const other = secretText(Buffer.alloc(32, 8))

describe('the guide for receivers', () => {
  it('has an example of every type of event, as the service writes it', () => {
    expect(examples.map(({ type }) => type)).toEqual(webhookEventTypes)
    for (const { type, body } of examples) {
      if (!type) throw new Error('compared above')
      expect(webhookEvents[type].parse(body.data)).toEqual(body.data)
      const { timestamp, version, ...message } = body
      expect(version).toBe(PAYLOAD_VERSION)
      expect(JSON.parse(payloadOf({ ...message, recordedAt: new Date(timestamp) }))).toEqual(body)
    }
  })

  it.each(examples)('verifies with the library of Standard Webhooks: $type', ({ body }) => {
    const text = JSON.stringify(body)
    const headers = signedHeaders({ messageId: 'msg_1', body: text, sentAt: new Date() }, [secret])
    expect(new Webhook(secret).verify(text, headers)).toEqual(body)
    expect(() => new Webhook(other).verify(text, headers)).toThrow('No matching signature')
    expect(() => new Webhook(secret).verify(text.replace('"version":1', '"version":2'), headers)).toThrow(
      'No matching signature',
    )
  })

  it('lets a receiver verify with either secret while one is rolled', () => {
    const headers = signedHeaders({ messageId: 'msg_1', body: '{}', sentAt: new Date() }, [secret, other])
    for (const one of [secret, other]) expect(new Webhook(one).verify('{}', headers)).toEqual({})
  })
})

it('tries ten times within some three days, the first time again after five seconds', () => {
  const start = new Date('2026-03-02T00:00:00Z')
  const tries = [start]
  for (let at = nextDelivery(1, start, 0); at !== null; at = nextDelivery(tries.length, at, 0)) tries.push(at)
  const hours = tries.map((at) => (at.getTime() - start.getTime()) / 3_600_000)
  expect(hours).toHaveLength(10)
  expect(hours[1]).toBe(5 / 3_600)
  expect(hours.at(-1)).toBeGreaterThanOrEqual(FAILING_WINDOW_MS / 3_600_000)
  expect(hours.at(-1)).toBeLessThan(84)
  expect(nextDelivery(1, start, 1)?.getTime()).toBe(start.getTime() + 5_500)
})

describe('a state that was read from Stripe', () => {
  const state: SubscriptionState = {
    status: 'active',
    amount: null,
    frequency: 'monthly',
    startedAt: new Date('2026-03-02T14:05:09Z'),
    currentPeriodEnd: null,
    cancelAt: null,
    endedAt: null,
    endReason: null,
    canceledAt: null,
    card: null,
    openInvoice: null,
    newerCard: null,
  }
  const unread: FormerState = {
    status: null,
    currency: null,
    amountMinor: null,
    frequency: 'monthly',
    cancelAt: null,
    endedAt: null,
    readAt: null,
    checkoutId: '0195568d-9c3e-7a54-8f11-0a6f5d2b9e44',
  }
  const running: FormerState = { ...unread, status: 'active', readAt: new Date('2026-03-02T14:06:00Z') }
  const id = 'sub_1' as SubscriptionId // a test may invent ids
  const all = new Set(choosableEvents)
  const typesOf = (now: Partial<SubscriptionState>, former: FormerState, wanted = all) =>
    subscriptionMessages({ id, state: { ...state, ...now } }, former, wanted).map(({ type }) => type)

  it.each([
    ['tells of a start when it is read first', {}, unread, ['subscription.started']],
    ['tells nothing of what was not paid yet', { status: 'incomplete' }, unread, []],
    ['tells of a start once it is paid', {}, { ...running, status: 'incomplete' }, ['subscription.started']],
    ['tells nothing when it is read again', {}, running, []],
    ['tells of a failed payment', { status: 'past_due' }, running, ['subscription.updated']],
    ['tells of a planned end', { cancelAt: new Date(0) }, running, ['subscription.updated']],
    ['tells of an end', { status: 'canceled', endedAt: new Date(0) }, running, ['subscription.ended']],
    [
      'tells of an end once',
      { status: 'canceled', endedAt: new Date(0) },
      { ...running, status: 'canceled', endedAt: new Date(0) },
      [],
    ],
    [
      'tells of both when it has ended before it was read',
      { status: 'canceled', endedAt: new Date(0) },
      { ...unread, endedAt: new Date(0) },
      ['subscription.started', 'subscription.ended'],
    ],
    ['tells nothing of what no checkout of ours started', {}, { ...unread, checkoutId: null }, []],
  ] as const)('%s', (_what, now, former, types) => {
    expect(typesOf(now, former)).toEqual(types)
  })

  it('tells only what somebody wants to hear', () => {
    expect(typesOf({}, unread, new Set(['donation.created']))).toEqual([])
  })
})
