import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { CheckoutId, CheckoutSessionId } from '../../src/ids.ts'
import type { GiftEvent } from '../kit/gift-events.ts'
import { charge, checkoutSession, dispute, refund, stripeEvent } from '../kit/stripe-events.ts'
import { openCheckout } from './facts.ts'
import { recorded, PureProcessing, type CorrelatedFact } from './pure-processing.ts'

/** Random lives of one gift, in random order and batches, with repetitions and second Event objects of one change. */

const id = '5f0c1d6e-8a0b-4c5d-9e1f-0123456789ab'
const sessionId = 'cs_1'
const paymentIntentId = 'pi_1'
const checkout = {
  ...openCheckout(1),
  id: id as CheckoutId, // the casts stand in for the parsers at the edge
  sessionId: sessionId as CheckoutSessionId,
}

type Change = readonly [type: string, object: object]
const session = (paymentStatus: 'paid' | 'unpaid') =>
  checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId, paymentStatus })
const charged = charge({ id: 'ch_1', paymentIntentId })

const payments: readonly (readonly Change[])[] = [
  [['checkout.session.completed', session('paid')]],
  [
    ['checkout.session.completed', session('unpaid')],
    ['checkout.session.async_payment_succeeded', session('paid')],
  ],
]
const refundPaths = [
  ['pending'],
  ['succeeded'],
  ['pending', 'succeeded'],
  ['pending', 'succeeded', 'failed'],
  ['requires_action', 'canceled'],
  ['pending', 'failed'],
]
const disputePaths: readonly (readonly (readonly [
  status: string,
  moved?: 'nothing' | 'withdrawn' | 'reinstated',
])[])[] = [
  [['warning_needs_response'], ['warning_under_review'], ['warning_closed']],
  [['warning_needs_response'], ['needs_response', 'withdrawn'], ['lost', 'withdrawn']],
  [['needs_response'], ['needs_response', 'withdrawn'], ['under_review', 'withdrawn'], ['lost', 'withdrawn']],
  [
    ['needs_response', 'withdrawn'],
    ['won', 'withdrawn'],
    ['won', 'reinstated'],
  ],
  [
    ['needs_response', 'withdrawn'],
    ['under_review', 'reinstated'],
  ],
  [['needs_response', 'withdrawn']],
]
const amount = fc.integer({ min: 1, max: 600 })

const refunds = fc.array(fc.tuple(fc.constantFrom(...refundPaths), amount), { maxLength: 3 }).map((all) =>
  all.flatMap(([path, minor], n) =>
    path.map((status): Change => {
      const type = status === 'failed' ? 'refund.failed' : 'refund.updated'
      return [type, refund({ id: `re_${n}`, paymentIntentId, amount: minor, status })]
    }),
  ),
)
const disputes = fc.array(fc.tuple(fc.constantFrom(...disputePaths), amount), { maxLength: 2 }).map((all) =>
  all.flatMap(([path, minor], n) =>
    path.map(([status, moved]): Change => {
      const told = dispute({
        id: `dp_${n}`,
        paymentIntentId,
        // What is disputed may change until it is taken.
        amount: moved === undefined ? minor + 7 : minor,
        status,
        moved: moved ?? 'nothing',
      })
      return ['charge.dispute.updated', told]
    }),
  ),
)
const bankReturn: Change = [
  'charge.failed',
  {
    ...charged,
    status: 'failed',
    amount_refunded: 0,
    failure_code: 'debit_disputed',
    failure_balance_transaction: 'txn_1',
  },
]
const failedTry: Change = [
  'charge.failed',
  {
    ...charge({ id: 'py_0', paymentIntentId }),
    status: 'failed',
    amount_refunded: 0,
    failure_balance_transaction: 'txn_0',
  },
]
const warning: Change = [
  'radar.early_fraud_warning.created',
  {
    id: 'issfr_1',
    object: 'radar.early_fraud_warning',
    charge: 'ch_1',
    payment_intent: paymentIntentId,
    fraud_type: 'made_with_stolen_card',
    actionable: true,
    created: 1_767_300_000,
  },
]
const maybe = (change: Change) => fc.constantFrom<readonly Change[]>([], [], [change])

