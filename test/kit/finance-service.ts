import { readConfig } from '../../src/config/read-config.ts'
import type { Router } from '@koa/router'
import Koa from 'koa'
import { pino, type Logger } from 'pino'
import { z } from 'zod'
import type { Refused } from '../../src/access/audit/authentication-log.ts'
import { auditTrailRouter } from '../../src/access/audit/audit-trail-routes.ts'
import { staffSessions } from '../../src/access/session/session-middleware.ts'
import { frequencies } from '../../src/checkout/attribution.ts'
import { tokenGate } from '../../src/access/tokens/token-middleware.ts'
import type { WrongTokens } from '../../src/access/tokens/wrong-tokens-middleware.ts'
import { deadlines, openPool, type Database } from '../../src/db/database.ts'
import { STATEMENT_PROGRAM, type Statement } from '../../src/donors/statements/statement.ts'
import { exportRouter } from '../../src/exports/export-routes.ts'
import {
  MONTHLY_REPORT_PROGRAM,
  type MonthlyReport,
} from '../../src/exports/monthly-report/monthly-report.ts'
import { makeExporter } from '../../src/exports/exporter.ts'
import { exportPaths } from '../../src/exports/openapi-exports.ts'
import { webhookBodies, webhookPaths } from '../../src/integrations/webhooks/openapi-webhooks.ts'
import { webhookRouter } from '../../src/integrations/webhooks/webhook-routes.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import type { RateLimit, RateLimiter } from '../../src/http/rate-limit.ts'
import { accessPages } from '../../src/pages/finance/access-pages.ts'
import type { SignInSettings } from '../../src/access/sign-in/sign-in-settings.ts'
import { financePages } from '../../src/pages/finance/finance-pages.ts'
import { errorPages } from '../../src/pages/error-pages.ts'
import { verifyReceiptRouter } from '../../src/pages/reader/receipt/verify-receipt-routes.ts'
import { myPages } from '../../src/pages/reader/my/my-pages.ts'
import { receiptRouter } from '../../src/pages/reader/receipt/receipt-routes.ts'
import { thankYouRouter } from '../../src/pages/reader/thank-you/thank-you-routes.ts'
import { reconciliationRouter } from '../../src/reconciliation/reconciliation-routes.ts'
import { startPdfRenderer, type PdfRenderer } from '../../src/receipts/receipt-pdf-worker.ts'
import { receiptCodes, receiptProofs } from '../../src/receipts/receipt-code.ts'
import { receiptPdfs } from '../../src/receipts/receipt-pdfs.ts'
import type { RefundLimits } from '../../src/pages/finance/donations/refund-limit.ts'
import type { RefundDeps } from '../../src/refunds/make-refund.ts'
import { readsFromPrimary, type ReportReads } from '../../src/reports/replica/report-reads-gateway.ts'
import { openApiRouter, reportsRouter } from '../../src/reports/reports-routes.ts'
import { languages } from '../../src/text/languages.ts'
import { readerTexts } from '../../src/text/text.ts'
import { receiptLinks } from '../../src/receipts/receipt-link.ts'
import { currencyNamed } from './named.ts'
import { testKeys } from './keys.ts'
import { profile } from './processing.ts'
import { listen, type TestServer } from './http.ts'

export type ServedRoute = {
  readonly method: string
  /** As the router has it: `/finance/donations/:id`. */
  readonly path: string
  /** Whether the route answers this address. */
  matches(address: string): boolean
}

