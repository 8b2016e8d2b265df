import { expect, test } from 'vitest'
import { checkoutNamedIn } from '../../src/checkout/checkout-mark.ts'
import type { CheckoutId } from '../../src/ids.ts'
import { eventSteps, traceIds } from '../../src/tracing/gift-trace.ts'
import { marks } from '../kit/marks.ts'

const id = '7d0ed1a2-3b5c-4f6e-8a9b-0c1d2e3f4a5b' as CheckoutId // as `randomUUID` writes it
const times = { startedAt: new Date(0), endedAt: new Date(5) }
const event = (object: object) => ({ data: { object } })

test('derives the ids of a trace from the checkout', () => {
  expect(traceIds(id)).toEqual({ trace: '7d0ed1a23b5c4f6e8a9b0c1d2e3f4a5b', first: '8a9b0c1d2e3f4a5b' })
})

test.each([
  ['a mark', event({ metadata: { reader_donations: marks.make(id) } }), id],
  ['a reference', event({ client_reference_id: id }), id],
  [
    'a mark before a reference',
    event({ metadata: { reader_donations: marks.make(id) }, client_reference_id: 'x' }),
    id,
  ],
  ['something else', event({ metadata: { order: '7' }, client_reference_id: 'order 7' }), null],
  ['nothing', event({}), null],
  ['no object', null, null],
])('finds the checkout of an event by %s', (_, body, expected) => {
  expect(checkoutNamedIn(body)).toBe(expected)
})

test('makes a step of each event that names a checkout, with its type and outcome alone', () => {
  const events = [
    { eventId: 'evt_1', type: 'checkout.session.completed', body: event({ client_reference_id: id }) },
    { eventId: 'evt_2', type: 'payout.paid', body: event({}) },
  ]
  expect(eventSteps('processing', events, times, () => 'applied')).toEqual([
    {
      checkout: id,
      name: 'processing',
      ...times,
      attributes: {
        'stripe.event.type': 'checkout.session.completed',
        'stripe.event.id': 'evt_1',
        'event.outcome': 'applied',
      },
    },
  ])
})
