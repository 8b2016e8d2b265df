import { randomUUID } from 'node:crypto'
import type { Stripe } from 'stripe'
import { describe, expect } from 'vitest'
import {
  changed,
  completesCheckout,
  differencesExpected,
  differencesFound,
  firstEvent,
  inNovember,
  isRefundEvent,
  movementOf,
  ofType,
  without,
  withForgedEvent,
  withInventedGift,
  type Planted,
} from './planted.ts'
import { playedMonthTest as test, type PlayedMonth } from './played-month.ts'
import { about, withOneMoreTransaction, type Recorded } from './recorded.ts'
import { markedFor } from '../kit/marks.ts'

/** Stripe's movement of a dispute's amount in the middle of November, as the event's object lists it. */
const withdrawal = (minor: number) => ({
  amount: -minor,
  currency: 'usd',
  created: Date.UTC(2026, 10, 15) / 1000,
})

/** The record with one more refund of a gift, as an event and in Stripe's balance; made after another refund. */
function withRefund(
  recorded: Recorded,
  original: string,
  amount: number,
  gift: PlayedMonth['gifts']['plain'],
): Recorded {
  const id = 're_planted'
  const values = { id, amount, charge: gift.charge, payment_intent: gift.payment }
  const withEvent = withForgedEvent(recorded, firstEvent(recorded, about(original)), values)
  const movement = { ...movementOf(recorded, original), amountMinor: BigInt(-amount), clears: id, source: id }
  return withOneMoreTransaction(withEvent, movement)
}

const isChargeOf = (payment: string) => (event: Stripe.Event) =>
  ofType('charge.succeeded')(event) && about(payment)(event)

