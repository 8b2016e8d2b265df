import type { Told, Wish } from './acts.ts'
import {
  given,
  opens,
  plainWish,
  RENEWAL_DRAFT_MS,
  RETRY_DAYS,
  wishOf,
  type Gift,
  type Life,
} from './life.ts'
import type { Aftermath } from './aftermath.ts'
import { amountIn } from './money.ts'
import { DAY_MS, monthsAfter } from './time.ts'

/** What becomes of a recurring gift; `at`: from which renewal on, counted from 1. */
export type Turn =
  | { readonly what: 'goes on' }
  | { readonly what: 'declined'; readonly times: 1 | 2 | 3 | 4 }
  | { readonly what: 'cancelled'; readonly when: 'now' | 'period end' }
  | { readonly what: 'amount changed' }
  | { readonly what: 'aftermath'; readonly of: Aftermath }

/** A reader gives every month or year; every renewal is a gift of its own, brought by time alone. */
export function agreement(life: Life, frequency: 'monthly' | 'yearly', turn: Turn, elsewhere = false): void {
  const { reader, dice, endMs, tell, startMs } = life
  const wish = elsewhere ? plainWish(dice, { frequency }) : wishOf(dice, { frequency })
  const paidMs = elsewhere ? startMs + 60_000 : opens(life, wish)
  if (elsewhere) tell(startMs, { kind: 'open_elsewhere', reader, wish })
  let { amount } = wish
  const stands = (status: 'active' | 'past_due' | 'canceled'): Told => ({
    kind: 'agreement',
    reader,
    status,
    amount,
  })
  const giftAt = (n: number, atMs: number): Gift => ({
    key: `${reader}/${n}`,
    amount,
    currency: wish.currency,
    atMs,
  })
  const first = giftAt(0, paidMs)
  tell(paidMs, { kind: 'pay', reader, how: 'card' }, given(first, wish), stands('active'))
  const turnAt = frequency === 'yearly' ? 1 : dice.int(1, 3)
  if (turn.what === 'aftermath' && turnAt === 1) turn.of(life, first)

  const step = frequency === 'yearly' ? 12 : 1
  const periodStart = (n: number): number => monthsAfter(paidMs, n * step)
  for (let n = 1; periodStart(n) <= endMs; n += 1) {
    const here = n === turnAt
    // Some days of the period before.
    const beforeMs = periodStart(n) - 2 * DAY_MS
    if (here && turn.what === 'cancelled') return cancelled(life, turn.when, beforeMs, periodStart(n), stands)
    if (here && turn.what === 'amount changed') {
      amount = amountIn(wish.currency, dice)
      tell(beforeMs, { kind: 'change_agreement', reader, amount }, stands('active'))
    }
    const times = here && turn.what === 'declined' ? turn.times : 0
    if (times > 0) tell(beforeMs, { kind: 'decline_renewals', reader, times })
    const dueMs = periodStart(n) + RENEWAL_DRAFT_MS
    const collectedMs = dueMs + pauseDays(times) * DAY_MS
    if (times > RETRY_DAYS.length) {
      tell(dueMs, null, stands('past_due'))
      return tell(collectedMs, null, stands('canceled'))
    }
    if (times > 0) tell(dueMs, null, stands('past_due'))
    const gift = giftAt(n, collectedMs)
    tell(collectedMs, null, given(gift, wish), stands('active'))
    if (here && turn.what === 'aftermath' && turnAt > 1) turn.of(life, gift)
  }
}

/** How long after the first decline the last of so many is followed by another try. */
function pauseDays(declines: number): number {
  return RETRY_DAYS.slice(0, declines).reduce<number>((sum, days) => sum + days, 0)
}

function cancelled(
  { reader, dice, tell }: Life,
  when: 'now' | 'period end',
  atMs: number,
  periodEndMs: number,
  stands: (status: 'active' | 'canceled') => Told,
): void {
  const by = dice.pick(['dashboard', 'api'])
  const act = { kind: 'cancel_agreement', reader, when, by } as const
  if (when === 'now') return tell(atMs, act, stands('canceled'))
  tell(atMs, act)
  tell(periodEndMs, null, stands('canceled'))
}

/** A gift to another program on the same account: it is in Stripe's books, and not for us to book. */
export function givenElsewhere(life: Life): void {
  const { reader, startMs, dice, tell } = life
  const wish: Wish = wishOf(dice)
  tell(startMs, { kind: 'open_elsewhere', reader, wish })
  const gift = { key: String(reader), amount: wish.amount, currency: wish.currency, atMs: startMs + 60_000 }
  tell(gift.atMs, { kind: 'pay', reader, how: 'card' }, given(gift, wish, null))
}