export type FinanceService = TestServer & {
  /** What the service takes for now. */
  now: Date
  /** What the limiter was asked to count. */
  readonly counted: string[]
  /** The refusals that were noted for the authentication log. */
  readonly refused: Refused[]
  /** Everything it answers. */
  readonly routes: readonly ServedRoute[]
  /** A response without following redirects. */
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Posts a form as the service's own page would. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

/** As a service signs staff in that is not in production and has no settings of its own. */
const usualSignIn: SignInSettings = {
  secondFactor: 'optional',
  idleMs: 12 * 3_600_000,
  longestMs: 7 * 24 * 3_600_000,
  provider: null,
}

const readerText = readerTexts({ offered: languages, fallback: 'en' })

const unlimited: WrongTokens = {
  refuseBlocked: () => undefined,
  countWrong: () => Promise.resolve(),
  forgetWrong: () => Promise.resolve(),
}

/** Everything of finance's side over real HTTP on the given database, with a clock that the test sets. */
export async function financeService(
  { knex: db, pool }: Database,
  options: {
    publicUrl?: string
    limiter?: RateLimiter
    wrongTokens?: WrongTokens
    limiters?: (name: string, limit: RateLimit) => RateLimiter
    signIn?: Partial<SignInSettings>
    log?: Logger
    createRefund?: RefundDeps['createRefund']
    writeOffApproval?: 'none' | 'second_person'
    refundLimits?: RefundLimits
    /** The month, 1 to 12. */
    fiscalYearStarts?: number
    reads?: ReportReads
    /** What files may be read from beside the database itself. */
    replica?: Parameters<typeof makeExporter>[0]['replica']
    renderPdf?: PdfRenderer['render']
  } = {},
): Promise<FinanceService> {
  const app = new Koa()
  app.keys = ['a-secret-for-tests-only-0123456789abcdef']
  const publicUrl = options.publicUrl ?? 'http://donations.example'
  const counted: string[] = []
  const renderer = startPdfRenderer()
  const clock = () => service.now
  const refused: Refused[] = []
  const noteRefusal = (one: Refused) => void refused.push(one)
  const settings: SignInSettings = { ...usualSignIn, ...options.signIn }
  const sessions = staffSessions(app, { db, clock, publicUrl, settings, noteRefusal, keys: testKeys })
  const requireToken = tokenGate(db, noteRefusal, options.wrongTokens ?? unlimited)
  const limiter = options.limiter ?? { take: async (key: string) => void counted.push(key) }
  const reporting = { currency: currencyNamed('usd'), fiscalYearStarts: options.fiscalYearStarts ?? 1 }
  const exports = openPool({
    url: pool.options.connectionString ?? '',
    log: pino({ level: 'silent' }),
    applicationName: 'test exports',
    deadlines: deadlines.exports,
    connections: 2,
    pipeline: false,
  })
  const statements = startPdfRenderer<Statement>({ program: STATEMENT_PROGRAM })
  const reports = startPdfRenderer<MonthlyReport>({ program: MONTHLY_REPORT_PROGRAM })
  const files = {
    renderReport: reports.render,
    exporter: makeExporter({ exports, replica: options.replica ?? null, pool, clock }),
    renderStatement: (one: Statement) => statements.render(one, readerText(one.locale).locale),
  }
  const refundLimits = options.refundLimits ?? new Map()
  const giving = {
    refundLimits,
    keys: testKeys,
    webhookReach: 'public' as const,
    warnings: { has: () => false },
  }
  const reads = options.reads ?? readsFromPrimary({ db, pool })
  const finance = { db, pool, reads, clock, newsroom: profile, reporting, sessions, ...files, ...giving }
  const unanswered = () => Promise.resolve('unknown' as const)
  const access = {
    db,
    clock,
    publicUrl,
    newsroom: profile,
    sessions,
    settings,
    limiter: options.limiters ?? (() => limiter),
    callers: callersThrough([]),
    keys: testKeys,
    noteRefusal,
    log: options.log ?? pino({ level: 'silent' }),
  }
  app.use(
    errorHandler({
      log: pino({ level: 'silent' }),
      renderErrorPage: errorPages(readerText, profile.name),
    }),
  )
  const codes = receiptCodes(testKeys.receiptCodes)
  const proofOf = receiptProofs(codes, publicUrl)
  const routers = [
    reportsRouter({ ...finance, publicUrl, requireToken }),
    openApiRouter(publicUrl, z.object({}), { ...exportPaths, ...webhookPaths }, webhookBodies),
    webhookRouter({ ...finance, requireToken }),
    ...accessPages(access),
    ...financePages({
      ...finance,
      config: readConfig({ ALLOWED_ORIGINS: 'https://courier.example', NEWSLETTER_TOOL: 'export' }),
      writeOffApproval: options.writeOffApproval ?? 'none',
      publicUrl,
      createRefund: options.createRefund ?? unanswered,
    }),
    reconciliationRouter({ pool, clock, requireToken }),
    auditTrailRouter({ pool, newsroom: profile, requireToken }),
    exportRouter({ ...finance, requireToken }),
    receiptRouter({
      db,
      proofOf,
      followLinks: [],
      logoUrl: null,
      links: receiptLinks(testKeys.receiptLinks),
      pdfOf: receiptPdfs({
        db: pool,
        render: options.renderPdf ?? renderer.render,
        textFor: readerText,
        printedOn: { paper: 'a4', logo: null },
        proofOf,
      }),
      limitPdfs: (_ctx, next) => next(),
      textFor: readerText,
    }),
    ...myPages({
      config: {
        newsroom: profile,
        publicUrl,
        reporting,
        messageMail: 'at_once',
        newsletter: { tool: { kind: 'export' } },
      },
      database: { knex: db, pool },
      keys: testKeys,
      textFor: readerText,
      limiter: options.limiters ?? (() => limiter),
      callers: callersThrough([]),
      renderStatement: files.renderStatement,
      clock,
    }),
    verifyReceiptRouter({
      db,
      codes,
      newsroomName: profile.name,
      textFor: readerText,
      limitChecks: async (_ctx, next) => {
        await limiter.take('receipt-check')
        await next()
      },
    }),
    thankYouRouter({
      db,
      newsroom: profile,
      purpose: null,
      newsletterUrl: null,
      followLinks: [],
      textFor: readerText,
      frequencies,
      clock,
      paymentAtStripe: () => Promise.resolve(null),
      wait: { until: () => Promise.resolve() },
    }),
  ]
  for (const router of routers) app.use(router.routes())
  const server = await listen(app.callback())
  const service: FinanceService = {
    ...server,
    async close() {
      await server.close()
      await renderer.stop()
      await statements.stop()
      await reports.stop()
      await exports.end()
    },
    now: new Date('2026-02-10T12:00:00Z'),
    counted,
    refused,
    routes: routers.flatMap(({ stack }) => stack.flatMap(servedRoutes)),
    get: (path, headers = {}) => fetch(server.url + path, { redirect: 'manual', headers }),
    post: (path, form, headers = {}) =>
      fetch(server.url + path, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(form),
        headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
      }),
  }
  return service
}

function servedRoutes(layer: Router['stack'][number]): ServedRoute[] {
  const matches = (address: string) => layer.match(address.replace(/[?#].*$/, ''))
  return layer.methods
    .filter((method) => method !== 'HEAD')
    .map((method) => ({ method, path: String(layer.path), matches }))
}

/** The cookies that an answer set, as the next request sends them. */
export function cookiesOf(response: Response): Record<string, string> {
  const pairs = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  return { Cookie: pairs.join('; ') }
}
