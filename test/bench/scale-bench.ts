import { availableParallelism, loadavg } from 'node:os'
import { median, shown, spreadOf, sum, table } from './figures.ts'
import type { Turn } from './intake-contenders.ts'
import { makeTemplate } from './intake-database.ts'
import type { BenchOptions } from './options.ts'
import { benchReplica } from './scale-replica-bench.ts'
import { perEvent, perSecond, takeTurn, type ScaleTurn } from './scale-turn.ts'
import { webAndWorkers, type Processes } from './scale-contenders.ts'
import { temporaryServer, type TemporaryServer } from './temporary-server.ts'

/*
 * How many events a second one Postgres books with 1, 2 and 4 web and worker processes, each number of them on a
 * database of its own, all up at once and given turns. Where a further process brings less than a tenth the scaling
 * ends; the processor time of ours, of Postgres and of the generator says what ended it.
 */

/** A step that brings less than this is none. */
const A_TENTH = 1.1
const DATABASE = 'bench_scale_'

type Rounds = { readonly count: number; readonly contender: Processes; readonly turns: ScaleTurn[] }
export type ScaleRun = Pick<
  BenchOptions,
  'rounds' | 'sliceMs' | 'preloaded' | 'processes' | 'scaleConnections'
>

export async function benchScale(options: ScaleRun, say: (text: string) => void): Promise<void> {
  const server = await temporaryServer()
  const all: Rounds[] = []
  try {
    const place = { server, template: 'bench_template', preloaded: options.preloaded }
    await makeTemplate(place)
    for (const count of options.processes) {
      const name = `${count} web, ${count} worker`
      const contender = await webAndWorkers(place, { name, database: `${DATABASE}${count}`, count })
      all.push({ count, contender, turns: [] })
    }
    const before = await sizes(server, all)
    say(
      `\nScale: events booked per second over ${options.scaleConnections} connections; ${options.rounds} rounds of ${options.sliceMs} ms, median (middle half)\n`,
    )
    const turnOf = async ({ contender, turns }: Rounds, ms: number, counts: boolean) => {
      const turn = await takeTurn(server, contender, options.scaleConnections, ms)
      if (counts) turns.push(turn)
      return turn.events
    }
    const written = new Map(all.map(({ count }) => [count, 0]))
    const take = async (one: Rounds, ms: number, counts: boolean) =>
      written.set(one.count, (written.get(one.count) ?? 0) + (await turnOf(one, ms, counts)))
    // Twice to warm up, as the intake's part does.
    for (const one of [...all, ...all]) await take(one, options.sliceMs * 2, false)
    for (let round = 0; round < options.rounds; round += 1)
      for (const one of round % 2 === 0 ? all : all.toReversed()) await take(one, options.sliceMs, true)
    say(report(all))
    say(await diskPerEvent(server, all, before, written))
    for (const { contender, count } of all) checkBooked(await contender.written(), written.get(count) ?? 0)
    for (const { contender } of all.splice(0)) await contender.stop()
    await benchReplica(place, options, say)
    say(
      `  load of the machine at the end: ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores\n`,
    )
  } finally {
    for (const { contender } of all) await contender.stop()
    await server.stop()
  }
}

function report(all: readonly Rounds[]): string {
  const [one] = all
  const cores = availableParallelism()
  const lines = all.map(({ contender, turns }) => {
    const busy = turns.map((turn) => (turn.ours + turn.postgres + turn.generator) / (turn.elapsedMs / 1000))
    return [
      contender.name,
      shown(spreadOf(turns.map(perSecond)), 0),
      shown(spreadOf(ratios(turns, one?.turns ?? [])), 2),
      median(turns.map(({ p50Ms }) => p50Ms)).toFixed(1),
      perEvent(turns, ({ ours }) => ours),
      perEvent(turns, ({ postgres }) => postgres),
      perEvent(turns, ({ generator }) => generator),
      (sum(turns.map(({ walBytes }) => walBytes)) / sum(turns.map(({ events }) => events)) / 1024).toFixed(1),
      `${median(busy).toFixed(2)} of ${cores}`,
    ]
  })
  const head = [
    'processes',
    'events/s',
    'to the first',
    'p50 ms',
    'our CPU µs',
    'Postgres µs',
    'generator µs',
  ]
  return `\n${table([[...head, 'WAL KiB', 'cores used'], ...lines])}\n  ${whereItEnds(all)}\n`
}

/** Round by round, so that what disturbs the machine for some seconds disturbs both. */
function ratios(turns: readonly Turn[], others: readonly Turn[]): number[] {
  return turns.flatMap((turn, round) => {
    const other = others[round]
    return other ? [perSecond(turn) / perSecond(other)] : []
  })
}

function whereItEnds(all: readonly Rounds[]): string {
  for (const [at, { count, turns }] of all.entries()) {
    const next = all[at + 1]
    if (next && median(ratios(next.turns, turns)) < A_TENTH)
      return `It stops scaling at ${count} web and ${count} worker: ${next.count} of each bring less than a tenth more.`
  }
  return `It scales up to ${all.at(-1)?.count ?? 0} web and worker processes, the most that were measured.`
}

async function sizes(server: TemporaryServer, all: readonly Rounds[]): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  for (const { count } of all) {
    const [row] = await server.run(`select pg_database_size('${DATABASE}${count}')::float8 as size`)
    found.set(count, Number(row?.['size']))
  }
  return found
}

async function diskPerEvent(
  server: TemporaryServer,
  all: readonly Rounds[],
  before: ReadonlyMap<number, number>,
  written: ReadonlyMap<number, number>,
): Promise<string> {
  const after = await sizes(server, all)
  const grown = sum(all.map(({ count }) => (after.get(count) ?? 0) - (before.get(count) ?? 0)))
  return `  disk per event, with its checkout and all indexes: ${(grown / sum([...written.values()]) / 1024).toFixed(1)} KiB\n`
}

function checkBooked(tables: Readonly<Record<string, number>>, events: number): void {
  for (const [what, count] of Object.entries(tables))
    if (count !== events) throw new Error(`${count} of ${what} were written for ${events} events`)
}