const life = fc
  .tuple(fc.constantFrom(...payments), refunds, disputes, maybe(bankReturn), maybe(failedTry), maybe(warning))
  .map(([paid, ...after]): GiftEvent[] =>
    [...paid, ['charge.succeeded', charged] as const, ...after.flat()].map(([type, object], at) =>
      stripeEvent(type, object, { id: `evt_${at}`, created: 1_767_225_600 + at * 60 }),
    ),
  )

/** Chance by a seed of fast-check's: a stream of its own is slow. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 8 // the low bits repeat too soon
  }
}

/** Every event at least once, some again, some by a twin with a later date; shuffled, and cut into batches. */
function twisted(events: readonly GiftEvent[], draw: () => number): CorrelatedFact[][] {
  const all = events.flatMap((event) => {
    const own = recorded(event)
    const twin = () =>
      recorded({ ...event, id: `${event.id}_twin`, created: event.created + (draw() % 1000) })
    return [own, ...(draw() % 4 === 0 ? [own] : []), ...(draw() % 4 === 0 ? [twin()] : [])]
  })
  const shuffled = all
    .map((one) => ({ one, place: draw() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one)
  const batches: CorrelatedFact[][] = []
  while (shuffled.length > 0) batches.push(shuffled.splice(0, 1 + (draw() % 4)))
  return batches
}

function endOf(batches: readonly (readonly CorrelatedFact[])[]) {
  const books = new PureProcessing(checkout)
  for (const batch of batches) books.take(batch)
  return books.end()
}

const told = z.looseObject({
  id: z.string(),
  object: z.string(),
  amount: z.number().default(0),
  status: z.string().optional(),
  balance_transactions: z.array(z.object({ amount: z.number() })).default([]),
})

/** What Stripe's last word on each refund and dispute comes to, added up without any rule of ours. */
function lastWords(events: readonly GiftEvent[]): { readonly back: bigint; readonly taken: bigint } {
  const last = new Map<string, z.infer<typeof told>>()
  for (const { data } of events) {
    const object = told.parse(data.object)
    last.set(object.id, object)
  }
  let [back, taken] = [0, 0]
  for (const [its, { object, status, amount: minor, balance_transactions: movements }] of last) {
    if (object === 'refund' && (status === 'pending' || status === 'succeeded')) back += minor
    if (object === 'charge' && its === charged.id && status === 'failed') back += 500
    if (object === 'dispute') taken -= movements.reduce((sum, movement) => sum + movement.amount, 0)
  }
  return { back: BigInt(back), taken: BigInt(taken) }
}

// One half always the same, so that a failure stays; the other new each time, so that more is seen with time.
test.each([
  ['the same', { seed: 20_261_126 }],
  ['new', {}],
])(
  'five thousand %s lives end as in order, however they are told',
  (_, parameters) => {
    fc.assert(
      fc.property(life, fc.integer(), (events, luck) => {
        const inOrder = endOf(events.map((event) => [recorded(event)]))
        const end = endOf(twisted(events, chance(luck)))
        deepStrictEqual(end, inOrder)
        const { refundedMinor, disputedMinor } = end.stands
        deepStrictEqual({ back: refundedMinor, taken: disputedMinor }, lastWords(events))
        // The ledger says the same as the standing, by another road.
        const { refunds: back = 0n, disputes: taken = 0n, stripe_clearing: clearing = 0n } = end.balances
        expect([end.waiting.length, back, taken, clearing]).toEqual([
          0,
          refundedMinor,
          disputedMinor,
          500n - back - taken,
        ])
      }),
      { numRuns: 5000, ...parameters },
    )
  },
  30_000,
)
