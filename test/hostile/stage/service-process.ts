import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../../kit/free-port.ts'
import type { Route, Said } from './service-program.ts'

export const SECRET = 'a-secret-of-the-hostile-trial-alone-0123456789'
export const WEBHOOK_SECRET = 'whsec_known_to_the_hostile_trial'
export const SITE = 'https://courier.example'

export type ServiceProcess = {
  readonly url: string
  readonly port: number
  readonly sandboxUrl: string
  readonly routes: readonly Route[]
  /** What it holds after its garbage was collected. */
  heapBytes(): Promise<number>
  /** The lines that it logged since this was asked last. */
  takeLog(): string[]
  /** How it ended by itself; null while it runs. */
  ended(): string | null
  stop(): Promise<void>
}

/** Starts the service with everything that it can offer to readers, and with limits that no trial reaches. */
export async function startProcess(databaseUrl: string): Promise<ServiceProcess> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reader-donations-hostile-'))
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const child = fork(new URL('service-program.ts', import.meta.url), {
    execArgv: ['--expose-gc'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      SESSION_SECRET: SECRET,
      ALLOWED_ORIGINS: SITE,
      TRUSTED_PROXIES: '127.0.0.1',
      CHECKOUT_LIMIT_PER_ADDRESS: '999999999',
      CHECKOUT_LIMIT_IN_ALL: '999999999',
      CHECKOUTS_PER_SECOND: '100000',
      STRIPE_FEE_RATES: 'usd=2.9%+30',
      NEWSLETTER_TOOL: 'export',
      SUPPORTERS_LIST: 'on',
      CHECKOUT_REMINDER: 'on',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => (output += data.toString()))
  const next = async (): Promise<Said> => {
    const ended = new AbortController()
    const { signal } = ended
    const exit = once(child, 'exit', { signal }).then(() => {
      throw new Error(`The service ended: ${output.slice(-5_000)}`)
    })
    try {
      const message = once(child, 'message', { signal }).then(([said]) => said as Said) // the program says nothing else
      return await Promise.race([message, exit])
    } finally {
      ended.abort()
      await exit.catch(() => undefined)
    }
  }
  const first = await next()
  return {
    url,
    port,
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    routes: first.kind === 'started' ? first.routes : [],
    async heapBytes() {
      child.send('heap')
      const said = await next()
      return said.kind === 'heap' ? said.bytes : 0
    },
    takeLog() {
      const whole = output.slice(0, output.lastIndexOf('\n') + 1)
      output = output.slice(whole.length)
      return whole.split('\n').filter((line) => line !== '')
    },
    ended: () =>
      (child.exitCode ?? child.signalCode) === null ? null : String(child.exitCode ?? child.signalCode),
    async stop() {
      if ((child.exitCode ?? child.signalCode) === null) {
        const gone = once(child, 'exit')
        child.disconnect()
        await gone
      }
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
