import type { Consequence, Wish } from './acts.ts'
import {
  given,
  opensPage,
  plainWish,
  RENEWAL_DRAFT_MS,
  RETRY_DAYS,
  wishOf,
  type Gift,
  type ReaderScript,
} from './reader-script.ts'
import type { Reversal } from './reversals.ts'
import { amountIn } from './money.ts'
import { DAY_MS, monthsAfter } from './time.ts'

/** What happens to a subscription once, at one of its first renewals. */
export type Turn =
  | { readonly what: 'goes on' }
  | { readonly what: 'declined'; readonly times: 1 | 2 | 3 | 4; readonly renewal?: 1 }
  | { readonly what: 'cancelled'; readonly when: 'now' | 'period end' }
  | { readonly what: 'amount changed' }
  | { readonly what: 'reversed'; readonly reversal: Reversal }

/**
 * A reader gives every month or year. Time alone causes the renewals, and each is a gift of its own.
 * @param elsewhere through an older donation system, without our metadata
 */
export function subscription(
  script: ReaderScript,
  frequency: 'monthly' | 'yearly',
  turn: Turn,
  elsewhere = false,
): void {
  const { reader, dice, endMs, schedule, startMs } = script
  const wish = elsewhere ? plainWish(dice, { frequency }) : wishOf(dice, { frequency })
  const paidMs = elsewhere ? startMs + 60_000 : opensPage(script, wish)
  if (elsewhere) schedule(startMs, { kind: 'open_elsewhere', reader, wish })
  let { amount } = wish
  const becomes = (status: 'active' | 'past_due' | 'canceled'): Consequence => ({
    kind: 'subscription',
    reader,
    status,
    amount,
  })
  const giftOf = (renewal: number, atMs: number): Gift => ({
    key: `${reader}/${renewal}`,
    amount,
    currency: wish.currency,
    atMs,
  })
  const first = giftOf(0, paidMs)
  schedule(paidMs, { kind: 'pay', reader, how: 'card' }, given(first, wish), becomes('active'))
  const anyOf = frequency === 'yearly' ? 1 : dice.int(1, 3)
  const turnAt = turn.what === 'declined' ? (turn.renewal ?? anyOf) : anyOf
  if (turn.what === 'reversed' && turnAt === 1) turn.reversal(script, first)

  const monthsPerPeriod = frequency === 'yearly' ? 12 : 1
  const periodStart = (renewal: number): number => monthsAfter(paidMs, renewal * monthsPerPeriod)
  for (let renewal = 1; periodStart(renewal) <= endMs; renewal += 1) {
    const isTurn = renewal === turnAt
    const beforeMs = periodStart(renewal) - 2 * DAY_MS
    if (isTurn && turn.what === 'cancelled')
      return cancel(script, turn.when, beforeMs, periodStart(renewal), becomes)
    if (isTurn && turn.what === 'amount changed') {
      amount = amountIn(wish.currency, dice)
      schedule(beforeMs, { kind: 'change_subscription', reader, amount }, becomes('active'))
    }
    const declines = isTurn && turn.what === 'declined' ? turn.times : 0
    if (declines > 0) schedule(beforeMs, { kind: 'decline_renewals', reader, times: declines })
    const dueMs = periodStart(renewal) + RENEWAL_DRAFT_MS
    const collectedMs = dueMs + daysOfRetries(declines) * DAY_MS
    if (declines > RETRY_DAYS.length) {
      schedule(dueMs, null, becomes('past_due'))
      return schedule(collectedMs, null, becomes('canceled'))
    }
    if (declines > 0) schedule(dueMs, null, becomes('past_due'))
    const gift = giftOf(renewal, collectedMs)
    schedule(collectedMs, null, given(gift, wish), becomes('active'))
    if (isTurn && turn.what === 'reversed' && turnAt > 1) turn.reversal(script, gift)
  }
}

/** How many days after the first decline Stripe retries after so many declines. */
function daysOfRetries(declines: number): number {
  return RETRY_DAYS.slice(0, declines).reduce<number>((sum, days) => sum + days, 0)
}

function cancel(
  { reader, dice, schedule }: ReaderScript,
  when: 'now' | 'period end',
  atMs: number,
  periodEndMs: number,
  becomes: (status: 'active' | 'canceled') => Consequence,
): void {
  const by = dice.pick(['dashboard', 'api'])
  const act = { kind: 'cancel_subscription', reader, when, by } as const
  if (when === 'now') return schedule(atMs, act, becomes('canceled'))
  schedule(atMs, act)
  schedule(periodEndMs, null, becomes('canceled'))
}

/** A gift to another program on the same account: it is in Stripe's balance, and the service must not book it. */
export function givenElsewhere(script: ReaderScript): void {
  const { reader, startMs, dice, schedule } = script
  const wish: Wish = wishOf(dice)
  schedule(startMs, { kind: 'open_elsewhere', reader, wish })
  const gift = { key: String(reader), amount: wish.amount, currency: wish.currency, atMs: startMs + 60_000 }
  schedule(gift.atMs, { kind: 'pay', reader, how: 'card' }, given(gift, wish, null))
}
