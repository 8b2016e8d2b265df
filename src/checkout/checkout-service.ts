import { randomUUID } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import type { CheckoutDoors } from './checkout-routes.ts'
import { keepCheckout, saveSession } from './checkout-store.ts'
import { createCheckout, type CheckoutSteps } from './create-checkout.ts'

/** The steps of a checkout put together: our store, Stripe, and the newsroom's terms. */
export function checkoutDoors(parts: {
  readonly config: Pick<Config, 'newsroom' | 'offer' | 'publicUrl' | 'allowedOrigins'>
  readonly db: Queryable
  readonly askStripe: CheckoutSteps['askStripe']
  readonly clock: () => Date
  readonly limitByAddress: CheckoutDoors['limitByAddress']
  readonly budget: CheckoutDoors['budget']
}): CheckoutDoors {
  const { config, db, askStripe, clock, limitByAddress, budget } = parts
  const means = {
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
    createCheckout: (request, idempotencyKey) => createCheckout(request, idempotencyKey, means),
  }
}

/** What a store's function takes after the connection. */
type Asked<Store> = Store extends (db: Queryable, ...asked: infer Rest) => unknown ? Rest : never
