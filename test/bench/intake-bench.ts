import { median, shown, spreadOf, sum, table } from './figures.ts'
import {
  minimalHandler,
  ourService,
  PEER,
  peer,
  postgresAlone,
  type Contender,
  type Place,
  type Turn,
} from './intake-contenders.ts'
import { makeTemplate } from './intake-database.ts'
import type { BenchOptions } from './options.ts'
import { cpuSeconds, cpuSecondsOfServer } from './process-cpu.ts'
import { temporaryServer } from './temporary-server.ts'

/*
 * How many signed events of about 4 KB a second become booked gifts, ours against others. The method is made for a
 * noisy machine: all are up at once, each on its own database of one Postgres with its default, durable settings; one
 * generator gives them turns of half a second, in an order that is reversed every other round; what counts is the
 * median of the rounds' ratios. Ours answers when an event is durably kept and books it right after: what is left to
 * book when the last answer has come is waited for and counts as part of our turn, so that nobody else's turn carries
 * it and the ratio compares the same finished work. At most 2 s should pass until then.
 */

const KEEPING_UP_MS = 2_000
/** How many times as many events as each contender we want to book, by the number of connections. */
const GOALS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  32: {
    'ours / minimal handler': 5.0,
    'ours / Postgres alone': 0.9,
    'stored only / stripe-sync-engine': 1.5,
  },
  128: {
    'ours / minimal handler': 8.0,
    'ours / Postgres alone': 1.17,
    'stored only / stripe-sync-engine': 2.0,
  },
}
const STORED_ONLY = 'stored only'

type Measurement = Turn & { readonly cpuSeconds: number; readonly postgresCpuSeconds: number }
type Rounds = { readonly contender: Contender; readonly turns: Measurement[] }

export async function benchIntake(options: BenchRun, say: (text: string) => void): Promise<void> {
  const server = await temporaryServer()
  const contenders: Contender[] = []
  try {
    const place = { server, template: 'bench_template', preloaded: options.preloaded }
    await makeTemplate(place)
    contenders.push(await ourService(place))
    if (options.other !== null) contenders.push(await otherCheckout(place, options.other))
    if (options.against.includes('minimal')) contenders.push(await minimalHandler(place))
    if (options.against.includes('postgres')) contenders.push(...(await postgresAlone(place)))
    if (options.against.includes('peer')) {
      // The peer stores and books nothing: beside the whole service, our web half alone does the same work as the peer.
      contenders.push(await ourService(place, { name: STORED_ONLY, half: 'web', database: 'bench_stored' }))
      contenders.push(await peer(place))
    }
    say(
      `\nWebhook intake: events booked per second; ${options.rounds} rounds of ${options.sliceMs} ms, median (middle half)\n`,
    )
    const written = new Map(contenders.map(({ name }) => [name, 0]))
    let longestDrainMs = 0
    for (const connections of options.connections) {
      const rounds = await measure(contenders, connections, options, server.postmasterPid, written)
      say(report(rounds, connections))
      longestDrainMs = Math.max(
        longestDrainMs,
        ...rounds.flatMap(({ turns }) => turns.map(({ drainMs }) => drainMs)),
      )
    }
    say(
      `\n  longest time from the last answer until everything was applied: ${longestDrainMs.toFixed(0)} ms, at most ${KEEPING_UP_MS} wanted\n`,
    )
    for (const database of new Set(contenders.map((contender) => contender.database))) {
      const writers = contenders.filter((contender) => contender.database === database)
      checkWritten((await writers[0]?.written()) ?? {}, writers, written)
    }
    say(`  every contender wrote every row of every event it answered\n`)
  } finally {
    for (const contender of contenders) await contender.stop()
    await server.stop()
  }
}

type BenchRun = Pick<BenchOptions, 'rounds' | 'sliceMs' | 'connections' | 'preloaded' | 'against' | 'other'>

/** The service of another checkout, on tables that its own migrations made: what a change brings, measured in one run. */
async function otherCheckout(place: Place, checkout: string): Promise<Contender> {
  const otherPlace = { ...place, template: 'bench_template_other' }
  await makeTemplate(otherPlace, checkout)
  return ourService(otherPlace, { name: 'other checkout', database: 'bench_other', checkout })
}

