import type pg from 'pg'
import type { Stripe } from 'stripe'
import { expect } from 'vitest'
import type { BalanceTransaction } from '../../src/settlement/balance-transaction.ts'
import { isUnexplained, type DifferenceKind } from '../../src/reconciliation/difference.ts'
import { HOUR_MS } from '../stripe-sandbox/kit.ts'
import { found, ODDITIES } from './month.ts'
import { about, hearEvents, withEvents, readBooks, type Recorded } from '../sync/recorded.ts'

export type Expected = {
  readonly month: string
  readonly kind: DifferenceKind
  readonly object: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly todo: RegExp
}
export type Planted = { readonly told: Recorded; readonly expected: readonly Expected[] }

/** In dollars and in November unless told otherwise. */
export const nov = (
  kind: DifferenceKind,
  object: string,
  amountMinor: bigint,
  todo: RegExp,
  over: Partial<Expected> = {},
): Expected => ({ month: '2026-11', kind, object, currency: 'usd', amountMinor, todo, ...over })
export const type =
  (...types: string[]) =>
  (event: Stripe.Event) =>
    types.includes(event.type)

/** The events that `which` picks are lost on their way. */
export const without = (told: Recorded, which: (event: Stripe.Event) => boolean): Recorded =>
  withEvents(told, (event) => (which(event) ? [] : event))

/** The objects of these events are twisted. */
export const twisted = (told: Recorded, which: (event: Stripe.Event) => boolean, its: object): Recorded =>
  withEvents(told, (event) => (which(event) ? as(event, its) : event))

function as(event: Stripe.Event, its: object, over: object = {}): Stripe.Event {
  const copy = { ...event, ...over, data: { ...event.data, object: { ...event.data.object, ...its } } }
  return copy as Stripe.Event // the same type of event with other values
}

export function the(told: Recorded, which: (event: Stripe.Event) => boolean): Stripe.Event {
  const event = told.events.find(which)
  if (!event) throw new Error('no such event in the month')
  return event
}

/** One more event, made after the likeness of another. */
export function forged(told: Recorded, like: Stripe.Event, its: object): Recorded {
  return { ...told, events: [...told.events, as(like, its, { id: 'evt_forged' })] }
}

export const completed = (payment: string) => (event: Stripe.Event) =>
  type('checkout.session.completed')(event) && about(payment)(event)
export const movementOf = (told: Recorded, object: string): BalanceTransaction => {
  const movement = told.transactions.find(({ clears }) => clears === object)
  if (!movement) throw new Error('no such movement in the month')
  return movement
}
export const refundNews = type('refund.created', 'refund.updated', 'refund.failed')
const seconds = (moment: string) => Date.parse(moment) / 1000

/** A gift that Stripe's books never knew, with a payment of its own. */
export function invented(told: Recorded, payment: string, on: string): Recorded {
  const like = the(told, completed(payment))
  const its = { id: 'cs_test_invented', payment_intent: 'pi_invented', amount_total: 1234 }
  return { ...told, events: [...told.events, as(like, its, { id: 'evt_forged', created: seconds(on) })] }
}

/** A payout of November that arrived and is itemised, and one of its charges. */
export function itemised({ payouts, itemsOf }: Recorded): [payout: string, item: BalanceTransaction] {
  for (const { id, status, arrivalDate } of payouts) {
    const item = itemsOf.get(id)?.find(({ type: of }) => of === 'charge')
    if (item && status === 'paid' && arrivalDate.startsWith('2026-11')) return [id, item]
  }
  throw new Error('no such payout in the month')
}

export function amountOf({ payouts }: Recorded, id: string): bigint {
  return payouts.find((payout) => payout.id === id)?.amountMinor ?? 0n
}

const inOrder = <T extends { object: string; currency: string }>(rows: readonly T[]) =>
  rows.toSorted((a, b) => (a.object + a.currency < b.object + b.currency ? -1 : 1))

/** What is found when all this was told to an empty database, less what is in the clean month too. */
export async function findings(pool: pg.Pool, told: Recorded) {
  await hearEvents(pool, told)
  // Once more when the moments of grace are over.
  const later = { ...told, at: new Date(told.at.getTime() + 2 * HOUR_MS) }
  await hearEvents(pool, later)
  await readBooks(pool, later)
  const { differences, unexplained } = await found(pool, later.at)
  const news = differences.filter(({ kind }) => !ODDITIES.has(kind))
  return { differences: inOrder(news.map(({ what: _words, ...difference }) => difference)), unexplained }
}

/** The same of what is expected: each difference in its month, and the sizes of those to be explained, by currency. */
export function expectations(expected: readonly Expected[]) {
  const unexplained = new Map<string, bigint>()
  for (const { kind, currency, amountMinor } of expected)
    if (isUnexplained(kind))
      unexplained.set(
        currency,
        (unexplained.get(currency) ?? 0n) + (amountMinor < 0n ? -amountMinor : amountMinor),
      )
  const differences = inOrder(expected).map(({ todo, ...one }) => ({
    ...one,
    todo: expect.stringMatching(todo),
  }))
  return { differences, unexplained }
}
