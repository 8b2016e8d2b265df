import path from 'node:path'
import { Client } from 'pg'
import { freePort } from '../kit/free-port.ts'
import { messageFrom, readyAfterMs, REPO, runProgram, runService, stopChild } from './child.ts'
import { median } from './figures.ts'
import {
  checkoutsSql,
  chargesWritten,
  cloneTemplate,
  eventsStored,
  giftsWritten,
  preloadCharges,
} from './intake-database.ts'
import {
  chargeSucceeded,
  checkoutCompleted,
  gift,
  SECRET,
  signedRequest,
  type Gift,
} from './intake-events.ts'
import { closeLines, drive, openLines, type Line, type Measured } from './raw-http.ts'
import type { Order, Report } from './postgres-alone.ts'
import type { TemporaryServer } from './temporary-server.ts'

/** What one turn came to. `elapsedMs` runs until everything accepted is booked; `drainMs` is the part after the last answer. */
export type Turn = {
  readonly events: number
  readonly elapsedMs: number
  readonly drainMs: number
  readonly p50Ms: number
}

export type Contender = {
  readonly name: string
  readonly database: string
  /** Whether it writes the row that all gifts share: the receipt counter. */
  readonly counters: 'shared' | 'none'
  readonly pid: number
  /** Everything that must not count: events made and signed, connections opened, checkouts there. */
  prepare(connections: number, ms: number): Promise<void>
  take(ms: number): Promise<Turn>
  /** How many gifts each of its tables has got so far. */
  written(): Promise<Record<string, number>>
  stop(): Promise<void>
}

// The first guess; then half as much again as the best turn so far.
const EVENTS_PER_SECOND = 4_000
// Stripe's tolerance is 300 s.
const FRESH_FOR_MS = 200_000
const IDLE_AT_MOST_MS = 3_000
const CHECKOUTS_AT_ONCE = 20_000

/** Where the contenders' databases are, and how many gifts each holds before the first turn. */
export type Place = {
  readonly server: TemporaryServer
  readonly template: string
  readonly preloaded: number
}

/** Hands out the numbers of the next gifts, whose checkouts it has put into the contender's database. */
function giftsOf({ server, preloaded }: Place, database: string) {
  let next = preloaded + 1
  let last = preloaded
  return {
    async take(count: number): Promise<number> {
      while (next + count > last + 1) {
        await server.run(checkoutsSql(last + 1, last + CHECKOUTS_AT_ONCE, 'open'), database)
        last += CHECKOUTS_AT_ONCE
      }
      const first = next
      next += count
      return first
    },
  }
}

type ServiceOptions = {
  readonly name?: string
  /** Both halves, as `npm start` runs them, or the web half alone. */
  readonly half?: 'both' | 'web'
  readonly database?: string
  /** The checkout of the service that runs: this one, or another to compare with. */
  readonly checkout?: string
  readonly nodeFlags?: readonly string[]
}

/** The service itself. Of its web half alone nothing is booked: a turn ends with the last answer. */
export async function ourService(
  place: Place,
  {
    name = 'ours',
    half = 'both',
    database = 'bench_ours',
    checkout = REPO,
    nodeFlags = [],
  }: ServiceOptions = {},
): Promise<Contender> {
  const { server } = place
  await cloneTemplate(place, database)
  const port = await freePort()
  const variables = {
    PORT: String(port),
    DATA_DIR: path.join(server.folder, database),
    DATABASE_URL: server.urlOf(database),
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_WEBHOOK_SECRET: SECRET,
  }
  const child = runService(variables, { checkout, nodeFlags, command: half === 'web' ? ['web'] : [] })
  await readyAfterMs(`http://127.0.0.1:${port}`, child, performance.now())
  const watch = new Client({ connectionString: server.urlOf(database) })
  await watch.connect()
  const drained = () => nothingPending(watch)
  const stop = async (): Promise<void> => {
    await watch.end()
    await stopChild(child)
  }
  const event = checkoutCompleted
  const parts = { name, database, ports: [port], pid: child.pid ?? 0, event, stop }
  if (half === 'both') return overHttp({ ...parts, drained }, place)
  return {
    ...overHttp({ ...parts, drained: bookedWhenAnswered }, place),
    written: () => eventsStored(place, database),
  }
}

