import { randomUUID } from 'node:crypto'
import Koa from 'koa'
import { checkoutRouter } from '../../src/checkout/checkout-routes.ts'
import { keepCheckout, saveSession } from '../../src/checkout/checkout-store.ts'
import type { CheckoutRequest } from '../../src/checkout/checkout-request.ts'
import { createCheckout, type CheckoutDeps, type CheckoutSteps } from '../../src/checkout/create-checkout.ts'
import { donateRouter } from '../../src/pages/reader/donate-routes.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { errorHandler } from '../../src/http/error-handler.ts'
import { limitByAddress, rateLimiter, type RateLimit } from '../../src/http/rate-limit.ts'
import { keptLog } from './log.ts'
import { listen, type TestServer } from './http.ts'

/** A newsroom with one site, as the configuration reads it. */
export const house = readConfig({
  PUBLIC_URL: 'https://give.courier.example',
  ALLOWED_ORIGINS: 'https://courier.example',
  CURRENCIES: 'usd,eur,jpy,isk,kwd',
})

export const terms = { limits: house.offer.limits, allowedOrigins: house.allowedOrigins }

/** The steps on a real database; Stripe and single steps are the test's own. */
export function depsOn(
  database: Database,
  own: Pick<CheckoutSteps, 'askStripe'> & Partial<CheckoutDeps>,
): CheckoutDeps {
  return {
    keep: (planned, asked) => keepCheckout(database.pool, planned, asked),
    save: (id, session) => saveSession(database.pool, id, session),
    newId: randomUUID,
    now: () => new Date(),
    newsroom: house.newsroom,
    publicUrl: house.publicUrl,
    ...own,
  }
}

const GENEROUS: RateLimit = { points: 10_000, seconds: 60 }

/** Both doors to a checkout over real HTTP. */
export async function checkoutService(
  database: Database,
  processing: CheckoutDeps,
  limits: { address?: RateLimit; all?: RateLimit } = {},
): Promise<TestServer & { logText(): string }> {
  const { log, text } = keptLog()
  const callers = callersThrough(['127.0.0.1'])
  const service = randomUUID() // several on one database do not share their limits
  const limiter = (name: string, limit: RateLimit) =>
    rateLimiter({ queries: database.pool, name, limit, log })
  const checkouts = {
    terms,
    limitByAddress: limitByAddress(limiter(`address-${service}`, limits.address ?? GENEROUS), callers, 'key'),
    budget: limiter(`all-${service}`, limits.all ?? GENEROUS),
    createCheckout: (request: CheckoutRequest, key: string | null) =>
      createCheckout(request, key, processing),
  }
  const donate = {
    ...checkouts,
    newsroom: house.newsroom,
    offer: house.offer,
    publicUrl: house.publicUrl,
    now: processing.now,
  }
  const app = new Koa()
    .use(errorHandler({ log, renderErrorPage: (parts) => `<h1>${parts.status}</h1>` }))
    .use(checkoutRouter(checkouts).routes())
    .use(donateRouter(donate).routes())
  return { ...(await listen(app.callback())), logText: text }
}
