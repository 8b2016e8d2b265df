import type { Router } from '@koa/router'
import type { Logger } from 'pino'
import { putReminder } from '../../checkout/reminder-store.ts'
import type { CheckoutService } from '../../checkout/checkout-service.ts'
import type { Config } from '../../config/config.ts'
import type { Keyring } from '../../config/keyring.ts'
import type { Database } from '../../db/database.ts'
import type { Callers } from '../../http/client-ip.ts'
import type { CountingLimiter, RateLimit } from '../../http/rate-limit.ts'
import type { ReceiptPdfs } from '../../receipts/receipt-pdfs.ts'
import type { Stripe } from '../../stripe/stripe-gateway.ts'
import type { TextFor } from '../../text/text.ts'
import { donateRouter } from './donate/donate-routes.ts'
import { askLimits } from './my/ask-limits.ts'
import { myPages } from './my/my-pages.ts'
import type { MyDeps } from './my/my-routes.ts'
import { newsletterPages } from './newsletter/newsletter-pages.ts'
import { goalRouter } from './goals/goal-routes.ts'
import { newsletterLinks } from '../../newsletter/newsletter-link.ts'
import { reminderRouter } from './reminders/reminder-routes.ts'
import { receiptPages } from './receipt/receipt-pages.ts'
import { recurringRouter } from './recurring/recurring-routes.ts'
import { sourceRouter } from './source-routes.ts'
import { supportersRouter } from './supporters/supporters-routes.ts'
import { thankYouRouter, type ThankYouDeps } from './thank-you/thank-you-routes.ts'

/** What the pages of readers need. Each router takes the part that it uses. */
export type ReaderDeps = {
  readonly config: Config
  readonly database: Database
  readonly checkouts: CheckoutService
  readonly stripe: Stripe
  readonly paymentAtStripe: ThankYouDeps['paymentAtStripe']
  readonly pdfOf: ReceiptPdfs
  readonly files: Pick<MyDeps, 'renderStatement'>
  readonly keys: Keyring
  readonly textFor: TextFor
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly callers: Callers
  readonly stopping: AbortSignal
  readonly clock: () => Date
  readonly log: Logger
}

/** Every page for readers. */
export function readerPages(deps: ReaderDeps): readonly Router[] {
  const { config, checkouts, log } = deps
  const { knex: db, pool } = deps.database
  return [
    donateRouter({
      ...config,
      ...checkouts,
      log,
      now: deps.clock,
      putReminder: config.checkoutReminder ? (reminder) => putReminder(pool, reminder) : null,
    }),
    thankYouRouter({ ...config, ...config.offer, ...deps, db, pool }),
    recurringRouter({
      ...deps,
      db: pool,
      noteFailure(error) {
        log.error({ err: error }, 'Stripe did not do what a donor asked for on the page of a recurring gift')
        return undefined
      },
    }),
    ...receiptPages({ ...config, ...deps, db }),
    ...newsletterPages(deps),
    ...myPages({ ...deps, ...deps.files }),
    reminderRouter({ ...config, ...deps, pool, links: newsletterLinks(deps.keys.newsletterLinks) }),
    supportersRouter({
      ...config,
      ...deps,
      db,
      pool,
      limitSending: askLimits({ ...deps, hashKey: deps.keys.addressHashes[0], name: 'supporters' }),
    }),
    goalRouter({ ...config, ...deps, pool }),
    sourceRouter({ ...config, textFor: deps.textFor }),
  ]
}
