import { query, withDatabase } from '../../kit/test-server.ts'
import type { Dice } from '../../rehearsal/script/dice.ts'
import type { TorturedPostgres } from '../stage/postgres.ts'
import type { Process } from '../stage/processes.ts'
import { pause, type Deliveries } from './deliveries.ts'

/** Where a process is killed. Each is reached without a hook in the service: the outside world knows them. */
const KILL_POINTS = [
  'at a random moment',
  'receipt numbers taken, receipts not written',
  'in the middle of a database transaction',
  'webhook sent, not answered',
  'written at Stripe, not answered',
  'mail accepted, not answered',
] as const
type KillPoint = (typeof KILL_POINTS)[number]

type Deed =
  | { readonly kind: 'kill'; readonly at: KillPoint }
  | { readonly kind: 'stop PostgreSQL' }
  | { readonly kind: 'half-open connections' }

/** The statement that comes after the numbers of receipts were taken, by its name. */
const WRITES_RECEIPTS = 'insert-receipts'

const POINT_MS = 5_000
const DOWN_MS = 500
const SILENT_MS = 8_000

/** What was done to whom, in order. */
export type Done = { readonly deed: string; readonly to: string }

export type Havoc = {
  readonly done: readonly Done[]
  /** Ids of events that were acknowledged and, right after a deed, not stored. */
  readonly lost: ReadonlySet<string>
}

export type ChaosPlan = { readonly kills: number; readonly stops: number }

/**
 * Kills, stops and silences while events arrive, evenly over their number. A kill whose point is not reached within some
 * seconds happens at once.
 */
export async function wreakHavoc(
  {
    postgres,
    processes,
    deliveries,
  }: {
    readonly postgres: TorturedPostgres
    readonly processes: readonly Process[]
    readonly deliveries: Deliveries
  },
  plan: ChaosPlan,
  dice: Dice,
  /** From 0 to 1. */
  progress: () => number,
): Promise<Havoc> {
  const done: Done[] = []
  const lost = new Set<string>()
  /** The service reads lost events from Stripe's list later on: what it has acknowledged is looked for at once. */
  const lookForLost = async (): Promise<void> => {
    const acknowledged = [...deliveries.acknowledged]
    const rows = await query(withDatabase(postgres.url(), 'torture'), 'select event_id from inbox_events')
    const stored = new Set(rows.map(({ event_id: id }) => String(id)))
    for (const id of acknowledged) if (!stored.has(id)) lost.add(id)
  }
  const deeds = dice.shuffled(deedsOf(plan))
  const one = (half?: Process['half']): Process => {
    const some = processes.filter((each) => half === undefined || each.half === half)
    const chosen = some[dice.int(0, some.length - 1)]
    if (chosen === undefined) throw new Error('There is no process to kill')
    return chosen
  }
  const kill = async (at: KillPoint): Promise<void> => {
    const victim = await victimAt(at, { postgres, processes, deliveries, one })
    victim.process.kill()
    done.push({
      deed: victim.wasReached ? `killed ${at}` : 'killed at a random moment',
      to: victim.process.name,
    })
  }
  for (const [index, deed] of deeds.entries()) {
    while (progress() < (index + 1) / (deeds.length + 1)) await pause(20)
    if (deed.kind === 'kill') await kill(deed.at)
    else if (deed.kind === 'half-open connections') {
      const silent = one()
      silent.road.silenceFor(SILENT_MS)
      done.push({ deed: 'silenced its database connections', to: silent.name })
    } else {
      await postgres.stopImmediately()
      await pause(DOWN_MS)
      await postgres.start()
      done.push({ deed: 'stopped without a checkpoint', to: 'PostgreSQL' })
    }
    await lookForLost()
  }
  return { done, lost }
}

function deedsOf({ kills, stops }: ChaosPlan): Deed[] {
  const killed = Array.from({ length: kills }, (_, index): Deed => {
    const at = KILL_POINTS[index % KILL_POINTS.length] ?? 'at a random moment'
    return { kind: 'kill', at }
  })
  const stopped = Array.from({ length: stops }, (): Deed => ({ kind: 'stop PostgreSQL' }))
  const silenced = Array.from({ length: Math.ceil(stops / 2) }, (): Deed => ({
    kind: 'half-open connections',
  }))
  return [...killed, ...stopped, ...silenced]
}

type Stage = {
  readonly postgres: TorturedPostgres
  readonly processes: readonly Process[]
  readonly deliveries: Deliveries
  readonly one: (half?: Process['half']) => Process
}

/** Waits until some process is at the point: what it waits for there never comes, and the caller kills it. */
async function victimAt(
  at: KillPoint,
  { postgres, processes, deliveries, one }: Stage,
): Promise<{ readonly process: Process; readonly wasReached: boolean }> {
  if (at === 'at a random moment') return { process: one(), wasReached: true }
  if (at === 'in the middle of a database transaction') {
    const found = await inTransaction(postgres, processes)
    return { process: found ?? one(), wasReached: found !== null }
  }
  const reached = Promise.withResolvers<Process>()
  const forgetStatement = (): void => {
    for (const { road } of processes) road.onStatement = null
  }
  if (at === 'receipt numbers taken, receipts not written')
    for (const each of processes) {
      const atReceipts = (): void => {
        forgetStatement() // another process must not lose its statement as well
        reached.resolve(each)
      }
      each.road.onStatement = { name: WRITES_RECEIPTS, reached: atReceipts }
    }
  if (at === 'webhook sent, not answered') deliveries.onSent = reached.resolve
  for (const each of processes) {
    if (at === 'written at Stripe, not answered') each.stripe.onWritten = () => reached.resolve(each)
    if (at === 'mail accepted, not answered') each.mail.onAccepted = () => reached.resolve(each)
  }
  const found = await Promise.race([reached.promise, pause(POINT_MS)])
  forgetStatement()
  deliveries.onSent = null
  for (const each of processes) each.stripe.onWritten = each.mail.onAccepted = null
  return found ? { process: found, wasReached: true } : { process: one(), wasReached: false }
}

/** A process one of whose connections has written in a transaction that is still open. */
async function inTransaction(
  postgres: TorturedPostgres,
  processes: readonly Process[],
): Promise<Process | null> {
  const deadlineMs = performance.now() + POINT_MS
  while (performance.now() < deadlineMs) {
    const rows = await query(
      withDatabase(postgres.url(), 'postgres'),
      `select client_port from pg_stat_activity where datname = 'torture' and backend_xid is not null`,
    ).catch(() => [])
    const found = rows.flatMap(({ client_port: port }) =>
      processes.filter(({ road }) => road.clientPorts().includes(Number(port))),
    )
    if (found[0]) return found[0]
  }
  return null
}
