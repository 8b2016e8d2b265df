import { randomUUID } from 'node:crypto'
import Koa from 'koa'
import { checkoutRouter } from '../../src/checkout/checkout-routes.ts'
import {
  checkoutById,
  checkoutByKey,
  countStripeFailure,
  findOrInsertCheckout,
  saveSession,
  statusOfSession,
} from '../../src/checkout/checkout-store.ts'
import type { CheckoutRequest } from '../../src/checkout/checkout-request.ts'
import {
  createCheckout,
  type CheckoutDeps,
  type CheckoutSteps,
  type WayBack,
} from '../../src/checkout/create-checkout.ts'
import { donateRouter } from '../../src/pages/reader/donate/donate-routes.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Database } from '../../src/db/database.ts'
import type { Admission } from '../../src/protection/checkout-guard.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import type { CheckoutId } from '../../src/ids.ts'
import { checkoutGuardFor } from '../../src/protection/checkout-guard.ts'
import type { ProtectionOutcome } from '../../src/protection/protection-state.ts'
import { rateLimiter, type RateLimit } from '../../src/http/rate-limit.ts'
import { readerTexts } from '../../src/text/text.ts'
import { testKeys } from './keys.ts'
import { keptLog } from './log.ts'
import { listen, type TestServer } from './http.ts'
import { marks } from './marks.ts'

/** The configuration of a newsroom with one site. */
export const newsroomConfig = {
  ...readConfig({
    ALLOWED_ORIGINS: 'https://give.courier.example,https://courier.example',
    CURRENCIES: 'usd,eur,jpy,isk,kwd',
    STRIPE_FEE_RATES: 'usd=2.9%+30,jpy=3.6%,isk=2.9%+3500',
  }),
  publicUrl: 'https://give.courier.example',
}

export const terms = {
  frequencies: newsroomConfig.offer.frequencies,
  limits: newsroomConfig.offer.limits,
  allowedOrigins: newsroomConfig.allowedOrigins,
  textFor: readerTexts(newsroomConfig.languages),
  feeRates: newsroomConfig.offer.feeRates,
}

/** The steps of a checkout on a real database. The test brings Stripe's answer and may replace any other step. */
export function checkoutDeps(
  database: Database,
  replaced: Pick<CheckoutSteps, 'createSession'> & Partial<CheckoutDeps>,
): CheckoutDeps {
  return {
    findOrInsert: (planned, key) => findOrInsertCheckout(database.pool, planned, key),
    countStripeFailure: (id, before) => countStripeFailure(database.pool, id, before),
    saveSession: (id, session) => saveSession(database.pool, id, session),
    newId: randomUUID,
    now: () => new Date(),
    newsroom: newsroomConfig.newsroom,
    publicUrl: newsroomConfig.publicUrl,
    adaptivePricing: false,
    marks,
    textFor: terms.textFor,
    ...replaced,
  }
}

const GENEROUS: RateLimit = { points: 10_000, seconds: 60 }

/** `POST /checkout-sessions` and `/donate` over real HTTP. */
export async function startCheckoutServer(
  database: Database,
  deps: CheckoutDeps,
  limits: { address?: RateLimit; network?: RateLimit; all?: RateLimit } = {},
): Promise<TestServer & { logText(): string; readonly refused: readonly ProtectionOutcome[] }> {
  const { address: byAddress = GENEROUS, network: byNetwork = GENEROUS } = limits
  const refused: ProtectionOutcome[] = []
  const { log, text } = keptLog()
  const callers = callersThrough(['127.0.0.1'])
  const limitKey = randomUUID() // two servers on one database do not share their limits
  const limiter = (name: string, limit: RateLimit) =>
    rateLimiter({ queries: database.pool, name, limit, log })
  const checkouts = {
    terms,
    offer: newsroomConfig.offer,
    guard: checkoutGuardFor({
      db: database.pool,
      limiter: (name, limit) => limiter(`${name}-${limitKey}`, limit),
      config: {
        ...newsroomConfig,
        checkoutLimits: { byAddress, byNetwork, inAll: limits.all ?? GENEROUS, perSecond: 1_000 },
      },
      callers,
      keys: testKeys,
      isCrowded: () => false,
      clock: deps.now,
      note: (outcome) => void refused.push(outcome),
    }),
    findCheckout: (id: CheckoutId) => checkoutById(database.pool, id),
    findStatus: (sessionId: string) => statusOfSession(database.pool, sessionId),
    findCheckoutByKey: (key: string) => checkoutByKey(database.pool, key),
    createCheckout: (request: CheckoutRequest, key: string | null, admission: Admission & WayBack) =>
      createCheckout(request, key, deps, admission),
  }
  const donate = {
    ...checkouts,
    purpose: null,
    log,
    newsroom: newsroomConfig.newsroom,
    languages: newsroomConfig.languages,
    offer: newsroomConfig.offer,
    publicUrl: newsroomConfig.publicUrl,
    now: deps.now,
  }
  const app = new Koa()
    .use(errorHandler({ log, renderErrorPage: (parts) => `<h1>${parts.status}</h1>` }))
    .use(checkoutRouter(checkouts).routes())
    .use(donateRouter(donate).routes())
  return { ...(await listen(app.callback())), logText: text, refused }
}