/** Each mistake is planted alone into the same rich month. */
const plantings: Record<string, (month: PlayedMonth) => Planted> = {
  'a charge at Stripe whose webhooks were all lost': ({ end, gifts }) => ({
    recorded: without(end, about(gifts.plain.payment)),
    expected: [inNovember('missing_here', gifts.plain.payment, -5000n, /backfill/)],
  }),
  'a charge whose checkout event was lost, so that its other events wait': ({ end, gifts }) => ({
    recorded: without(end, completesCheckout(gifts.plain.payment)),
    expected: [inNovember('missing_here', gifts.plain.payment, -5000n, /backfill/)],
  }),
  'a gift that Stripe’s balance does not show after a week': ({ end, gifts }) => ({
    recorded: withInventedGift(end, gifts.plain.payment, '2026-11-28T12:00:00Z'),
    expected: [inNovember('missing_at_stripe', 'pi_invented', 1234n, /Look the object up/)],
  }),
  'a note on a gift that Stripe’s balance does not show yet': ({ end, gifts }) => ({
    recorded: withInventedGift(end, gifts.plain.payment, '2026-12-14T12:00:00Z'),
    expected: [inNovember('not_settled', 'pi_invented', 1234n, /Wait/, { month: '2026-12' })],
  }),
  'a gift of another amount': ({ end, gifts }) => ({
    recorded: changed(end, completesCheckout(gifts.plain.payment), { amount_total: 5001 }),
    expected: [inNovember('amount_mismatch', gifts.plain.payment, 1n, /Compare/)],
  }),
  'a gift in another currency': ({ end, gifts }) => ({
    recorded: changed(end, completesCheckout(gifts.plain.payment), { currency: 'eur' }),
    expected: [
      inNovember('currency_mismatch', gifts.plain.payment, 5000n, /Compare/, { currency: 'eur' }),
      inNovember('currency_mismatch', gifts.plain.payment, -5000n, /Compare/),
    ],
  }),
  'a refund that only Stripe knows': ({ end, returns }) => ({
    recorded: without(end, (event) => isRefundEvent(event) && about(returns.half)(event)),
    expected: [inNovember('missing_here', returns.half, 500n, /backfill/)],
  }),
  'a refund that only the service knows': ({ end, returns }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(returns.half)), { id: 're_invented', amount: 300 }),
    expected: [inNovember('missing_at_stripe', 're_invented', -300n, /Look the object up/)],
  }),
  'a refund of another amount': ({ end, returns }) => ({
    recorded: changed(end, (event) => isRefundEvent(event) && about(returns.quarter)(event), { amount: 650 }),
    expected: [inNovember('amount_mismatch', returns.quarter, 50n, /Compare/)],
  }),
  'a refund whose failure only Stripe knows': ({ end, returns }) => ({
    recorded: without(
      end,
      (event) => isRefundEvent(event) && about(returns.bouncing)(event) && about('failed')(event),
    ),
    expected: [inNovember('amount_mismatch', returns.bouncing, -400n, /Compare/)],
  }),
  'a dispute that only the service knows': ({ end, disputes, gifts }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(disputes.openDispute)), {
      id: 'dp_invented',
      amount: 111,
      balance_transactions: [withdrawal(111)],
      payment_intent: gifts.plain.payment,
    }),
    expected: [inNovember('missing_at_stripe', 'dp_invented', -111n, /Look the object up/)],
  }),
  'a dispute that only Stripe knows': ({ end, disputes }) => ({
    recorded: without(end, about(disputes.openDispute)),
    expected: [inNovember('missing_here', disputes.openDispute, 3900n, /backfill/)],
  }),
  'a reinstatement that only Stripe knows': ({ end, disputes }) => ({
    recorded: without(end, (event) => about(disputes.wonDispute)(event) && about('"won"')(event)),
    expected: [inNovember('amount_mismatch', disputes.wonDispute, -3100n, /Compare/)],
  }),
  'a reinstatement that only the service knows': ({ end, disputes }) => ({
    recorded: changed(end, (event) => about(disputes.lostDispute)(event) && event.type.endsWith('closed'), {
      balance_transactions: [withdrawal(3200), withdrawal(-3200)],
    }),
    expected: [inNovember('amount_mismatch', disputes.lostDispute, 3200n, /Compare/)],
  }),
  'a movement of an unknown type': ({ end }) => ({
    recorded: withOneMoreTransaction(end, { type: 'moon_tax', amountMinor: -123n }),
    expected: [inNovember('unknown_type', 'txn_planted', 123n, /sign it/)],
  }),
  'an adjustment that belongs to no dispute': ({ end }) => ({
    recorded: withOneMoreTransaction(end, { type: 'adjustment', amountMinor: 77n }),
    expected: [inNovember('adjustment', 'txn_planted', -77n, /sign it/)],
  }),
  'a charge that Stripe settled twice': ({ end, gifts }) => {
    const { id: _other, ...again } = movementOf(end, gifts.plain.payment)
    return {
      recorded: withOneMoreTransaction(end, again),
      expected: [inNovember('amount_mismatch', gifts.plain.payment, -5000n, /Compare/)],
    }
  },
  'a bank debit whose return only Stripe knows': ({ end, returns }) => ({
    recorded: without(
      end,
      (event) => ofType('charge.failed')(event) && about(returns.returned.payment)(event),
    ),
    expected: [inNovember('amount_mismatch', returns.returned.payment, 4200n, /Compare/)],
  }),
  'a gift of which more was refunded than given, here and at Stripe': ({ end, gifts, returns }) => ({
    recorded: withRefund(end, returns.half, 9000, gifts.plain),
    expected: [inNovember('refunded_too_much', gifts.plain.payment, 4000n, /made twice/)],
  }),
  'a gift of which more was withdrawn than given, here and at Stripe': ({ end, disputes, gifts }) => {
    const values = {
      amount: 6900,
      balance_transactions: [withdrawal(6900)],
      payment_intent: gifts.plain.payment,
    }
    const disputedMore = changed(end, about(disputes.openDispute), values)
    return {
      recorded: withOneMoreTransaction(disputedMore, {
        ...movementOf(end, disputes.openDispute),
        amountMinor: -3000n, // besides the 3900 of the dispute's own movement
      }),
      expected: [inNovember('disputed_too_much', gifts.plain.payment, 1900n, /may rightly differ/)],
    }
  },
  'a gift that was refunded and then lost to a dispute as well': ({ end, gifts, returns }) => ({
    recorded: withRefund(end, returns.half, 1700, gifts.lost),
    expected: [inNovember('reversed_twice', gifts.lost.payment, 1700n, /proof of the refund/)],
  }),
  'an event that contradicts a booked gift': ({ end, gifts }) => ({
    recorded: withForgedEvent(end, firstEvent(end, completesCheckout(gifts.plain.payment)), {
      amount_total: 6100,
    }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 6100n, /replay/)],
  }),
  'an event that cannot be read': ({ end, returns }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(returns.half)), { created: 'never' }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 500n, /replay/)],
  }),
  'a refund with a status that is not known': ({ end, returns }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(returns.half)), {
      id: 're_planted',
      status: 'half way',
    }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 500n, /replay/)],
  }),
  'an event whose amount cannot be read either': ({ end, returns }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(returns.half)), {
      status: 'half way',
      amount: 'some',
    }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 0n, /replay/, { currency: 'xxx' })],
  }),
  // Pages cannot format an amount in such a currency.
  'an event in an unknown currency': ({ end, returns }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(returns.half)), { currency: 'zzz' }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 0n, /replay/, { currency: 'xxx' })],
  }),
  'a charge with our mark that waits for an unknown payment': ({ end, gifts }) => ({
    recorded: withForgedEvent(end, firstEvent(end, isChargeOf(gifts.plain.payment)), {
      id: 'ch_planted',
      payment_intent: 'pi_of_nobody',
      metadata: markedFor(randomUUID()),
      amount: 3900,
    }),
    expected: [inNovember('unprocessed_event', 'evt_forged', 3900n, /replay/)],
  }),
  'nothing in a dispute of another program’s payment': ({ end, disputes }) => ({
    recorded: withForgedEvent(end, firstEvent(end, about(disputes.openDispute)), {
      id: 'dp_planted',
      payment_intent: 'pi_of_nobody',
    }),
    expected: [],
  }),
  'two differences that cancel each other out': ({ end, gifts }) => ({
    recorded: changed(
      changed(end, completesCheckout(gifts.plain.payment), { amount_total: 5040 }),
      completesCheckout(gifts.other.payment),
      {
        amount_total: 5060,
      },
    ),
    expected: [
      inNovember('amount_mismatch', gifts.plain.payment, 40n, /Compare/),
      inNovember('amount_mismatch', gifts.other.payment, -40n, /Compare/),
    ],
  }),
}

describe('reconciling finds, and finds nothing but', () => {
  test.for(Object.entries(plantings))('%s', async ([, plant], { pool, month }) => {
    const { recorded, expected } = plant(month)
    expect(await differencesFound(pool, recorded)).toEqual(differencesExpected(expected))
  })
})