/** Another contender's turn must not carry our work, so ours ends only when nothing is left to apply. */
export async function nothingPending(watch: Client): Promise<void> {
  for (;;) {
    const text = `select 1 from inbox_states where outcome = 'pending' limit 1`
    if ((await watch.query({ name: 'pending', text })).rowCount === 0) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

const bookedWhenAnswered = (): Promise<void> => Promise.resolve()

/** A minimal handler with one database transaction per event. */
export async function minimalHandler(place: Place): Promise<Contender> {
  return program(place, {
    name: 'minimal handler',
    database: 'bench_minimal',
    file: 'minimal-handler.ts',
    event: checkoutCompleted,
  })
}

export const PEER = 'stripe-sync-engine'

/**
 * The peer: what others publish for the same webhooks, `@supabase/stripe-sync-engine`: it upserts each charge into a table of
 * its own. Its table holds as many charges as the others hold gifts.
 */
export async function peer(place: Place): Promise<Contender> {
  const database = 'bench_peer'
  const contender = await program(place, {
    name: PEER,
    database,
    file: 'peer-handler.ts',
    event: chargeSucceeded,
  })
  await preloadCharges(place, database)
  return { ...contender, written: () => chargesWritten(place, database) }
}

type Program = Pick<HttpParts, 'name' | 'database' | 'event'> & { readonly file: string }

async function program(place: Place, { name, database, file, event }: Program): Promise<Contender> {
  await cloneTemplate(place, database)
  const child = runProgram(file, { DATABASE_URL: place.server.urlOf(database) })
  const { port } = await messageFrom<{ port: number }>(child)
  const stop = () => stopChild(child)
  return overHttp(
    { name, database, ports: [port], pid: child.pid ?? 0, event, drained: bookedWhenAnswered, stop },
    place,
  )
}

type HttpParts = Pick<Contender, 'name' | 'database' | 'pid' | 'stop'> & {
  /** Of every web process; the connections are spread over them. */
  readonly ports: readonly number[]
  /** The body that says that a gift was paid. */
  readonly event: (made: Gift) => string
  readonly drained: () => Promise<void>
}

export function overHttp(
  { name, database, pid, ports, event, drained, stop }: HttpParts,
  place: Place,
): Contender {
  const gifts = giftsOf(place, database)
  let requests: { readonly bytes: Buffer; readonly signedAt: number }[] = []
  const lines: Line[] = []
  let lastUsedAt = 0
  let best = 0
  return {
    name,
    database,
    counters: 'shared',
    pid,
    async prepare(connections, ms) {
      const now = performance.now()
      requests = requests.filter(({ signedAt }) => now - signedAt < FRESH_FOR_MS)
      const missing = Math.ceil(wanted(best, ms) - requests.length)
      const first = missing > 0 ? await gifts.take(missing) : 0
      for (let n = first; n < first + missing; n += 1)
        requests.push({ bytes: signedRequest(event(gift(n))), signedAt: now })
      // Node's servers close connections that were idle for five seconds: those must not be written to.
      if (performance.now() - lastUsedAt > IDLE_AT_MOST_MS) closeLines(lines.splice(0))
      closeLines(lines.splice(connections))
      while (lines.length < connections)
        lines.push(...(await openLines(ports[lines.length % ports.length] ?? 0, 1)))
    },
    async take(ms) {
      let used = 0
      const next = () => requests[used++]?.bytes ?? null
      const measured = await drive(lines, next, ms)
      const answeredAt = performance.now()
      lastUsedAt = answeredAt
      await drained()
      requests = requests.slice(measured.answered)
      best = Math.max(best, measured.answered / measured.elapsedMs)
      return turnOf(measured, performance.now() - answeredAt)
    },
    written: () => giftsWritten(place, database),
    async stop() {
      closeLines(lines)
      await stop()
    },
  }
}

/**
 * Postgres alone, one named prepared statement per event; and the same uncounted, without what makes the gifts wait for
 * one another: each gets a year of receipt numbers to itself. The second does less than is asked for
 * and shows what the disk and Postgres have to give. Both use the same connections.
 */
export async function postgresAlone(place: Place): Promise<Contender[]> {
  const { server } = place
  const database = 'bench_postgres'
  await cloneTemplate(place, database)
  await server.run('create sequence own_years minvalue 10000', database)
  const child = runProgram('postgres-alone.ts', { DATABASE_URL: server.urlOf(database) })
  const gifts = giftsOf(place, database)
  const ask = (order: Order): Promise<Report> => {
    child.send(order)
    return messageFrom<Report>(child)
  }
  const contender = (name: string, counters: Contender['counters']): Contender => {
    let best = 0
    return {
      name,
      database,
      counters,
      pid: child.pid ?? 0,
      async prepare(connections, ms) {
        const count = Math.ceil(wanted(best, ms))
        await ask({ kind: 'prepare', connections, first: await gifts.take(count), count })
      },
      async take(ms) {
        const report = await ask({ kind: 'go', ms, counters })
        if (report.kind !== 'measured') throw new Error('Postgres alone measured nothing')
        best = Math.max(best, report.answered / report.elapsedMs)
        return turnOf(report, 0)
      },
      written: () => giftsWritten(place, database),
      stop: () => stopChild(child),
    }
  }
  return [contender('Postgres alone', 'shared'), contender('Postgres uncounted', 'none')]
}

function wanted(bestPerMs: number, ms: number): number {
  return ms * (bestPerMs > 0 ? bestPerMs * 1.5 : EVENTS_PER_SECOND / 1000)
}

function turnOf({ answered, elapsedMs, latenciesMs }: Measured, drainMs: number): Turn {
  return { events: answered, elapsedMs: elapsedMs + drainMs, drainMs, p50Ms: median(latenciesMs) }
}
