import { atEnd } from './at-end.ts'
import path from 'node:path'
import { openStandby } from '../kit/replica.ts'
import { shown, spreadOf, sum, table } from './figures.ts'
import type { Place } from './intake-contenders.ts'
import { cpuSecondsOfServer } from './process-cpu.ts'
import type { BenchOptions } from './options.ts'
import { perEvent, perSecond, takeTurn, type ScaleTurn } from './scale-turn.ts'
import { webAndWorkers, type Processes } from './scale-contenders.ts'

/*
 * What a replica takes off: the intake runs while finance reads its overview and the file of all donations over and over,
 * once from the primary and once from a replica. Both servers stand on this machine, so what counts is the processor
 * time of the primary and not how many events come through.
 */

/** So few that the reports get a turn beside them. */
const CONNECTIONS = 16
const REPORTS = ['/api/reports/overview', '/api/donations.csv']

type ReplicaTurn = ScaleTurn & { readonly reports: number; readonly replica: number }

export async function benchReplica(
  place: Place,
  options: Pick<BenchOptions, 'rounds' | 'sliceMs' | 'scaleConnections'>,
  say: (text: string) => void,
): Promise<void> {
  const { server } = place
  const folders = { primary: server.folder, replica: path.join(server.folder, 'standby') }
  const standby = await openStandby(server.urlOf('postgres'), folders)
  const isStopped = atEnd(() => process.kill(standby.postmasterPid, 'SIGINT'))
  const contenders: {
    readonly contender: Processes
    readonly reports: boolean
    readonly turns: ReplicaTurn[]
  }[] = []
  try {
    for (const [name, database, reports, hasReplica] of [
      ['no reports', 'bench_quiet', false, false],
      ['reports from the primary', 'bench_primary', true, false],
      ['reports from a replica', 'bench_replica', true, true],
    ] as const) {
      const replicaUrl = hasReplica ? withDatabase(standby.url, database) : null
      const contender = await webAndWorkers(place, { name, database, count: 1, replicaUrl })
      contenders.push({ contender, reports, turns: [] })
    }
    const ms = options.sliceMs * 4
    const take = async ({ contender, reports, turns }: (typeof contenders)[number], counts: boolean) => {
      const reader = reports ? await readOn(contender) : null
      const before = cpuSecondsOfServer(standby.postmasterPid)
      const turn = await takeTurn(server, contender, Math.min(options.scaleConnections, CONNECTIONS), ms)
      const read = (await reader?.()) ?? 0
      if (counts)
        turns.push({ ...turn, reports: read, replica: cpuSecondsOfServer(standby.postmasterPid) - before })
    }
    for (const one of contenders) await take(one, false)
    const rounds = Math.max(1, Math.floor(options.rounds / 2))
    for (let round = 0; round < rounds; round += 1)
      for (const one of round % 2 === 0 ? contenders : contenders.toReversed()) await take(one, true)
    say(`\nA replica: the same intake beside finance's reports; ${rounds} rounds of ${ms} ms\n\n`)
    say(
      table([
        [
          '',
          'events/s',
          'reports/s',
          'our CPU µs/event',
          'primary CPU µs/event',
          'primary cores',
          'replica cores',
        ],
        ...contenders.map(({ contender, turns }) => {
          const seconds = sum(turns.map(({ elapsedMs }) => elapsedMs)) / 1000
          const coresOf = (used: (turn: ReplicaTurn) => number) => (sum(turns.map(used)) / seconds).toFixed(2)
          return [
            contender.name,
            shown(spreadOf(turns.map(perSecond)), 0),
            coresOf(({ reports: count }) => count),
            perEvent(turns, ({ ours }) => ours),
            perEvent(turns, ({ postgres }) => postgres),
            coresOf(({ postgres }) => postgres),
            coresOf(({ replica }) => replica),
          ]
        }),
      ]),
    )
  } finally {
    for (const { contender } of contenders) await contender.stop()
    isStopped()
    await standby.stop()
  }
}

/** Asks the reports one after the other until it is to end. @returns what ends it, and says how many were read */
async function readOn({ url, headers }: Processes): Promise<() => Promise<number>> {
  const given = await headers()
  const over = new AbortController()
  let count = 0
  const loop = async (address: string) => {
    while (!over.signal.aborted) {
      const answer = await fetch(url + address, { headers: given })
      await answer.arrayBuffer()
      // A database that is too busy refuses; that report counts as none.
      if (answer.ok) count += 1
      else if (answer.status === 503) await new Promise((resolve) => setTimeout(resolve, 50))
      else throw new Error(`${address} answered ${answer.status}`)
    }
  }
  // An error waits until it is asked for, so that it ends no process before its servers are stopped.
  const loops = Promise.allSettled(REPORTS.map(loop))
  return async () => {
    over.abort()
    for (const one of await loops) if (one.status === 'rejected') throw one.reason
    return count
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
