import type { Database } from '../../src/db/database.ts'
import { backfill } from './backfill.ts'
import { bookOf, type Book } from './book.ts'
import { differences, type AtStripe } from './comparing.ts'
import { digestOf } from './digest.ts'
import { diceOf } from './dice.ts'
import { faultWatch, type FaultCounts } from './faults.ts'
import { readBooks, type FoundBooks } from './found.ts'
import { openHouse, type House } from './house.ts'
import { endMonth, figuresOf, type ClosedMonth } from './month-end.ts'
import { performer } from './performing.ts'
import { planOf, type Plan, type PlanOptions } from './plan.ts'
import { roundsOf } from './rounds.ts'
import { DAY_MS } from './time.ts'
import { verified } from './verifying.ts'

export type RehearsalOptions = PlanOptions & {
  /** Migrated and empty. */
  readonly database: Database
  readonly port?: number
  readonly mailFolder?: string
  /** Told with every month that is over. */
  readonly onMonth?: (month: string) => void
  /** A test's own hand in it: another backfill, and something done before the books are compared. */
  readonly backfill?: (house: House) => Promise<number>
  readonly beforeComparing?: (house: House) => Promise<unknown>
}

export type Rehearsed = {
  readonly plan: Plan
  readonly book: Book
  readonly found: FoundBooks
  readonly closed: readonly ClosedMonth[]
  readonly faults: FaultCounts
  readonly recovered: number
  readonly mails: { readonly sent: number; readonly putOff: number }
  /** None, or the rehearsal has failed. */
  readonly differences: readonly string[]
  readonly digest: string
  /** Still open: its caller closes it, now or after people have looked at it. */
  readonly house: House
}

/** Finance closes a month some days after its end. */
const CLOSED_AFTER_MS = 3 * DAY_MS

/** Plays the script to its end and compares the books with it. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { seed, database } = options
  const plan = planOf(options)
  const book = bookOf(plan.lines, plan.endMs)
  const house = await openHouse({ ...options, startMs: plan.startMs })
  try {
    const { box } = house
    const own = performer(house)
    const rounds = roundsOf(house, seed)
    const watch = faultWatch(box)
    const dice = diceOf(seed, 'rounds')
    const recovery = options.backfill ?? backfill
    const closed: ClosedMonth[] = []
    const problems: string[] = []
    let recovered = 0

    const whole = async (): Promise<void> => {
      watch.look()
      await rounds.deliver()
      recovered += await recovery(house)
      await rounds.apply()
      await rounds.sync()
      await rounds.mail()
    }
    const usual = async (): Promise<void> => {
      watch.look()
      // Sometimes Stripe's books are read before its events have come.
      if (dice.often(0.4)) await rounds.sync()
      await rounds.deliver()
      if (dice.often(0.4)) await rounds.sync()
      if (dice.often(0.2)) recovered += await recovery(house)
      await rounds.mail()
    }
    let next = 0
    for (let dayMs = plan.startMs; dayMs < plan.endMs;) {
      dayMs = Math.min(dayMs + DAY_MS, plan.endMs)
      for (let line = plan.lines[next]; line && line.atMs <= dayMs; line = plan.lines[next]) {
        next += 1
        if (line.act === null) continue
        await box.advanceTo(new Date(line.atMs))
        await own.perform(line.act)
      }
      await box.advanceTo(new Date(dayMs))
      const month = plan.months[closed.length]
      if (month !== undefined && dayMs >= Date.parse(afterMonth(month)) + CLOSED_AFTER_MS) {
        await whole()
        const expected = book.differences.filter((one) => one.month === month)
        const ended = await endMonth(house, own, month, expected)
        closed.push(ended.closed)
        problems.push(...ended.problems)
        options.onMonth?.(month)
      } else if (dice.often(0.7)) await usual()
    }
    box.setWebhookUrl(house.webhookUrl)
    await whole()
    await options.beforeComparing?.(house)

    const found = await readBooks(house)
    const stripe: AtStripe = { ...own, ...atStripe(house) }
    for (const { month, figures } of closed) {
      const now = await figuresOf(database, month)
      const moved = now.filter((line) => !figures.includes(line))
      if (now.join() !== figures.join())
        problems.push(`${month} is closed, and its figures moved: ${moved.join('; ')}`)
    }
    return {
      plan,
      book,
      found,
      closed,
      faults: watch.counts(),
      recovered,
      mails: { sent: rounds.mails.size, putOff: rounds.putOff() },
      differences: [
        ...problems,
        ...differences(book, found, stripe, rounds.mails),
        ...(await verified(house)),
      ],
      digest: digestOf(plan, found, closed),
      house,
    }
  } catch (error) {
    await house.close()
    throw error
  }
}

function afterMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number)).toISOString()
}

/** What Stripe holds and what reached the bank, as Stripe itself says. */
function atStripe({ box }: House): Pick<AtStripe, 'balance' | 'paidOut'> {
  const balance = new Map<string, bigint>()
  const paidOut = new Map<string, bigint>()
  const add = (sums: Map<string, bigint>, currency: string, minor: number): void =>
    void sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(minor))
  for (const { object } of box.state().balance_transaction.values()) add(balance, object.currency, object.net)
  for (const { status, currency, amount } of box.state().payout.values())
    if (status !== 'failed' && status !== 'canceled') add(paidOut, currency, amount)
  return { balance, paidOut }
}
