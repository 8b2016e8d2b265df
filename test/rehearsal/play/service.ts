import { createServer } from 'node:http'
import { pino } from 'pino'
import { createApp } from '../../../src/app.ts'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import type { Config } from '../../../src/config/config.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { deadlines, openPool, type Database } from '../../../src/db/database.ts'
import { makeExporter } from '../../../src/exports/exporter.ts'
import {
  MONTHLY_REPORT_PROGRAM,
  type MonthlyReport,
} from '../../../src/exports/monthly-report/monthly-report.ts'
import { STATEMENT_PROGRAM, type Statement } from '../../../src/donors/statements/statement.ts'
import { makeMetrics } from '../../../src/http/metrics.ts'
import { openCapturedMailer } from '../../../src/mail/captured-mailer.ts'
import { recordProfile } from '../../../src/newsroom/profile-store.ts'
import { startPdfRenderer } from '../../../src/receipts/receipt-pdf-worker.ts'
import type { Sandbox } from '../../../src/stripe-sandbox/sandbox.ts'
import { makeStripe, type Stripe } from '../../../src/stripe/stripe-gateway.ts'
import { freePort } from '../../kit/free-port.ts'
import { testKeys } from '../../kit/keys.ts'
import { marks } from '../../kit/marks.ts'
import { openSandbox, WEBHOOK_SECRET } from '../../kit/sandbox.ts'
import {
  BANK_REFUND_AFTER_MS,
  BANK_ANSWERS_AFTER_MS,
  DISPUTE_DAYS,
  INQUIRY_DAYS,
  RENEWAL_DRAFT_MS,
  RETRY_DAYS,
} from '../script/reader-script.ts'
import { DISPUTE_FEE_MINOR, FEE, MONTHLY_FEE_MINOR, SETTLED_IN, startRates } from '../script/money.ts'
import { TIMEZONE } from '../script/time.ts'
import { readsFromPrimary } from '../../../src/reports/replica/report-reads-gateway.ts'
import type { CheckoutMarks } from '../../../src/checkout/checkout-mark.ts'

/** Faults of webhook delivery, as shares of all events. */
const FAULTS = { duplicate: 0.1, twin: 0.05, shuffle: 0.2, delay: 0.1, lose: 0.06 }

/** The real service over HTTP and the offline Stripe, both at the script's time. Nothing runs in the background. */
export type RehearsalService = {
  readonly sandbox: Sandbox
  readonly stripe: Stripe
  readonly database: Database
  readonly config: Config
  /** Its donation products are those of the subscriptions that readers made elsewhere. */
  readonly ownership: { readonly marks: CheckoutMarks; readonly donationProducts: Set<string> }
  readonly webhookUrl: string
  /** The script's time; after `startTime` it passes by itself. */
  clock(): Date
  startTime(): void
  post(path: string, body: object, headers?: Record<string, string>): Promise<Response>
  /** `GET` with the token of a program that has the role finance. */
  read(path: string): Promise<unknown>
  close(): Promise<void>
}

export async function openService(options: {
  readonly database: Database
  readonly seed: number
  readonly startMs: number
  readonly port?: number
  readonly mailFolder?: string
}): Promise<RehearsalService> {
  const { database, seed, startMs } = options
  let startedMs: number | null = null
  const scriptClock = (): Date => new Date(startMs + (startedMs === null ? 0 : Date.now() - startedMs))
  let sandbox: Sandbox | null = null
  const clock = (): Date => sandbox?.now() ?? scriptClock()
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const webhookUrl = `${url}/webhooks/stripe`
  sandbox = await openSandbox({
    webhookUrl,
    clock: scriptClock,
    callerClock: clock,
    seed,
    faults: { seed, ...FAULTS },
    settlementCurrencies: SETTLED_IN,
    fees: { default: FEE },
    usdRates: startRates,
    disputeFeeMinor: DISPUTE_FEE_MINOR,
    monthlyFeeMinor: MONTHLY_FEE_MINOR,
    bankDebitDelayMs: BANK_ANSWERS_AFTER_MS,
    bankRefundDelayMs: BANK_REFUND_AFTER_MS,
    disputeDays: DISPUTE_DAYS,
    inquiryDays: INQUIRY_DAYS,
    renewalDraftMs: RENEWAL_DRAFT_MS,
    retryDays: RETRY_DAYS,
  })
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: url,
    ALLOWED_ORIGINS: 'https://courier.example',
    NEWSROOM_TIMEZONE: TIMEZONE,
    CHECKOUT_LIMIT_PER_ADDRESS: '999999999',
    CHECKOUT_LIMIT_IN_ALL: '999999999',
  })
  const stripe = makeStripe('sk_test_offline', sandbox.url)
  await recordProfile(database.pool, config.newsroom, clock())
  const statements = startPdfRenderer<Statement>({ program: STATEMENT_PROGRAM })
  const reports = startPdfRenderer<MonthlyReport>({ program: MONTHLY_REPORT_PROGRAM })
  const exportPool = openPool({
    url: database.pool.options.connectionString ?? '',
    log: pino({ level: 'silent' }),
    applicationName: 'rehearsal exports',
    deadlines: deadlines.exports,
    connections: 2,
    pipeline: false,
  })
  const app = await createApp({
    noteRefusal: () => undefined,
    note: () => undefined,
    stopping: new AbortController().signal,
    config,
    database,
    patient: database,
    intake: database.pool,
    health: {
      databaseProblem: async () => null,
      askIntake: async () => undefined,
      starved: () => null,
      secondsAhead: async () => 0,
    },
    files: {
      exporter: makeExporter({ exports: exportPool, pool: database.pool, clock }),
      reads: readsFromPrimary({ db: database.knex, pool: database.pool }),
      renderReport: reports.render,
      renderStatement: (statement) => statements.render(statement, 'en'),
    },
    stripe,
    connection: {
      secretKey: 'sk_test_offline',
      apiBase: sandbox.url,
      webhookSecrets: [WEBHOOK_SECRET],
      checkoutOrigins: [sandbox.url],
      sandboxUrl: null,
    },
    keys: testKeys,
    marks,
    capturedMails: options.mailFolder === undefined ? null : openCapturedMailer(options.mailFolder),
    clock,
    log: pino({ level: 'silent' }),
    onStored: () => undefined,
    pdfOf: () => Promise.reject(new Error('The rehearsal asks for no PDF')),
    metrics: makeMetrics(() => Promise.reject(new Error('The rehearsal reads no metrics'))),
  })
  const server = createServer(app.callback())
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  const token = await createApiToken(database.knex, { name: 'rehearsal', role: 'finance' })
  const runningSandbox = sandbox
  return {
    sandbox,
    stripe,
    database,
    config,
    ownership: { marks, donationProducts: new Set() },
    webhookUrl,
    clock,
    startTime: () => void (startedMs = Date.now()),
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async read(path) {
      const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      return answer.json()
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await statements.stop()
      await reports.stop()
      await exportPool.end()
      await runningSandbox.close()
    },
  }
}
