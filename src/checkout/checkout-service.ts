import { randomUUID } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import type { CheckoutService } from './checkout-routes.ts'
import { keepCheckout, saveSession } from './checkout-store.ts'
import { createCheckout, type CheckoutSteps } from './create-checkout.ts'

/** The steps of a checkout put together: our store, Stripe, and the newsroom's terms. */
export function checkoutService(deps: {
  readonly config: Pick<Config, 'newsroom' | 'offer' | 'publicUrl' | 'allowedOrigins'>
  readonly db: Queryable
  readonly askStripe: CheckoutSteps['askStripe']
  readonly clock: () => Date
  readonly limitByAddress: CheckoutService['limitByAddress']
  readonly budget: CheckoutService['budget']
}): CheckoutService {
  const { config, db, askStripe, clock, limitByAddress, budget } = deps
  const checkoutDeps = {
    keep: (...asked: Asked<typeof keepCheckout>) => keepCheckout(db, ...asked),
    askStripe,
    save: (...saved: Asked<typeof saveSession>) => saveSession(db, ...saved),
    newId: randomUUID,
    now: clock,
    newsroom: config.newsroom,
    publicUrl: config.publicUrl,
  }
  return {
    terms: { limits: config.offer.limits, allowedOrigins: config.allowedOrigins },
    limitByAddress,
    budget,
    createCheckout: (request, idempotencyKey) => createCheckout(request, idempotencyKey, checkoutDeps),
  }
}

/** What a store's function takes after the connection. */
type Asked<Store> = Store extends (db: Queryable, ...asked: infer Rest) => unknown ? Rest : never
