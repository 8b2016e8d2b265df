import type { Database } from '../../src/db/database.ts'
import { readActual, type Actual } from './comparison/actual.ts'
import { differencesOf, type AtStripe } from './comparison/comparison.ts'
import { bankDifferences } from './comparison/bank.ts'
import { digestOf } from './comparison/digest.ts'
import { verificationLines } from './comparison/verification.ts'
import { backfill } from './play/backfill.ts'
import { databaseClock } from './play/database-clock.ts'
import { watchFaults, type FaultCounts } from './play/faults.ts'
import { endMonth, figuresOf, type ClosedMonth } from './play/month-end.ts'
import { performer, type Performer } from './play/performer.ts'
import { roundsOf, type Rounds } from './play/rounds.ts'
import { openService, type RehearsalService } from './play/service.ts'
import { diceOf } from './script/dice.ts'
import { expectationsOf, type Expectations } from './script/expected.ts'
import { planOf, type Plan, type PlanOptions } from './script/plan.ts'
import { DAY_MS } from './script/time.ts'

export type RehearsalOptions = PlanOptions & {
  /** Migrated and empty. */
  readonly database: Database
  readonly port?: number
  readonly mailFolder?: string
  /** Is called with each month after its closing. */
  readonly onMonth?: (month: string) => void
  /** For tests: another backfill than the service's own. */
  readonly backfill?: (service: RehearsalService) => Promise<number>
  /** For tests: changes something before the tables are compared with the script. */
  readonly beforeComparing?: (service: RehearsalService) => Promise<unknown>
}

export type Rehearsed = {
  readonly plan: Plan
  readonly expectations: Expectations
  readonly actual: Actual
  readonly closed: readonly ClosedMonth[]
  readonly faults: FaultCounts
  /** How many events the backfill found that no webhook had brought. */
  readonly recovered: number
  readonly mails: { readonly sent: number; readonly postponed: number }
  /** The rehearsal succeeds when there is none. */
  readonly differences: readonly string[]
  readonly digest: string
  /** Still running: the caller closes it, at once or after people have looked at it. */
  readonly service: RehearsalService
}

/** Plays the script to its end and compares the tables with it. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const plan = planOf(options)
  const expectations = expectationsOf(plan.lines, plan.endMs)
  const service = await openService({ ...options, startMs: plan.startMs })
  try {
    const performing = performer(service)
    const dates = await databaseClock(options.database)
    const rounds = roundsOf(service, options.seed)
    const faults = watchFaults(service.sandbox)
    const work = dailyWork(
      service,
      rounds,
      { lookForFaults: faults.look, datesSentMails: dates.datesSentMails },
      options,
    )
    const { closed, problems } = await play(
      plan,
      expectations,
      { service, performing, work, moveTo: dates.moveTo },
      options,
    )
    service.sandbox.setWebhookUrl(service.webhookUrl)
    await work.all()
    await options.beforeComparing?.(service)

    const actual = await readActual(service)
    const stripe: AtStripe = { ...performing, ...heldByStripe(service) }
    return {
      plan,
      expectations,
      actual,
      closed,
      faults: faults.counts(),
      recovered: work.recovered(),
      mails: { sent: rounds.mails.size, postponed: rounds.postponed() },
      differences: [
        ...problems,
        ...(await changesOfClosedMonths(closed, options.database)),
        ...differencesOf(expectations, actual, stripe, rounds.mails),
        ...(await bankDifferences(service, plan.months)),
        ...(await verificationLines(service)),
      ],
      digest: digestOf(plan, actual, closed),
      service,
    }
  } catch (error) {
    await service.close()
    throw error
  }
}

/** The service's work of one day. */
type DailyWork = {
  /** Everything there is to do. */
  all(): Promise<void>
  /** On most days some of it, in changing order. */
  some(): Promise<void>
  /** How many events the backfill has found so far. */
  recovered(): number
}

