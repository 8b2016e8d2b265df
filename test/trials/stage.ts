import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { openEmbeddedPostgres } from '../../src/db/embedded.ts'
import { freePort } from '../kit/free-port.ts'
import { openCheckout } from '../kit/processing.ts'
import { runProgram, type Program } from '../kit/process.ts'
import { openSandbox, WEBHOOK_SECRET } from '../kit/sandbox.ts'
import { sessionOf, signed, stripeEvent } from '../kit/stripe-events.ts'
import { query, withDatabase } from '../kit/test-server.ts'

/** The service as processes on a PostgreSQL of its own with durable settings, and the offline Stripe. */
export type Stage = {
  readonly pool: pg.Pool
  readonly databaseUrl: string
  /** Where captured mails, a file each, are written. */
  readonly mailFolder: string
  /** Starts a process; it is ended with the stage. */
  start(half: 'web' | 'worker'): Promise<StagedProcess>
  /** The signed webhook of a gift that is paid; its checkout is stored. */
  paidGift(): Promise<Webhook>
  /** Runs one of the operator's commands. @returns its exit code and what it printed */
  admin(...command: readonly string[]): Promise<{ readonly code: unknown; readonly printed: string }>
  close(): Promise<void>
}

export type StagedProcess = { readonly url: string; readonly program: Program }
export type Webhook = { readonly payload: string; readonly header: string }

/** @param databaseFolder where PostgreSQL keeps its data */
export async function openStage(databaseFolder?: string): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-trial-'))
  await chmod(folder, 0o755) // Postgres runs as another user when we run as root
  const postgres = await openEmbeddedPostgres(databaseFolder ?? folder)
  const databaseUrl = withDatabase(postgres.url, 'trial')
  await query(withDatabase(postgres.url, 'postgres'), 'create database trial')
  const sandbox = await openSandbox({ clock: () => new Date() })
  const variables = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    STRIPE_SECRET_KEY: 'sk_test_offline',
    STRIPE_API_BASE: sandbox.url,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    LOG_LEVEL: 'warn',
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  pool.on('error', () => undefined)
  const programs: Program[] = []
  const run = (command: readonly string[], more: Record<string, string> = {}) => {
    const program = runProgram(command, { ...variables, ...more })
    programs.push(program)
    return program
  }
  const finish = async (command: readonly string[]) => {
    const program = run(command)
    return { code: await program.ended(60_000), printed: program.printed() }
  }
  await finish(['migrate'])
  return {
    pool,
    databaseUrl,
    mailFolder: path.join(folder, 'mail'),
    async start(half) {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const program = run([half], { PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'info' })
      await program.says(half === 'web' ? 'Reader donations is running' : 'the worker is running')
      return { url, program }
    },
    async paidGift() {
      return signed(stripeEvent('checkout.session.completed', sessionOf(await openCheckout(pool))), {
        secret: WEBHOOK_SECRET,
      })
    },
    admin: (...command) => finish(['admin', ...command]),
    async close() {
      for (const program of programs) {
        program.signal('SIGCONT')
        program.signal('SIGTERM')
      }
      await Promise.all(programs.map((program) => program.ended(30_000)))
      await pool.end()
      await sandbox.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @returns the status; 0 when there was no answer */
export function post(url: string, { payload, header }: Webhook): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Stripe-Signature': header }
  return fetch(`${url}/webhooks/stripe`, { method: 'POST', headers, body: payload }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )
}

export async function count(pool: pg.Pool, sql: string): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(`select count(*) as n from ${sql}`)
  return Number(rows[0]?.n)
}
