import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { atEnd } from './at-end.ts'

/** The checkout of the service that this benchmark belongs to. */
export const REPO = new URL('../..', import.meta.url).pathname

type ServiceRun = {
  readonly command?: readonly string[]
  readonly checkout?: string
  /** Beside those of `npm start`. */
  readonly nodeFlags?: readonly string[]
}

/** The options of Node with which a checkout starts the service. */
function optionsOf(checkout: string): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8'))
  const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(manifest)
  return scripts.start.match(/--\S+/g) ?? []
}

/** The service as `npm start` runs it, or another of its commands, with these variables and no others of its own. */
export function runService(
  variables: Readonly<Record<string, string>>,
  { command = [], checkout = REPO, nodeFlags = [] }: ServiceRun = {},
) {
  // Log lines are written, as in production, and thrown away.
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  const env = { ...cleanEnvironment(), ...variables }
  const args = [...optionsOf(checkout), ...nodeFlags, 'src/main.ts', ...command]
  return endsWithUs(spawn(process.execPath, args, { cwd: checkout, env, stdio: [...stdio] }))
}

function endsWithUs<Child extends ChildProcess>(child: Child): Child {
  child.once(
    'exit',
    atEnd(() => void child.kill('SIGKILL')),
  )
  return child
}

/** One of the bench's own programs, in a process of its own; it leaves when we do. */
export function runProgram(name: string, variables: Readonly<Record<string, string>>): ChildProcess {
  const file = new URL(name, import.meta.url).pathname
  return endsWithUs(fork(file, { env: { ...cleanEnvironment(), ...variables } }))
}

/** The path to its programs and nothing that the developer may have set for the service. */
export function cleanEnvironment(): Record<string, string> {
  const keep = ['PATH', 'HOME', 'TMPDIR', 'LANG']
  return Object.fromEntries(
    keep.flatMap((name) => [[name, process.env[name] ?? '']]).filter(([, value]) => value),
  )
}

/** The next message of a program. @throws when it ends instead */
export async function messageFrom<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  const { signal } = ended
  const message = once(child, 'message', { signal }).then(([first]) => first as T) // each program says what it sends
  const exit = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`)
  })
  try {
    return await Promise.race([message, exit])
  } finally {
    ended.abort()
    await Promise.allSettled([message, exit])
  }
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** Asks until the service says that it is ready. @returns milliseconds since `startedAt` */
export async function readyAfterMs(url: string, child: ChildProcess, startedAt: number): Promise<number> {
  const deadline = startedAt + 60_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    await answer?.text()
    if (answer?.ok) return performance.now() - startedAt
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the service was not ready within a minute')
}
