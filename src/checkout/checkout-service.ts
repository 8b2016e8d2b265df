import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Config } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import type { RateLimiter } from '../http/rate-limit.ts'
import type { CheckoutRequest, CheckoutTerms } from './checkout-request.ts'
import { findOrInsertCheckout, saveSession } from './checkout-store.ts'
import {
  createCheckout,
  type CheckoutDeps,
  type CheckoutSteps,
  type OpenedCheckout,
} from './create-checkout.ts'

/** What the JSON route and the donation form share. */
export type CheckoutService = {
  readonly terms: CheckoutTerms
  /** Limits how often one address may ask; runs before the body is read. */
  readonly limitByAddress: Middleware
  /** Limits all readers together, which stops a card test from many addresses. */
  readonly budget: RateLimiter
  readonly createCheckout: (
    request: CheckoutRequest,
    idempotencyKey: string | null,
  ) => Promise<OpenedCheckout>
}

/** Connects the steps of a checkout to the database, to Stripe and to the newsroom's configuration. */
export function checkoutService(deps: {
  readonly config: Pick<Config, 'newsroom' | 'offer' | 'publicUrl' | 'allowedOrigins' | 'adaptivePricing'>
  readonly db: Queryable
  readonly createSession: CheckoutSteps['createSession']
  readonly clock: () => Date
  readonly marks: CheckoutDeps['marks']
  readonly limitByAddress: Middleware
  readonly budget: RateLimiter
}): CheckoutService {
  const { config, db, createSession, clock, marks, limitByAddress, budget } = deps
  const checkoutDeps: CheckoutDeps = {
    findOrInsert: (planned, key) => findOrInsertCheckout(db, planned, key),
    createSession,
    saveSession: (id, session) => saveSession(db, id, session),
    newId: randomUUID,
    now: clock,
    newsroom: config.newsroom,
    publicUrl: config.publicUrl,
    adaptivePricing: config.adaptivePricing,
    marks,
  }
  return {
    terms: { limits: config.offer.limits, allowedOrigins: config.allowedOrigins },
    limitByAddress,
    budget,
    createCheckout: (request, idempotencyKey) => createCheckout(request, idempotencyKey, checkoutDeps),
  }
}
