import type { Router } from '@koa/router'
import Koa from 'koa'
import type { Logger } from 'pino'
import type { NoteRefusal } from './access/audit/authentication-log.ts'
import { auditTrailRouter } from './access/audit/audit-trail-routes.ts'
import { staffSessions } from './access/session/session-middleware.ts'
import { tokenGate } from './access/tokens/token-middleware.ts'
import { wrongTokenLimit } from './access/tokens/wrong-tokens-middleware.ts'
import type { CheckoutMarks } from './checkout/checkout-mark.ts'
import { checkoutService } from './checkout/checkout-service.ts'
import { requestSchema } from './checkout/checkout-request.ts'
import { checkoutRouter } from './checkout/checkout-routes.ts'
import type { Config } from './config/config.ts'
import type { Keyring } from './config/keyring.ts'
import type { StripeConnection } from './connections.ts'
import { exportRouter } from './exports/export-routes.ts'
import { exportPaths } from './exports/openapi-exports.ts'
import { reachIn } from './integrations/webhooks/delivery-gateway.ts'
import { webhookBodies, webhookPaths } from './integrations/webhooks/openapi-webhooks.ts'
import { webhookRouter } from './integrations/webhooks/webhook-routes.ts'
import { retried, type Database, type Queryable } from './db/database.ts'
import { isDataError } from './db/errors.ts'
import { callersThrough } from './http/client-ip.ts'
import { errorHandler, onLateError } from './http/error-handler.ts'
import { healthRouter, type DatabaseHealth } from './http/health-routes.ts'
import type { Metrics } from './http/metrics.ts'
import { rateLimiter, type RateLimit } from './http/rate-limit.ts'
import { operatorWarnings } from './http/operator-warnings.ts'
import { warnOfClock, warnOfUntrustedProxies } from './http/set-up-warnings.ts'
import { onlyFromThisMachine } from './http/loopback.ts'
import { servedBelow } from './http/public-path.ts'
import { requestLog } from './http/request-log.ts'
import { headersForAll, securityHeaders } from './http/security-headers.ts'
import type { CapturedMails } from './mail/captured-mail.ts'
import { capturedMailRouter } from './pages/dev/captured-mail-routes.ts'
import { assetsRouter } from './pages/assets-routes.ts'
import { accessPages } from './pages/finance/access-pages.ts'
import { financePages, type FinanceDeps } from './pages/finance/finance-pages.ts'
import { errorPages } from './pages/error-pages.ts'
import { demoRouter } from './pages/dev/demo-routes.ts'
import { checkoutGuardFor } from './protection/checkout-guard.ts'
import type { ProtectionOutcome } from './protection/protection-state.ts'
import { readerPages } from './pages/reader/reader-pages.ts'
import type { ReceiptPdfs } from './receipts/receipt-pdfs.ts'
import { reconciliationRouter } from './reconciliation/reconciliation-routes.ts'
import { openApiRouter, reportsRouter } from './reports/reports-routes.ts'
import { settlementCurrency } from './stripe/account-gateway.ts'
import { checkoutSessions } from './stripe/checkout-session-gateway.ts'
import { sessionPayments } from './stripe/session-payment-gateway.ts'
import { sessionPace } from './stripe/session-pace.ts'
import { refunds } from './stripe/refund-gateway.ts'
import type { Stripe } from './stripe/stripe-gateway.ts'
import { signatureProblem } from './stripe/webhook-signature.ts'
import { groupCommit } from './inbox/group-commit.ts'
import type { InboxEvent, NewlyStored } from './inbox/inbox-event.ts'
import { storeEvents } from './inbox/inbox-store.ts'
import { webhookRoutes } from './inbox/webhook-routes.ts'
import { newsletterWishes } from './newsletter/keep-wish.ts'
import { readerTexts } from './text/text.ts'
import type { Traced } from './tracing/record-steps.ts'
import { scriptRouters } from './widget/script-routers.ts'

export type AppDeps = Traced & {
  readonly config: Config
  readonly database: Database
  /** For finance, whose questions may take longer than a reader waits. */
  readonly patient: Database
  /** For storing webhooks and nothing else, so that nothing else can keep them waiting. */
  readonly intake: Queryable
  /** What the database says of itself. */
  readonly health: DatabaseHealth
  readonly files: Pick<FinanceDeps, 'exporter' | 'reads' | 'renderStatement' | 'renderReport'>
  readonly stripe: Stripe
  readonly connection: StripeConnection
  readonly keys: Keyring
  readonly marks: CheckoutMarks
  /** Mail that is captured instead of sent; null when it is sent. */
  readonly capturedMails: CapturedMails | null
  readonly pdfOf: ReceiptPdfs
  /** Called once events are stored, so that they are processed soon. */
  readonly onStored: (events: readonly NewlyStored[]) => void
  /** Notes for the authentication log who was refused. */
  readonly noteRefusal: NoteRefusal
  /** Counts what the protection of checkouts keeps out. */
  readonly note: (outcome: ProtectionOutcome) => void
  /** Aborted when the service stops, so that no answer that waits holds up the stop. */
  readonly stopping: AbortSignal
  readonly clock: () => Date
  readonly log: Logger
  readonly metrics: Metrics
}

