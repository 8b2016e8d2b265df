import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { playMonth, type Played } from './month.ts'
import {
  completed,
  expectations,
  findings,
  forged,
  invented,
  movementOf,
  nov,
  refundNews,
  the,
  twisted,
  type Planted,
  type,
  without,
} from './planted.ts'
import { about, withMovement } from '../sync/recorded.ts'

/** A movement of a dispute, in the middle of the month. */
const took = (minor: number) => ({ amount: -minor, currency: 'usd', created: Date.UTC(2026, 10, 15) / 1000 })

/** Each discrepancy planted alone into the same rich month: it is found, and nothing else is. */

let played: Played
beforeAll(async () => void (played = await playMonth()))
let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())

const plantings: Record<string, (its: Played) => Planted> = {
  'a charge at Stripe that nobody booked': ({ end, gifts }) => ({
    told: without(end, about(gifts.plain.payment)),
    expected: [nov('missing_here', gifts.plain.payment, -5000n, /backfill/)],
  }),
  'a charge whose session’s event was lost, so that the rest waits': ({ end, gifts }) => ({
    told: without(end, completed(gifts.plain.payment)),
    expected: [nov('missing_here', gifts.plain.payment, -5000n, /backfill/)],
  }),
  'a gift that Stripe does not know, after a week': ({ end, gifts }) => ({
    told: invented(end, gifts.plain.payment, '2026-11-28T12:00:00Z'),
    expected: [nov('missing_at_stripe', 'pi_invented', 1234n, /Look the object up/)],
  }),
  'a gift that Stripe does not know yet': ({ end, gifts }) => ({
    told: invented(end, gifts.plain.payment, '2026-12-14T12:00:00Z'),
    expected: [nov('not_settled', 'pi_invented', 1234n, /Wait/, { month: '2026-12' })],
  }),
  'another amount': ({ end, gifts }) => ({
    told: twisted(end, completed(gifts.plain.payment), { amount_total: 5001 }),
    expected: [nov('amount_mismatch', gifts.plain.payment, 1n, /Compare/)],
  }),
  'another currency': ({ end, gifts }) => ({
    told: twisted(end, completed(gifts.plain.payment), { currency: 'eur' }),
    expected: [
      nov('currency_mismatch', gifts.plain.payment, 5000n, /Compare/, { currency: 'eur' }),
      nov('currency_mismatch', gifts.plain.payment, -5000n, /Compare/),
    ],
  }),
  'a refund only at Stripe': ({ end, returns }) => ({
    told: without(end, (event) => refundNews(event) && about(returns.half)(event)),
    expected: [nov('missing_here', returns.half, 500n, /backfill/)],
  }),
  'a refund only here': ({ end, returns }) => ({
    told: forged(end, the(end, about(returns.half)), { id: 're_invented', amount: 300 }),
    expected: [nov('missing_at_stripe', 're_invented', -300n, /Look the object up/)],
  }),
  'a refund of another amount': ({ end, returns }) => ({
    told: twisted(end, (event) => refundNews(event) && about(returns.quarter)(event), { amount: 650 }),
    expected: [nov('amount_mismatch', returns.quarter, 50n, /Compare/)],
  }),
  'a refund that failed, which only Stripe says': ({ end, returns }) => ({
    told: without(
      end,
      (event) => refundNews(event) && about(returns.bouncing)(event) && about('failed')(event),
    ),
    expected: [nov('amount_mismatch', returns.bouncing, -400n, /Compare/)],
  }),
  'a dispute only here': ({ end, disputes, gifts }) => ({
    told: forged(end, the(end, about(disputes.openDispute)), {
      id: 'dp_invented',
      amount: 111,
      balance_transactions: [took(111)],
      payment_intent: gifts.plain.payment,
    }),
    expected: [nov('missing_at_stripe', 'dp_invented', -111n, /Look the object up/)],
  }),
  'a dispute only at Stripe': ({ end, disputes }) => ({
    told: without(end, about(disputes.openDispute)),
    expected: [nov('missing_here', disputes.openDispute, 3900n, /backfill/)],
  }),
  'a reinstatement only at Stripe': ({ end, disputes }) => ({
    told: without(end, (event) => about(disputes.wonDispute)(event) && about('"won"')(event)),
    expected: [nov('amount_mismatch', disputes.wonDispute, -3100n, /Compare/)],
  }),
  'a reinstatement only here': ({ end, disputes }) => ({
    told: twisted(end, (event) => about(disputes.lostDispute)(event) && event.type.endsWith('closed'), {
      balance_transactions: [took(3200), took(-3200)],
    }),
    expected: [nov('amount_mismatch', disputes.lostDispute, 3200n, /Compare/)],
  }),
  'a movement of a type that nobody knows': ({ end }) => ({
    told: withMovement(end, { type: 'moon_tax', amountMinor: -123n }),
    expected: [nov('unknown_type', 'txn_planted', 123n, /sign it/)],
  }),
  'an adjustment that belongs to no dispute': ({ end }) => ({
    told: withMovement(end, { type: 'adjustment', amountMinor: 77n }),
    expected: [nov('adjustment', 'txn_planted', -77n, /sign it/)],
  }),
  'a charge that Stripe settled twice': ({ end, gifts }) => {
    const { id: _other, ...again } = movementOf(end, gifts.plain.payment)
    return {
      told: withMovement(end, again),
      expected: [nov('amount_mismatch', gifts.plain.payment, -5000n, /Compare/)],
    }
  },
  'a debit that the bank took back, which only Stripe says': ({ end, returns }) => ({
    told: without(end, (event) => type('charge.failed')(event) && about(returns.returned.payment)(event)),
    expected: [nov('amount_mismatch', returns.returned.payment, 4200n, /Compare/)],
  }),
  'more refunded than given, on both sides': ({ end, gifts, returns }) => {
    const its = {
      id: 're_planted',
      amount: 9000,
      charge: gifts.plain.charge,
      payment_intent: gifts.plain.payment,
    }
    const movement = {
      ...movementOf(end, returns.half),
      amountMinor: -9000n,
      clears: 're_planted',
      source: 're_planted',
    }
    return {
      told: withMovement(forged(end, the(end, about(returns.half)), its), movement),
      expected: [nov('refunded_too_much', gifts.plain.payment, 4000n, /made twice/)],
    }
  },
  'more withdrawn than given, on both sides': ({ end, disputes, gifts }) => {
    const its = {
      amount: 6900,
      balance_transactions: [took(6900)],
      payment_intent: gifts.plain.payment,
    }
    const twist = twisted(end, about(disputes.openDispute), its)
    return {
      told: withMovement(twist, {
        ...movementOf(end, disputes.openDispute),
        amountMinor: -3000n, // and the 3900 that went before
      }),
      expected: [nov('disputed_too_much', gifts.plain.payment, 1900n, /may rightly differ/)],
    }
  },
  'refunded, and then lost to a dispute as well': ({ end, gifts, returns }) => {
    const its = {
      id: 're_planted',
      amount: 1700,
      charge: gifts.won.charge,
      payment_intent: gifts.lost.payment,
    }
    const movement = {
      ...movementOf(end, returns.half),
      amountMinor: -1700n,
      clears: 're_planted',
      source: 're_planted',
    }
    return {
      told: withMovement(forged(end, the(end, about(returns.half)), its), movement),
      expected: [nov('reversed_twice', gifts.lost.payment, 1700n, /proof of the refund/)],
    }
  },
  'an event that contradicts what is booked': ({ end, gifts }) => ({
    told: forged(end, the(end, completed(gifts.plain.payment)), { amount_total: 6100 }),
    expected: [nov('unprocessed_event', 'evt_forged', 6100n, /replay/)],
  }),
  'an event that cannot be read': ({ end, returns }) => ({
    told: forged(end, the(end, about(returns.half)), { status: 'half way' }),
    expected: [nov('unprocessed_event', 'evt_forged', 500n, /replay/)],
  }),
  'an event of which not even the amount can be read': ({ end, returns }) => ({
    told: forged(end, the(end, about(returns.half)), { status: 'half way', amount: 'some' }),
    expected: [nov('unprocessed_event', 'evt_forged', 0n, /replay/, { currency: 'xxx' })],
  }),
  // Pages could not write such an amount.
  'an event in a currency that nobody knows': ({ end, returns }) => ({
    told: forged(end, the(end, about(returns.half)), { currency: 'zzz' }),
    expected: [nov('unprocessed_event', 'evt_forged', 0n, /replay/, { currency: 'xxx' })],
  }),
  'an event that waits for a payment which nobody knows': ({ end, disputes }) => ({
    told: forged(end, the(end, about(disputes.openDispute)), {
      id: 'dp_planted',
      payment_intent: 'pi_of_nobody',
    }),
    expected: [nov('unprocessed_event', 'evt_forged', 3900n, /replay/)],
  }),
  'two that cancel each other out': ({ end, gifts }) => ({
    told: twisted(
      twisted(end, completed(gifts.plain.payment), { amount_total: 5040 }),
      completed(gifts.other.payment),
      {
        amount_total: 5060,
      },
    ),
    expected: [
      nov('amount_mismatch', gifts.plain.payment, 40n, /Compare/),
      nov('amount_mismatch', gifts.other.payment, -40n, /Compare/),
    ],
  }),
}

test.each(Object.entries(plantings))('%s', async (_, plant) => {
  const { told, expected } = plant(played)
  expect(await findings(own.database.pool, told)).toEqual(expectations(expected))
})
