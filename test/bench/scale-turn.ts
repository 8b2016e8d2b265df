import { sum } from './figures.ts'
import type { Turn } from './intake-contenders.ts'
import { cpuSeconds, cpuSecondsOfServer } from './process-cpu.ts'
import type { Processes } from './scale-contenders.ts'
import type { TemporaryServer } from './temporary-server.ts'

/** A turn and the processor seconds that it took of whom, and the log that it wrote. */
export type ScaleTurn = Turn & {
  readonly ours: number
  readonly postgres: number
  readonly generator: number
  readonly walBytes: number
}

/** One turn with everything that it used. While it lasts nobody else's turn does. */
export async function takeTurn(
  server: TemporaryServer,
  contender: Processes,
  connections: number,
  ms: number,
): Promise<ScaleTurn> {
  await contender.prepare(connections, ms)
  const used = () => ({
    ours: sum(contender.pids.map(cpuSeconds)),
    postgres: cpuSecondsOfServer(server.postmasterPid),
    generator: cpuSeconds(process.pid),
  })
  const [before, placeBefore] = [used(), await walPlace(server)]
  const turn = await contender.take(ms)
  const [after, placeAfter] = [used(), await walPlace(server)]
  return {
    ...turn,
    ours: after.ours - before.ours,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
    walBytes: placeAfter - placeBefore,
  }
}

async function walPlace(server: TemporaryServer): Promise<number> {
  const [row] = await server.run(`select (pg_current_wal_lsn() - '0/0')::float8 as place`)
  return Number(row?.['place'])
}

export const perSecond = ({ events, elapsedMs }: Turn): number => (events / elapsedMs) * 1000

/** Microseconds of an event, over all turns: a single turn is too short for a clock of hundredths of a second. */
export function perEvent(turns: readonly ScaleTurn[], secondsOf: (turn: ScaleTurn) => number): string {
  return ((sum(turns.map(secondsOf)) / sum(turns.map(({ events }) => events))) * 1e6).toFixed(0)
}
