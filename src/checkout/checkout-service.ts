import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Config, Offer } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import type { Asked } from '../protection/challenge-answers.ts'
import type { Admission, CheckoutGuard } from '../protection/checkout-guard.ts'
import type { CheckoutId } from '../ids.ts'
import type { Checkout } from './checkout.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { CheckoutStatus } from './checkout-status.ts'
import type { CheckoutRequest, CheckoutTerms } from './checkout-request.ts'
import { readerTexts } from '../text/text.ts'
import { chargeLimits } from './charge-limits.ts'
import {
  countStripeFailure,
  checkoutById,
  checkoutByKey,
  findOrInsertCheckout,
  saveSession,
  statusOfSession,
} from './checkout-store.ts'
import {
  createCheckout,
  SessionRefused,
  type CheckoutDeps,
  type CheckoutSteps,
  type OpenedCheckout,
  type WayBack,
} from './create-checkout.ts'

/** What the JSON route and the donation form share. */
export type CheckoutService = {
  readonly terms: CheckoutTerms
  /** The newsroom's offer, with the smallest amounts that the Stripe account can charge. */
  readonly offer: Offer
  /** Limits, challenges and the switch: this stops card tests. Both routes ask it before anything is stored. */
  readonly guard: CheckoutGuard
  readonly findCheckout: (id: CheckoutId) => Promise<Checkout | null>
  /** What became of the checkout with a session of Stripe's; null for an unknown one. */
  readonly findStatus: (sessionId: string) => Promise<CheckoutStatus | null>
  readonly findCheckoutByKey: (key: string) => Promise<Checkout | null>
  /**
   * @param admission as the guard says it
   * @throws Refusal; malformed with the field's problem when Stripe cannot charge the amount or the currency
   */
  readonly createCheckout: (
    request: CheckoutRequest,
    idempotencyKey: string | null,
    admission: Admission & WayBack,
  ) => Promise<OpenedCheckout>
}

/** What the guard has to know of a request. @param origin the site whose page asks; empty for a program */
export function giftOf(
  { amount, frequency, locale }: CheckoutRequest,
  origin: string,
): Pick<Asked, 'amountMinor' | 'currency' | 'frequency' | 'origin' | 'locale'> {
  return { amountMinor: amount.minor, currency: amount.currency, frequency, origin, locale }
}

/** Connects the steps of a checkout to the database, to Stripe and to the newsroom's configuration. */
export function checkoutService(deps: {
  readonly config: Pick<
    Config,
    'newsroom' | 'languages' | 'offer' | 'publicUrl' | 'allowedOrigins' | 'adaptivePricing'
  >
  readonly db: Queryable
  readonly createSession: CheckoutSteps['createSession']
  /** Null when it cannot be known. @throws while Stripe is away */
  readonly settlementCurrency: () => Promise<CurrencyCode | null>
  readonly log: Logger
  readonly clock: () => Date
  readonly marks: CheckoutDeps['marks']
  readonly guard: CheckoutGuard
  /** Called when a payment page is open. @param startedAt when it was asked for */
  readonly onOpened?: (id: CheckoutId, startedAt: Date) => void
  /** Keeps that a reader ticked the newsletter’s box; null where none is offered. */
  readonly keepWish: ((checkout: Pick<Checkout, 'id' | 'locale'>) => Promise<void>) | null
}): CheckoutService {
  const { config, db, createSession, settlementCurrency, log, clock, marks, guard, keepWish } = deps
  const textFor = readerTexts(config.languages)
  const charges = chargeLimits({ offered: config.offer.limits, settlementCurrency, clock, log, textFor })
  void charges.learn() // the start does not wait for Stripe
  const checkoutDeps: CheckoutDeps = {
    async findOrInsert(planned, key) {
      const stored = await findOrInsertCheckout(db, planned, key)
      // Kept before the reader gets to pay, and again by a request that repeats this one.
      if (stored.newsletter && keepWish) await keepWish(stored)
      return stored
    },
    createSession,
    countStripeFailure: (id, before) => countStripeFailure(db, id, before),
    saveSession: (id, session) => saveSession(db, id, session),
    newId: randomUUID,
    now: clock,
    newsroom: config.newsroom,
    publicUrl: config.publicUrl,
    adaptivePricing: config.adaptivePricing,
    marks,
    textFor,
  }
  return {
    terms: {
      frequencies: config.offer.frequencies,
      limits: charges.limits,
      allowedOrigins: config.allowedOrigins,
      feeRates: config.offer.feeRates,
      textFor,
    },
    offer: { ...config.offer, limits: charges.limits },
    guard,
    findCheckout: (id) => checkoutById(db, id),
    findStatus: (sessionId) => statusOfSession(db, sessionId),
    findCheckoutByKey: (key) => checkoutByKey(db, key),
    async createCheckout(request, idempotencyKey, admission) {
      void charges.learn()
      try {
        const startedAt = clock()
        const opened = await createCheckout(request, idempotencyKey, checkoutDeps, admission)
        deps.onOpened?.(opened.id, startedAt)
        return opened
      } catch (error) {
        throw error instanceof SessionRefused ? charges.refusal(request, error) : error
      }
    },
  }
}
