import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { quickFolder } from './test-server.ts'
import { until } from './until.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The service as operators run it: a process of its own, with nothing of the test's environment but PATH. */
export type Program = {
  readonly pid: number
  /** What it has printed on both outputs. */
  printed(): string
  /** Resolves when it has printed this. @throws when it ends before */
  says(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  ended(deadlineMs?: number): Promise<number | NodeJS.Signals>
}

export function runProgram(
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
): Program {
  // Not from the repository's folder: a developer's .env there is not part of the test.
  const child: ChildProcess = spawn(process.execPath, [...nodeFlags, MAIN, ...command], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (output += data.toString()))
  const hasEnded = () => child.exitCode ?? child.signalCode
  return {
    pid: child.pid ?? 0,
    printed: () => output,
    async says(text) {
      await until(`"${text}" in: ${output}`, () => output.includes(text) || hasEnded() !== null, 30_000)
      if (!output.includes(text)) throw new Error(`Ended with ${hasEnded()}: ${output}`)
    },
    signal: (name) => void child.kill(name),
    // An exit code of 0 is something to see, too.
    ended: async (deadlineMs = 10_000) =>
      (
        await until(
          `the end of: ${output}`,
          () => hasEnded() !== null && { how: hasEnded() ?? 0 },
          deadlineMs,
        )
      ).how,
  }
}

/** A data folder that Postgres' own user can enter, and ports nobody uses. */
export async function freshPlace() {
  const dataDir = await mkdtemp(path.join(await quickFolder(), 'reader-donations-program-'))
  await chmod(dataDir, 0o755)
  const ports = { port: await freePort(), sandboxPort: await freePort() }
  const variables = {
    DATA_DIR: dataDir,
    PORT: String(ports.port),
    STRIPE_SANDBOX_PORT: String(ports.sandboxPort),
    PUBLIC_URL: `http://127.0.0.1:${ports.port}`,
    LOG_LEVEL: 'warn',
  }
  return {
    dataDir,
    url: variables.PUBLIC_URL,
    variables,
    /** The running Postgres' process, by its own word. */
    async postgresPid(): Promise<number | null> {
      const lines = await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
      return lines === '' ? null : Number(lines.split('\n')[0])
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  }
}

/** Whether a process still runs; one that only waits to be buried does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/\) Z /.test(stat)
}
