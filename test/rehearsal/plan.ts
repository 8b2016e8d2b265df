import type { Act, Line, Told } from './acts.ts'
import { diceOf } from './dice.ts'
import { FOREIGN, movedRate, SETTLED_IN } from './money.ts'
import { DECK } from './readers.ts'
import { DAY_MS, monthsAfter, monthsFrom, START_MS } from './time.ts'

export type PlanOptions = { readonly seed: number; readonly donations: number; readonly months: number }

/** Everything that will happen, made of the seed alone. */
export type Plan = {
  readonly lines: readonly Line[]
  /** How many readers of each kind came. */
  readonly readers: ReadonlyMap<string, number>
  /** To be closed; the one after them is open at the end. */
  readonly months: readonly string[]
  readonly startMs: number
  readonly endMs: number
}

/** Some days into the month after the last: its closing, and what comes late, are part of the play. */
const EPILOGUE_MS = 8 * DAY_MS

/** Readers come until so many gifts are given, renewals counted. */
export function planOf({ seed, donations, months }: PlanOptions): Plan {
  const startMs = START_MS
  const closeMs = monthsAfter(startMs, months)
  const endMs = closeMs + EPILOGUE_MS
  const lines: Line[] = []
  const readers = new Map<string, number>()
  let deck = diceOf(seed, 'deck', 0).shuffled(DECK)
  const gifts = { given: 0 }
  for (let reader = 0; gifts.given < donations; reader += 1) {
    const kind = deck[reader % deck.length]
    if (kind === undefined) throw new Error('an empty deck')
    const dice = diceOf(seed, 'reader', reader)
    // A yearly gift that is to be renewed before the end must begin early.
    const lastDay =
      (kind.frequency === 'yearly' && months > 12 ? monthsAfter(startMs, months - 12) : closeMs) - DAY_MS
    const day = dice.int(0, Math.floor((lastDay - startMs) / DAY_MS))
    const comesMs = startMs + day * DAY_MS + dice.int(3600, 15 * 3600) * 1000
    const tell = (atMs: number, act: Act | null, ...told: readonly Told[]): void => {
      if (atMs > endMs) return
      lines.push({ atMs, act, told })
      gifts.given += told.filter((one) => one.kind === 'given' && one.frequency !== null).length
    }
    kind.lives({ reader, dice, startMs: comesMs, endMs, tell })
    readers.set(kind.name, (readers.get(kind.name) ?? 0) + 1)
    if (reader % deck.length === deck.length - 1) deck = diceOf(seed, 'deck', reader).shuffled(DECK)
  }
  lines.push(...ofTheWorld(seed, startMs, closeMs, months))
  // At the same moment, in the order in which they were told.
  return {
    lines: lines.toSorted((a, b) => a.atMs - b.atMs),
    readers,
    months: monthsFrom(startMs, months),
    startMs,
    endMs,
  }
}

/** What no reader does: rates move, payouts fail, webhooks are down for days, and Stripe books what nobody expected. */
function ofTheWorld(seed: number, startMs: number, closeMs: number, months: number): Line[] {
  const dice = diceOf(seed, 'world')
  const lines: Line[] = []
  const midnight = Math.floor(startMs / DAY_MS) * DAY_MS
  for (let ms = midnight + 5 * DAY_MS; ms < closeMs; ms += dice.int(4, 10) * DAY_MS) {
    const currency = dice.pick(FOREIGN)
    const rate = { kind: 'rate', currency, usd: movedRate(currency, dice) } as const
    lines.push({ atMs: ms + 30_000, act: rate, told: [rate] })
  }
  const dayIn = (month: number, from: number, to: number): number =>
    Math.floor(monthsAfter(startMs, month) / DAY_MS) * DAY_MS + dice.int(from, to) * DAY_MS
  for (let month = 0; month < months; month += 1) {
    const failsMs = dayIn(month, 8, 24) + 23 * 3600_000
    lines.push({ atMs: failsMs, act: { kind: 'payout_fails' }, told: [] })
    if (dice.often(0.5)) lines.push({ atMs: failsMs + 60_000, act: { kind: 'payout_by_hand' }, told: [] })
    if (month === 0 || dice.often(0.5)) {
      const type = month === 0 ? 'moon_tax' : dice.pick(['moon_tax', 'adjustment', 'tax_fee'])
      const amount = type === 'adjustment' ? dice.int(50, 900) : -dice.int(50, 900)
      const its = {
        key: `${type} ${month}`,
        type,
        currency: dice.pick(SETTLED_IN),
        amount,
        fee: dice.int(0, 9),
      }
      const atMs = dayIn(month, 2, 25) + 22 * 3600_000
      lines.push({ atMs, act: { kind: 'inject', ...its }, told: [{ kind: 'injected', ...its }] })
    }
    if (month % 3 === 1) {
      const downMs = dayIn(month, 5, 20) + 6 * 3600_000
      lines.push({ atMs: downMs, act: { kind: 'webhooks_fail' }, told: [] })
      lines.push({ atMs: downMs + 4 * DAY_MS, act: { kind: 'webhooks_work' }, told: [] })
    }
  }
  return lines
}
