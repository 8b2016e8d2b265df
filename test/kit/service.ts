import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino, type Logger } from 'pino'
import { Stripe } from 'stripe'
import { createApiToken } from '../../src/access/tokens/api-token-store.ts'
import type { Role } from '../../src/access/role.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Database, DatabaseDeadlines } from '../../src/db/database.ts'
import type { CapturedMails } from '../../src/mail/captured-mail.ts'
import { openCapturedMailer } from '../../src/mail/captured-mailer.ts'
import { startService, type Service } from '../../src/service.ts'
import type { Half } from '../../src/connections.ts'
import { sessionIn, type Session } from './answers.ts'
import { testDatabase } from './database.ts'
import { withRoles } from './database-roles.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export const ARTICLE = 'https://courier.example/ferry-returns'

/** The thank-you page that knows of the money. */
export const ARRIVED = /<title>Thank you –/

export type Payment = {
  readonly how?: 'card' | 'declined' | 'bank_debit'
  /** What the bank will say to a debit. */
  readonly settles?: 'succeeded' | 'failed'
  readonly name?: string
  readonly email?: string
  /** What Adaptive Pricing charges instead: `eur 945`. */
  readonly presented?: string
}

export type TestService = {
  readonly url: string
  /** Empty when the test brings a Stripe of its own by STRIPE_SECRET_KEY. */
  readonly sandboxUrl: string
  readonly webhookSecret: string
  readonly database: Database
  /** For what only the owner of the tables may do, such as making one fail: the service may be somebody else (TEST_AS_APP). */
  readonly owner: Database
  readonly databaseUrl: string
  readonly dataDir: string
  readonly mails: CapturedMails
  /** The real SDK, spoken to the offline Stripe: what Stripe itself knows. */
  readonly stripe: Stripe
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** `POST /checkout-sessions` as it is answered. A string is sent as it is. */
  checkout(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** A checkout that must succeed, of $5 unless the body says otherwise. */
  session(body?: Record<string, unknown>): Promise<Session>
  /** Redirects are not followed. */
  pay: typeof payAt
  /** The bank speaks now instead of in some seconds. */
  settle(session: { readonly id: string }, outcome: 'succeeded' | 'failed'): Promise<void>
  /** The thank-you page once it says what is expected; readers see it reload. */
  thankYou(session: { readonly id: string }, says: RegExp): Promise<string>
  /** One sample of /metrics, `webhook_requests_total{outcome="stored"}`; 0 when there is none. */
  metric(sample: string): Promise<number>
  /** Headers of a program with this role. */
  token(role?: Role): Promise<{ Authorization: string }>
  /** Stripe's and the service's time go on together. */
  forwardMs(ms: number): void
  stop(): Promise<void>
}

/**
 * @param variables on top of the test's own, as an operator would set them
 * @param options `trial`: what only the embedded database brings, although the database is the test's own
 * `asApp`: as the user of the database with few rights, so that a missing right is found; TEST_AS_APP=1 does that to every
 * service on a database of its own and prints its errors
 */
export async function startTestService(
  variables: Readonly<Record<string, string>> = {},
  options: {
    readonly half?: Half
    readonly log?: Logger
    readonly trial?: boolean
    readonly asApp?: boolean
    readonly deadlines?: DatabaseDeadlines
    readonly stopMs?: number
  } = {},
): Promise<TestService> {
  const own = variables['DATABASE_URL'] === undefined ? await testDatabase() : null
  const roles = own && (options.asApp || process.env['TEST_AS_APP']) ? await withRoles(own) : null
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reader-donations-flow-'))
  let aheadMs = 0
  const clock = () => new Date(Date.now() + aheadMs)
  const processing = {
    half: options.half ?? 'both',
    log: options.log ?? pino({ level: process.env['TEST_AS_APP'] ? 'error' : 'silent' }),
    clock,
    ...(options.deadlines ? { deadlines: options.deadlines } : {}),
    ...(options.stopMs ? { stopMs: options.stopMs } : {}),
  } as const
  const databaseUrl = variables['DATABASE_URL'] ?? roles?.appUrl ?? own?.url ?? ''
  const webhookSecret = 'whsec_known_to_the_tests_only'

  const start = async (): Promise<Service> => {
    const port = await freePort()
    const sandboxPort = await freePort()
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      ...(roles && own ? { MIGRATION_DATABASE_URL: own.url } : {}),
      ALLOWED_ORIGINS: new URL(ARTICLE).origin,
      ...variables,
    })
    return startService(options.trial ? { ...config, deployment: 'trial' } : config, processing)
  }
  // A free port may be taken by another test file before it is used here.
  const service = await start().catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return start()
    throw error
  })

  const { url, database } = service
  const sandboxUrl = service.sandboxUrl ?? ''
  const get: TestService['get'] = (at, headers = {}) => fetch(url + at, { headers, redirect: 'manual' })
  const checkout: TestService['checkout'] = (body, headers = {}) =>
    fetch(`${url}/checkout-sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  return {
    url,
    sandboxUrl,
    webhookSecret,
    database,
    owner: own?.database ?? database,
    databaseUrl,
    dataDir,
    mails: openCapturedMailer(path.join(dataDir, 'mail')),
    stripe: sdkFor(sandboxUrl),
    get,
    checkout,
    async session(body = {}) {
      return sessionIn(await checkout({ amount: 500, currency: 'usd', ...body }))
    },
    pay: payAt,
    async settle({ id }, outcome) {
      const body = new URLSearchParams({ outcome })
      await fetch(`${sandboxUrl}/sessions/${id}/settle`, { method: 'POST', body })
    },
    thankYou: ({ id }, says) =>
      until(`the thank-you page saying ${says}`, async () => {
        const page = await (await get(`/thank-you?session_id=${id}`)).text()
        return says.test(page) ? page : null
      }),
    async metric(sample) {
      const text = await (await get('/metrics')).text()
      const line = text.split('\n').find((one) => one.startsWith(`${sample} `))
      return line === undefined ? 0 : Number(line.slice(sample.length))
    },
    async token(role = 'finance') {
      return { Authorization: `Bearer ${await createApiToken(database.knex, { name: 'test', role })}` }
    },
    forwardMs: (ms) => void (aheadMs += ms),
    async stop() {
      await service.stop()
      await roles?.remove()
      await own?.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Fills in the hosted page's form and sends it, as a browser does. */
export async function payAt({ url }: { readonly url: string }, payment: Payment = {}): Promise<Response> {
  const shown = await (await fetch(url)).text()
  const attempt = /name="attempt" value="(\d+)"/.exec(shown)?.[1] ?? ''
  const form = { how: 'card', name: 'Ada Reader', email: 'ada@reader.example', attempt, ...payment }
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
}

function sdkFor(sandboxUrl: string): Stripe {
  const { hostname, port } = new URL(sandboxUrl === '' ? 'http://127.0.0.1:9' : sandboxUrl)
  return new Stripe('sk_test_offline', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
}