async function measure(
  contenders: readonly Contender[],
  connections: number,
  options: BenchRun,
  postmasterPid: number,
  written: Map<string, number>,
): Promise<Rounds[]> {
  const all: Rounds[] = contenders.map((contender) => ({ contender, turns: [] }))
  const turn = async ({ contender, turns }: Rounds, ms: number, counts: boolean): Promise<void> => {
    await contender.prepare(connections, ms)
    const before = { own: cpuSeconds(contender.pid), postgres: cpuSecondsOfServer(postmasterPid) }
    const taken = await contender.take(ms)
    written.set(contender.name, (written.get(contender.name) ?? 0) + taken.events)
    if (!counts) return
    turns.push({
      ...taken,
      cpuSeconds: cpuSeconds(contender.pid) - before.own,
      postgresCpuSeconds: cpuSecondsOfServer(postmasterPid) - before.postgres,
    })
  }
  // Twice to warm up: plans, caches, compiled code, and how many events a turn needs.
  for (const rounds of [...all, ...all]) await turn(rounds, options.sliceMs * 2, false)
  for (let round = 0; round < options.rounds; round += 1)
    for (const rounds of round % 2 === 0 ? all : all.toReversed()) await turn(rounds, options.sliceMs, true)
  return all
}

function report(rounds: readonly Rounds[], connections: number): string {
  const [ours, ...others] = rounds
  const storedOnly = rounds.find(({ contender }) => contender.name === STORED_ONLY)
  const head = [
    `${connections} connections`,
    'events/s',
    'p50 ms',
    'CPU µs/event',
    'Postgres CPU µs/event',
    'drain ms',
  ]
  const lines = rounds.map(({ contender, turns }) => [
    contender.name,
    shown(spreadOf(turns.map(perSecond)), 0),
    median(turns.map(({ p50Ms }) => p50Ms)).toFixed(1),
    perEvent(turns, ({ cpuSeconds: seconds }) => seconds),
    perEvent(turns, ({ postgresCpuSeconds: seconds }) => seconds),
    median(turns.map(({ drainMs }) => drainMs)).toFixed(0),
  ])
  const pairs = [
    ...others.filter((other) => other !== storedOnly).map((other) => [ours, other] as const),
    ...others.filter(({ contender }) => contender.name === PEER).map((other) => [storedOnly, other] as const),
  ]
  const ratios = pairs.map(([one, other]) => {
    const name = `${one?.contender.name} / ${other.contender.name}`
    const goal = GOALS[connections]?.[name]
    const ratio = shown(spreadOf(ratiosOf(one?.turns ?? [], other.turns)), 2)
    return [name, ratio, goal === undefined ? '' : `at least ${goal} wanted`]
  })
  return `\n${table([head, ...lines])}\n${table(ratios)}`
}

/** Ours to another's, round by round: what disturbs the machine for some seconds disturbs both turns of a round. */
function ratiosOf(ours: readonly Turn[], others: readonly Turn[]): number[] {
  return ours.flatMap((turn, round) => {
    const other = others[round]
    return other ? [perSecond(turn) / perSecond(other)] : []
  })
}

function perSecond({ events, elapsedMs }: Turn): number {
  return (events / elapsedMs) * 1000
}

function perEvent(turns: readonly Measurement[], seconds: (turn: Measurement) => number): string {
  return ((sum(turns.map(seconds)) / sum(turns.map(({ events }) => events))) * 1e6).toFixed(0)
}

function checkWritten(
  rows: Readonly<Record<string, number>>,
  writers: readonly Contender[],
  written: ReadonlyMap<string, number>,
): void {
  const answered = (by: readonly Contender[]) => sum(by.map(({ name }) => written.get(name) ?? 0))
  const counting = writers.filter(({ counters }) => counters === 'shared')
  for (const [what, count] of Object.entries(rows)) {
    const events = answered(what === 'receipt_numbers' ? counting : writers)
    if (count !== events)
      throw new Error(`${writers[0]?.name} answered ${events} events but wrote ${count} ${what}`)
  }
}
