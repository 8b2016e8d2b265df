import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../kit/free-port.ts'
import { cleanEnvironment, readyAfterMs } from './child.ts'
import { shown, spreadOf, table } from './figures.ts'
import type { BenchOptions } from './options.ts'

/*
 * How long somebody waits after `npm start` until /readyz answers 200: with nothing there (Postgres' data made, migrations run),
 * and the second time. npm's own start is part of it. Every start ends by SIGTERM and must leave no Postgres behind.
 */

const GOAL_MS = { nothing: 5_000, again: 1_500 }
const REPO = new URL('../..', import.meta.url).pathname

export async function benchStart(
  { starts }: Pick<BenchOptions, 'starts'>,
  say: (text: string) => void,
): Promise<void> {
  const times: { nothing: number[]; again: number[] } = { nothing: [], again: [] }
  for (let round = 0; round < starts; round += 1) {
    const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-bench-start-'))
    await chmod(folder, 0o755) // Postgres runs as another user when we run as root
    try {
      times.nothing.push(await startedWithinMs(folder))
      times.again.push(await startedWithinMs(folder))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  say(`\nStart: ms from npm start to ready; ${starts} rounds, median (middle half)\n\n`)
  say(
    table([
      [`from nothing, at most ${GOAL_MS.nothing} wanted`, shown(spreadOf(times.nothing), 0)],
      [`the second time, at most ${GOAL_MS.again} wanted`, shown(spreadOf(times.again), 0)],
    ]),
  )
}

async function startedWithinMs(dataDir: string): Promise<number> {
  const port = await freePort()
  const own = {
    DATA_DIR: dataDir,
    PORT: String(port),
    STRIPE_SANDBOX_PORT: String(await freePort()),
    npm_config_loglevel: 'error',
  }
  const startedAt = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: REPO,
    env: { ...cleanEnvironment(), ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true, // a group of its own, as a shell gives it: Ctrl-C reaches npm and what it started
  })
  const ms = await readyAfterMs(`http://127.0.0.1:${port}`, npm, startedAt).finally(() => interrupt(npm))
  if (await exists(path.join(dataDir, 'postgres/postmaster.pid')))
    throw new Error('the service left its Postgres running')
  return ms
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function interrupt(npm: ChildProcess): Promise<void> {
  if (npm.exitCode !== null || npm.pid === undefined) return
  const gone = once(npm, 'exit')
  process.kill(-npm.pid, 'SIGINT')
  await gone
}
