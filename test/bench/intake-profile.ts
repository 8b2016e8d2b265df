import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { selfTimes, type CpuProfile } from './cpu-profile.ts'
import { table } from './figures.ts'
import { ourService } from './intake-contenders.ts'
import { makeTemplate } from './intake-database.ts'
import type { BenchOptions } from './options.ts'
import { temporaryServer } from './temporary-server.ts'

const LINES = 30
/** Counts what each statement takes, those of triggers and foreign keys included. */
const STATEMENTS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
}
const WARM_UP = 4

/** What our process and its Postgres spend their time on while events come in over the most connections asked for. */
export async function profileIntake(
  options: Pick<BenchOptions, 'rounds' | 'sliceMs' | 'connections' | 'preloaded'>,
  say: (text: string) => void,
): Promise<void> {
  const server = await temporaryServer(STATEMENTS)
  try {
    const place = { server, template: 'bench_template', preloaded: options.preloaded }
    await makeTemplate(place)
    const folder = path.join(server.folder, 'profile')
    const ours = await ourService(place, { nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${folder}`] })
    const connections = Math.max(...options.connections)
    const turn = async (): Promise<number> => {
      await ours.prepare(connections, options.sliceMs)
      return (await ours.take(options.sliceMs)).events
    }
    for (let n = 0; n < WARM_UP; n += 1) await turn()
    await server.run('create extension pg_stat_statements; select pg_stat_statements_reset()', ours.database)
    const warmAt = Number(process.hrtime.bigint() / 1000n)
    let events = 0
    for (let round = 0; round < options.rounds; round += 1) events += await turn()
    const statements = await server.run(SLOWEST, ours.database)
    await ours.stop()
    // The process writes its profile when it leaves.
    const [file = ''] = await readdir(folder)
    const profile = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as CpuProfile // V8 wrote it
    const { busyMs, functions, rooms } = selfTimes(profile, warmAt)
    const share = (ms: number) => [`${((ms / busyMs) * 100).toFixed(1)} %`, ((ms / events) * 1000).toFixed(1)]
    const lines = (times: readonly (readonly [string, number])[]) =>
      times.slice(0, LINES).map(([name, ms]) => [name, ...share(ms)])
    say(
      `\nOur process at ${connections} connections: ${busyMs.toFixed(0)} ms of work for ${events} events\n\n`,
    )
    say(table([['by file or package', 'self time', 'µs/event'], ...lines(rooms)]))
    say(`\n${table([['by function', 'self time', 'µs/event'], ...lines(functions)])}`)
    say(
      `\n${table([['by statement', 'calls/event', 'µs/event', 'WAL bytes/event'], ...statements.map((row) => perEvent(row, events))])}`,
    )
  } finally {
    await server.stop()
  }
}

// A statement of a trigger or a foreign key counts in the statement that fired it, too.
const SLOWEST = `
  select left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as query, calls::float8, total_exec_time * 1000 as micros,
    wal_bytes::float8 as wal
  from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
  order by total_exec_time desc limit ${LINES}`

function perEvent(row: Readonly<Record<string, unknown>>, events: number): string[] {
  const { query, calls, micros, wal } = row
  return [String(query), ...[calls, micros, wal].map((total) => (Number(total) / events).toFixed(2))]
}
