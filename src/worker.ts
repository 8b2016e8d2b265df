import type { Logger } from 'pino'
import { processingDeps } from './processing/apply-batch.ts'
import type { Config } from './config/config.ts'
import type { Keyring } from './config/keyring.ts'
import type { Database } from './db/database.ts'
import { notifier } from './db/notify.ts'
import { startFinanceWorker, type FinanceWorkerDeps } from './finance-worker.ts'
import { listen } from './db/listen.ts'
import { logUnread, subscriptionRound } from './subscriptions/subscription-worker.ts'
import type { Traced } from './tracing/record-steps.ts'
import type { Metrics } from './http/metrics.ts'
import { createComposer } from './mail/kinds/mail-kinds.ts'
import type { Mailer } from './mail/mail.ts'
import { backUpReceiptNumbers } from './mail/receipt-number-backup-worker.ts'
import { startOutboxWorker } from './mail/outbox-worker.ts'
import { recoverReceiptNumbers } from './sync/receipt-number-recovery-worker.ts'
import { startSyncWorker } from './sync/sync-worker.ts'
import { unansweredRefundsRound } from './refunds/refund-request-worker.ts'
import { protectionRound } from './protection/protection-worker.ts'
import { pacedCalls } from './stripe/paced-calls-gateway.ts'
import type { Ownership } from './stripe/events/ownership.ts'
import { refunds } from './stripe/refund-gateway.ts'
import type { Stripe } from './stripe/stripe-gateway.ts'
import { stripeReaders } from './stripe/stripe-readers.ts'
import { putIntoOutbox } from './outbox/outbox-store.ts'
import { subscriptionMessageRecorder } from './webhooks/subscription-message-store.ts'
import { donorRequests } from './stripe/donor-request-gateway.ts'
import { createApplier, startingAfter } from './processing/processing-worker.ts'
import type { ExpectedEvents, NewlyStored } from './inbox/inbox-event.ts'
import { RecentEvents } from './inbox/recent-events.ts'
import { loopsInTurn, startLoop, stopAll } from './worker-loop.ts'

export type WorkerDeps = Pick<FinanceWorkerDeps, 'printedOn'> &
  Traced & {
    readonly config: Config
    readonly database: Database
    /** For what reads much at once. */
    readonly patient: Database
    readonly databaseUrl: string
    readonly mailer: Mailer
    readonly expected: ExpectedEvents
    readonly ownership: Ownership
    readonly stripe: Stripe
    readonly keys: Keyring
    readonly clock: () => Date
    readonly log: Logger
    readonly metrics: Metrics
  }

export type Worker = {
  /** Takes events that this process has just stored: a notification through the database would wait for the disk. */
  process(events: readonly NewlyStored[]): void
  stop(): Promise<void>
}

/** What runs in the background: events are applied and mails sent, each as soon as a commit says that there are some. */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const { config, database, patient, mailer, expected, ownership, keys, clock, log } = deps
  const { newsroom, publicUrl, renewalReminderDays: reminderDays } = config
  const { pool } = database
  const processing = processingDeps(expected, ownership, newsroom.timezone, clock, keys)
  const recent = new RecentEvents()
  const leaving = new AbortController()
  const readers = stripeReaders(deps.stripe, pacedCalls({ signal: leaving.signal }), expected)
  // No number is taken before it is known whether a backup was restored.
  const recovering = recoverReceiptNumbers({ pool: patient.pool, ...readers, now: clock, log })
  const recovered = recovering.catch((err: unknown) => {
    // Who leaves asks nobody any more, and that is no trouble of Stripe's.
    if (!leaving.signal.aborted) log.warn({ err }, 'Stripe could not be asked for receipts that may be lost')
  })
  const applying = { ...deps.trace, pool, log, count: deps.metrics.countApplied, processing, recent }
  const applier = startingAfter(recovered, createApplier(applying))
  const sync = startSyncWorker({
    ...applying,
    pool: patient.pool,
    databaseUrl: deps.databaseUrl,
    applier,
    ...readers,
    expected,
    wake: notifier(pool, 'inbox', (err) => log.warn({ err }, 'nobody was woken')),
  })
  const donors = { ...donorRequests(deps.stripe), reminderDays, owe: putIntoOutbox }
  const recording = { recordMessages: subscriptionMessageRecorder(processing.newId), report: logUnread(log) }
  const stale = subscriptionRound({ pool, ...readers, donors, clock, signal: leaving.signal, ...recording })
  const start = loopsInTurn(log)
  const subscriptions = start('subscriptions', stale)
  const unanswered = unansweredRefundsRound({ pool, clock, ...refunds({ stripe: deps.stripe, log }) })
  const refundAnswers = start('refund answers', unanswered)
  const finance = startFinanceWorker({ ...config, ...deps, pool: patient.pool })
  const applyNext = async (): Promise<boolean> => {
    const taken = await applier.applyNext()
    // What an event reports, Stripe's balance shows, too, and an event of a subscription makes its state worth reading.
    if (taken > 0) for (const reader of [sync, subscriptions, finance.webhooks]) reader.wake()
    return taken > 0
  }
  const apply = startLoop('apply', applyNext, log)
  const protection = start('protection', protectionRound({ pool, clock, log }))
  const sending = { ...deps.trace, clock, log }
  const outbox = startOutboxWorker({
    store: pool,
    mailer,
    before: backUpReceiptNumbers({ db: pool, backups: readers.backups, log }),
    compose: createComposer({ ...config, ...finance, keys, db: database.knex, pool: patient.pool, clock }),
    domain: new URL(publicUrl).hostname,
    ...sending,
  })
  const channels = { inbox: apply.wake, outbox: outbox.wake, ...finance.channels }
  const listener = await listen(deps.databaseUrl, channels, log)

  return {
    process(events) {
      recent.add(events)
      apply.wake()
    },
    async stop() {
      await listener.close()
      leaving.abort()
      await stopAll([apply, outbox, subscriptions, refundAnswers, sync, finance, protection])
    },
  }
}
