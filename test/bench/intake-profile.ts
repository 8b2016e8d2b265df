import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { selfTimes, type CpuProfile } from './cpu-profile.ts'
import { table } from './figures.ts'
import { ourService } from './intake-contenders.ts'
import { makeTemplate } from './intake-database.ts'
import type { BenchOptions } from './options.ts'
import { temporaryServer } from './temporary-server.ts'

const LINES = 30
const WARM_UP = 4

/** What our process spends its time on while events come in over the most connections asked for. */
export async function profileIntake(
  options: Pick<BenchOptions, 'rounds' | 'sliceMs' | 'connections' | 'preloaded'>,
  say: (text: string) => void,
): Promise<void> {
  const server = await temporaryServer()
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
    const warmAt = Number(process.hrtime.bigint() / 1000n)
    let events = 0
    for (let round = 0; round < options.rounds; round += 1) events += await turn()
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
  } finally {
    await server.stop()
  }
}