/** Everything the service answers, in the order in which the routes are tried. */
export async function createApp(deps: AppDeps): Promise<Koa> {
  const { config, database, stripe, connection, clock, log, metrics, noteRefusal, keys, note } = deps
  const { newsroom, publicUrl } = config
  const { knex: db, pool } = database
  const [addressKey] = deps.keys.addressHashes
  const textFor = readerTexts(config.languages)
  const callers = callersThrough(config.trustedProxies)
  const limiter = (name: string, limit: RateLimit) => rateLimiter({ queries: pool, name, limit, log })

  const app = new Koa()
  app.keys = [...deps.keys.sessionCookies]
  app.on('error', onLateError(log))
  app.use(servedBelow(publicUrl)).use(requestLog({ log, callers, observe: metrics.observeRequest }))
  const warnings = operatorWarnings({ log, clock, count: metrics.countWarning })
  app.use(headersForAll(publicUrl, config.hstsSubdomains)).use(warnOfUntrustedProxies(callers, warnings))
  app.use(errorHandler({ log, renderErrorPage: errorPages(textFor, newsroom.name) }))
  const use = (router: Router) => app.use(router.routes())

  // Stripe first: its requests need no headers for browsers, and they come by the thousand.
  const store = (events: readonly InboxEvent[]) =>
    retried(() => storeEvents(deps.intake, events)).then(deps.onStored)
  const inbox = groupCommit(store, { isItemsFault: isDataError, sizeOf: ({ body }) => body.length })
  const intake = { inbox, count: metrics.countIntake, onWrongTime: warnOfClock(warnings), ...deps.trace }
  use(webhookRoutes({ signatureProblem, secrets: connection.webhookSecrets, clock, ...intake }))
  use(healthRouter({ ...deps.health, warnings, metrics }))

  app.use(securityHeaders({ checkoutOrigins: connection.checkoutOrigins }))
  use(await assetsRouter())

  // Readers.
  const general = { config, db: pool, clock, log, marks: deps.marks, ...deps.trace }
  const pace = sessionPace({ callsPerSecond: config.checkoutLimits.perSecond, onRefused: () => note('pace') })
  const checkouts = checkoutService({
    ...general,
    createSession: checkoutSessions({ stripe, log, pace }),
    settlementCurrency: () => settlementCurrency(stripe),
    keepWish: newsletterWishes({ ...general, textFor }),
    guard: checkoutGuardFor({ ...general, limiter, callers, keys, note, isCrowded: pace.isCrowded }),
  })
  for (const router of await scriptRouters({ ...config, offer: checkouts.offer })) use(router)
  use(checkoutRouter(checkouts))
  const paymentAtStripe = sessionPayments({ stripe, log })
  const readers = { ...deps, ...general, checkouts, textFor, paymentAtStripe, limiter, callers }
  for (const router of readerPages(readers)) use(router)

  // Finance staff and their programs.
  const staffAccess = { db, clock, publicUrl, settings: config.signIn, noteRefusal }
  const sessions = staffSessions(app, { ...staffAccess, keys })
  const access = { ...staffAccess, newsroom, sessions, limiter, callers, keys: deps.keys, log }
  for (const router of accessPages(access)) use(router)
  const webhookReach = reachIn(config.deployment)
  const patient = { db: deps.patient.knex, pool: deps.patient.pool, clock, keys, newsroom, webhookReach }
  const finance = { ...config, ...patient, ...deps.files, sessions, warnings }
  for (const router of financePages({ ...finance, config, ...refunds({ stripe, log }) })) use(router)
  const requireToken = tokenGate(db, noteRefusal, wrongTokenLimit({ limiter, callers, hashKey: addressKey }))
  const api = { ...finance, publicUrl, requireToken }
  const programs = [reportsRouter, reconciliationRouter, auditTrailRouter, exportRouter, webhookRouter]
  for (const router of programs) use(router(api))
  const further = { ...exportPaths, ...webhookPaths }
  use(openApiRouter(publicUrl, requestSchema(checkouts.terms), further, webhookBodies))

  // Only where nobody's data is.
  if (config.deployment === 'trial') {
    app.use(onlyFromThisMachine)
    use(demoRouter({ newsroom, publicUrl }))
    if (deps.capturedMails) use(capturedMailRouter(deps.capturedMails, newsroom.name))
  }
  return app
}
