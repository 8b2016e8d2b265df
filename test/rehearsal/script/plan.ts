import type { Act, Line, Consequence } from './acts.ts'
import { diceOf, type Dice } from './dice.ts'
import { FOREIGN, movedRate, SETTLED_IN } from './money.ts'
import { DECK, RETRIED, type Kind } from './reader-kinds.ts'
import { DAY_MS, monthsAfter, monthsFrom, START_MS } from './time.ts'

export type PlanOptions = { readonly seed: number; readonly donations: number; readonly months: number }

/** Everything that happens in the rehearsal. It follows from the options alone. */
export type Plan = {
  readonly lines: readonly Line[]
  /** How many readers of each kind there are. */
  readonly readers: ReadonlyMap<string, number>
  /** The months to be closed; the one after them is open at the end. */
  readonly months: readonly string[]
  readonly startMs: number
  readonly endMs: number
}

/** The rehearsal goes on for some days after the last month: it is closed in them, and prior-period adjustments occur. */
const DAYS_AFTER_LAST_MONTH_MS = 8 * DAY_MS

/** Adds readers until so many gifts are given, renewals included. */
export function planOf({ seed, donations, months }: PlanOptions): Plan {
  const startMs = START_MS
  const closeMs = monthsAfter(startMs, months)
  const endMs = closeMs + DAYS_AFTER_LAST_MONTH_MS
  const lines: Line[] = []
  const readers = new Map<string, number>()
  const gifts = { given: 0 }
  const write = (kind: Kind, reader: number, dice: Dice, arrivesMs: number): void => {
    const schedule = (atMs: number, act: Act | null, ...consequences: readonly Consequence[]): void => {
      if (atMs > endMs) return
      lines.push({ atMs, act, consequences })
      gifts.given += consequences.filter((one) => one.kind === 'given' && one.frequency !== null).length
    }
    kind.write({ reader, dice, startMs: arrivesMs, endMs, schedule })
    readers.set(kind.name, (readers.get(kind.name) ?? 0) + 1)
  }
  let deck = diceOf(seed, 'deck', 0).shuffled(DECK)
  let reader = 0
  for (; gifts.given < donations; reader += 1) {
    const kind = deck[reader % deck.length]
    if (kind === undefined) throw new Error('The deck has no cards')
    const dice = diceOf(seed, 'reader', reader)
    // A yearly subscription begins early enough to be renewed before the end.
    const lastDay =
      (kind.frequency === 'yearly' && months > 12 ? monthsAfter(startMs, months - 12) : closeMs) - DAY_MS
    const day = dice.int(0, Math.floor((lastDay - startMs) / DAY_MS))
    write(kind, reader, dice, startMs + day * DAY_MS + dice.int(3600, 15 * 3600) * 1000)
    if (reader % deck.length === deck.length - 1) deck = diceOf(seed, 'deck', reader).shuffled(DECK)
  }
  // Its renewal falls due two days before the end.
  if (months > 1) write(RETRIED, reader, diceOf(seed, 'reader', reader), monthsAfter(endMs, -1) - 2 * DAY_MS)
  lines.push(...linesWithoutReader(seed, startMs, closeMs, months))
  return {
    // Lines of the same instant stay in the order in which they were added.
    lines: lines.toSorted((a, b) => a.atMs - b.atMs),
    readers,
    months: monthsFrom(startMs, months),
    startMs,
    endMs,
  }
}

/** Lines that belong to no reader: rates change, payouts fail, webhooks fail for days, and Stripe books unexpected movements. */
function linesWithoutReader(seed: number, startMs: number, closeMs: number, months: number): Line[] {
  const dice = diceOf(seed, 'world')
  const lines: Line[] = []
  const midnight = Math.floor(startMs / DAY_MS) * DAY_MS
  for (let ms = midnight + 5 * DAY_MS; ms < closeMs; ms += dice.int(4, 10) * DAY_MS) {
    const currency = dice.pick(FOREIGN)
    const rate = { kind: 'rate', currency, usd: movedRate(currency, dice) } as const
    lines.push({ atMs: ms + 30_000, act: rate, consequences: [rate] })
  }
  const dayIn = (month: number, from: number, to: number): number =>
    Math.floor(monthsAfter(startMs, month) / DAY_MS) * DAY_MS + dice.int(from, to) * DAY_MS
  for (let month = 0; month < months; month += 1) {
    const failsMs = dayIn(month, 8, 24) + 23 * 3600_000
    lines.push({ atMs: failsMs, act: { kind: 'payout_fails' }, consequences: [] })
    if (dice.often(0.5))
      lines.push({ atMs: failsMs + 60_000, act: { kind: 'payout_by_hand' }, consequences: [] })
    if (month === 0 || dice.often(0.5)) {
      const type = month === 0 ? 'moon_tax' : dice.pick(['moon_tax', 'adjustment', 'tax_fee'])
      const amount = type === 'adjustment' ? dice.int(50, 900) : -dice.int(50, 900)
      const injected = {
        key: `${type} ${month}`,
        type,
        currency: dice.pick(SETTLED_IN),
        amount,
        fee: dice.int(0, 9),
      }
      const atMs = dayIn(month, 2, 25) + 22 * 3600_000
      lines.push({
        atMs,
        act: { kind: 'inject', ...injected },
        consequences: [{ kind: 'injected', ...injected }],
      })
    }
    if (month % 3 === 1) {
      const downMs = dayIn(month, 5, 20) + 6 * 3600_000
      lines.push({ atMs: downMs, act: { kind: 'webhooks_fail' }, consequences: [] })
      lines.push({ atMs: downMs + 4 * DAY_MS, act: { kind: 'webhooks_work' }, consequences: [] })
    }
  }
  return lines
}
