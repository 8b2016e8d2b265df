import type { Logger } from 'pino'
import { applyMeans } from './processing/processing-deps.ts'
import type { Config } from './config/config.ts'
import type { Database } from './db/database.ts'
import { announcer } from './db/notify.ts'
import { listen } from './db/listen.ts'
import { subscriptionRound } from './subscriptions/subscription-worker.ts'
import type { Metrics } from './http/metrics.ts'
import { createComposer } from './mail/composer.ts'
import type { Mailer } from './mail/mail.ts'
import { rememberReceipts } from './mail/receipt-number-backup-worker.ts'
import { startOutboxWorker } from './mail/outbox-worker.ts'
import { recallReceipts } from './sync/receipt-number-recovery-worker.ts'
import { startSweepWorker } from './sync/sync-worker.ts'
import { pacedCalls } from './stripe/paced-calls-gateway.ts'
import type { Stripe } from './stripe/stripe-gateway.ts'
import { stripeReaders } from './stripe/stripe-readers.ts'
import { askSubscription } from './stripe/subscription-gateway.ts'
import { createApplier, startingAfter } from './processing/processing-worker.ts'
import type { Expected } from './inbox/inbox-event.ts'
import { startLoop } from './worker-loop.ts'

export type WorkerParts = {
  readonly config: Pick<Config, 'newsroom' | 'publicUrl'>
  readonly database: Database
  readonly databaseUrl: string
  readonly mailer: Mailer
  readonly expected: Expected
  readonly stripe: Stripe
  readonly receiptSecret: string
  readonly clock: () => Date
  readonly log: Logger
  readonly metrics: Metrics
}

/** What runs in the background: events are applied and mails sent, each as soon as a commit says that there are some. */
export async function startWorker(parts: WorkerParts): Promise<{ stop(): Promise<void> }> {
  const { config, database, mailer, expected, clock, log, metrics } = parts
  const { newsroom, publicUrl } = config

  const { hot } = database
  const means = applyMeans(expected, newsroom.timezone, clock, parts.receiptSecret)
  const leaving = new AbortController()
  const readers = stripeReaders(parts.stripe, pacedCalls({ signal: leaving.signal }), expected)
  // No number is taken before it is known whether a backup was restored.
  const recalled = recallReceipts({ hot, ...readers, now: clock, log }).catch((err: unknown) =>
    log.warn({ err }, 'Stripe could not be asked for receipts that this database may have lost'),
  )
  const applier = startingAfter(recalled, createApplier({ hot, log, count: metrics.countApplied, means }))
  const sweep = startSweepWorker({
    hot,
    databaseUrl: parts.databaseUrl,
    applier,
    ...readers,
    expected,
    means,
    wake: announcer(hot, 'inbox', (err) => log.warn({ err }, 'nobody was woken')),
    log,
  })
  const applyNext = async (): Promise<boolean> => {
    const taken = await applier.applyNext()
    // A gift, a refund or a payout that we are told of is in Stripe's books too, now or with the next event.
    if (taken > 0) sweep.wake()
    return taken > 0
  }
  const apply = startLoop('apply', applyNext, log)
  const outbox = startOutboxWorker({
    store: hot,
    mailer,
    before: rememberReceipts({ db: hot, memory: readers.memory, log }),
    compose: createComposer({ db: database.knex, clock, publicUrl, newsroom }),
    clock,
    log,
    domain: new URL(publicUrl).hostname,
  })
  const subscriptions = startLoop(
    'subscriptions',
    subscriptionRound({ hot, ask: askSubscription(parts.stripe), clock }),
    log,
  )
  const listener = await listen(parts.databaseUrl, { inbox: apply.wake, outbox: outbox.wake }, log)

  return {
    async stop() {
      await listener.close()
      leaving.abort()
      await Promise.all([apply.stop(), outbox.stop(), subscriptions.stop(), sweep.stop()])
    },
  }
}