function dailyWork(
  service: RehearsalService,
  rounds: Rounds,
  { lookForFaults, datesSentMails }: { lookForFaults: () => void; datesSentMails: () => Promise<void> },
  { seed, backfill: recover = backfill }: RehearsalOptions,
): DailyWork {
  const dice = diceOf(seed, 'rounds')
  let recovered = 0
  const mail = async (): Promise<void> => {
    await rounds.mail()
    await datesSentMails()
  }
  return {
    recovered: () => recovered,
    async all() {
      lookForFaults()
      await rounds.deliver()
      recovered += await recover(service)
      await rounds.apply()
      await rounds.sync()
      await mail()
    },
    async some() {
      if (!dice.often(0.7)) return
      lookForFaults()
      // Sometimes Stripe's balance is read before its events arrive.
      if (dice.often(0.4)) await rounds.sync()
      await rounds.deliver()
      if (dice.often(0.4)) await rounds.sync()
      if (dice.often(0.2)) recovered += await recover(service)
      await mail()
    },
  }
}

/** Finance closes a month some days after its end. */
const CLOSED_AFTER_MS = 3 * DAY_MS

/** Performs the acts day by day, and closes each month after its end. */
async function play(
  plan: Plan,
  { differences }: Expectations,
  {
    service,
    performing,
    work,
    moveTo,
  }: {
    readonly service: RehearsalService
    readonly performing: Performer
    readonly work: DailyWork
    /** Sets the time that the database writes by itself. */
    readonly moveTo: (scriptTime: Date) => Promise<void>
  },
  { onMonth }: RehearsalOptions,
): Promise<{ readonly closed: ClosedMonth[]; readonly problems: string[] }> {
  const advanceTo = async (instantMs: number): Promise<void> => {
    await service.sandbox.advanceTo(new Date(instantMs))
    await moveTo(new Date(instantMs))
  }
  const closed: ClosedMonth[] = []
  const problems: string[] = []
  let next = 0
  for (let dayMs = plan.startMs; dayMs < plan.endMs;) {
    dayMs = Math.min(dayMs + DAY_MS, plan.endMs)
    for (let line = plan.lines[next]; line && line.atMs <= dayMs; line = plan.lines[next]) {
      next += 1
      if (line.act === null) continue
      await advanceTo(line.atMs)
      await performing.perform(line.act)
    }
    await advanceTo(dayMs)
    const month = plan.months[closed.length]
    if (month === undefined || dayMs < endOf(month) + CLOSED_AFTER_MS) {
      await work.some()
      continue
    }
    await work.all()
    const ofMonth = differences.filter((difference) => difference.month === month)
    const ended = await endMonth(service, performing, month, ofMonth)
    closed.push(ended.closed)
    problems.push(...ended.problems)
    onMonth?.(month)
  }
  return { closed, problems }
}

/** The first instant after a month such as `2025-01`, in UTC. */
function endOf(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return Date.UTC(year, number)
}

async function changesOfClosedMonths(closed: readonly ClosedMonth[], database: Database): Promise<string[]> {
  const problems: string[] = []
  for (const { month, figures } of closed) {
    const now = await figuresOf(database, month)
    const changed = now.filter((line) => !figures.includes(line))
    if (now.join() !== figures.join())
      problems.push(`${month} is closed, and its figures changed: ${changed.join('; ')}`)
  }
  return problems
}

/** What Stripe holds and what reached the bank, according to Stripe. */
function heldByStripe({ sandbox }: RehearsalService): Pick<AtStripe, 'balance' | 'paidOut' | 'inTransit'> {
  const balance = new Map<string, bigint>()
  const paidOut = new Map<string, bigint>()
  const inTransit = new Map<string, bigint>()
  const add = (sums: Map<string, bigint>, currency: string, minor: number): void =>
    void sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(minor))
  for (const { object } of sandbox.state().balance_transaction.values())
    add(balance, object.currency, object.net)
  for (const { status, currency, amount } of sandbox.state().payout.values())
    if (status !== 'failed' && status !== 'canceled')
      add(status === 'paid' ? paidOut : inTransit, currency, amount)
  return { balance, paidOut, inTransit }
}
