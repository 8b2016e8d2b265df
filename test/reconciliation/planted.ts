import type pg from 'pg'
import type { Stripe } from 'stripe'
import { expect } from 'vitest'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import { isUnexplained, type DifferenceKind } from '../../src/reconciliation/items/difference.ts'
import { HOUR_MS } from '../kit/sandbox.ts'
import { about, receiveBalance, receiveEvents, withEvents, type Recorded } from './recorded.ts'
import { EXPECTED_NOTES, reconciled } from './played-month.ts'

/** A mistake planted into a recorded month, and the differences that reconciling must find. */
export type Planted = { readonly recorded: Recorded; readonly expected: readonly Expected[] }
export type Expected = {
  readonly month: string
  readonly kind: DifferenceKind
  readonly object: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly todo: RegExp
}

/** A difference of November in US dollars, unless `over` says otherwise. */
export const inNovember = (
  kind: DifferenceKind,
  object: string,
  amountMinor: bigint,
  todo: RegExp,
  over: Partial<Expected> = {},
): Expected => ({ month: '2026-11', kind, object, currency: 'usd', amountMinor, todo, ...over })

export const ofType =
  (...types: string[]) =>
  (event: Stripe.Event) =>
    types.includes(event.type)
export const isRefundEvent = ofType('refund.created', 'refund.updated', 'refund.failed')
export const completesCheckout = (payment: string) => (event: Stripe.Event) =>
  ofType('checkout.session.completed')(event) && about(payment)(event)

/** The record without the events that `which` picks: their webhooks were lost. */
export const without = (recorded: Recorded, which: (event: Stripe.Event) => boolean): Recorded =>
  withEvents(recorded, (event) => (which(event) ? [] : event))

/** The record in which the objects of the events that `which` picks have other values. */
export const changed = (
  recorded: Recorded,
  which: (event: Stripe.Event) => boolean,
  values: object,
): Recorded => withEvents(recorded, (event) => (which(event) ? copyOf(event, values) : event))

function copyOf(event: Stripe.Event, values: object, over: object = {}): Stripe.Event {
  const copy = { ...event, ...over, data: { ...event.data, object: { ...event.data.object, ...values } } }
  return copy as Stripe.Event // the same type of event with other values
}

export function firstEvent(recorded: Recorded, which: (event: Stripe.Event) => boolean): Stripe.Event {
  const event = recorded.events.find(which)
  if (!event) throw new Error('The recorded month has no such event')
  return event
}

/** The record with one more event, `evt_forged`: a copy of another with other values in its object. */
export function withForgedEvent(recorded: Recorded, original: Stripe.Event, values: object): Recorded {
  return { ...recorded, events: [...recorded.events, copyOf(original, values, { id: 'evt_forged' })] }
}

/** The record with a gift that Stripe's balance does not know, under a payment of its own. */
export function withInventedGift(recorded: Recorded, payment: string, on: string): Recorded {
  const original = firstEvent(recorded, completesCheckout(payment))
  const values = { id: 'cs_test_invented', payment_intent: 'pi_invented', amount_total: 1234 }
  const forged = copyOf(original, values, { id: 'evt_forged', created: Date.parse(on) / 1000 })
  return { ...recorded, events: [...recorded.events, forged] }
}

export const movementOf = (recorded: Recorded, object: string): BalanceTransaction => {
  const movement = recorded.transactions.find(({ clears }) => clears === object)
  if (!movement) throw new Error('The recorded month has no such balance transaction')
  return movement
}

/** A payout that arrived in November and is itemised, and the charge of a gift in it. */
export function itemisedPayout({ payouts, itemsOf }: Recorded): [payout: string, item: BalanceTransaction] {
  for (const { id, status, arrivalDate } of payouts) {
    const item = itemsOf.get(id)?.find(({ type }) => type === 'charge')
    if (item && status === 'paid' && arrivalDate.startsWith('2026-11')) return [id, item]
  }
  throw new Error('The recorded month has no such payout')
}

export function payoutAmount({ payouts }: Recorded, id: string): bigint {
  return payouts.find((payout) => payout.id === id)?.amountMinor ?? 0n
}

const inOrder = <T extends { object: string; currency: string }>(rows: readonly T[]) =>
  rows.toSorted((a, b) => (a.object + a.currency < b.object + b.currency ? -1 : 1))

/** What reconciling finds after an empty database has received the record, less what the clean month shows as well. */
export async function differencesFound(pool: pg.Pool, recorded: Recorded) {
  await receiveEvents(pool, recorded)
  // Read a second time two hours later: only then does a missing counterpart count as a difference.
  const later = { ...recorded, at: new Date(recorded.at.getTime() + 2 * HOUR_MS) }
  await receiveEvents(pool, later)
  await receiveBalance(pool, later)
  const { differences, unexplained } = await reconciled(pool, later.at)
  const planted = differences.filter(({ kind }) => !EXPECTED_NOTES.has(kind))
  return { differences: inOrder(planted.map(({ what: _what, ...difference }) => difference)), unexplained }
}

/** The expected differences in the form of `differencesFound`, with the sums of the unexplained ones by currency. */
export function differencesExpected(expected: readonly Expected[]) {
  const unexplained = new Map<string, bigint>()
  for (const { kind, currency, amountMinor } of expected)
    if (isUnexplained(kind))
      unexplained.set(
        currency,
        (unexplained.get(currency) ?? 0n) + (amountMinor < 0n ? -amountMinor : amountMinor),
      )
  const differences = inOrder(expected).map(({ todo, ...difference }) => ({
    // An explanation for ever is possible where the type of the movement is all that is known.
    type: difference.kind === 'unknown_type' ? (expect.any(String) as unknown) : null,
    explanation: null,
    ...difference,
    todo: expect.stringMatching(todo),
  }))
  return { differences, unexplained }
}
