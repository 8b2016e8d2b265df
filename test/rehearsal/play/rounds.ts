import { randomBytes, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { DonationId } from '../../../src/ids.ts'
import { subscriptionRound } from '../../../src/subscriptions/subscription-worker.ts'
import { createComposer } from '../../../src/mail/kinds/mail-kinds.ts'
import type { Mail, Mailer } from '../../../src/mail/mail.ts'
import { sendDue } from '../../kit/send-due.ts'
import { localDate } from '../../../src/calendar/local-date.ts'
import { syncTransactions } from '../../../src/sync/balance-sync-worker.ts'
import { syncPayouts } from '../../../src/sync/payout-sync-worker.ts'
import { expectedOf } from '../../../src/connections.ts'
import { stripeLists } from '../../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../../src/stripe/paced-calls-gateway.ts'
import { retrieveSubscription } from '../../../src/stripe/subscription-gateway.ts'
import { createApplier } from '../../../src/processing/processing-worker.ts'
import { seededRandom } from '../../../src/stripe-sandbox/ids.ts'
import type { RehearsalService } from './service.ts'

/** The service's background work, one round at a time and until nothing is left to do. */
export type Rounds = {
  /** Delivers the webhooks that are due, and processes what they brought. */
  deliver(): Promise<void>
  /** Processes all pending events. */
  apply(): Promise<void>
  /** Syncs balance transactions and payouts. */
  sync(): Promise<void>
  /** Sends the mails that are due. */
  mail(): Promise<void>
  /** How often each mail was sent, by its Message-ID. */
  readonly mails: ReadonlyMap<string, number>
  /** How many mails the mail server refused once. */
  postponed(): number
}

export function roundsOf(
  { sandbox, stripe, database, config, clock, ownership }: RehearsalService,
  seed: number,
): Rounds {
  const { pool } = database
  const log = pino({ level: 'silent' })
  const { timezone } = config.newsroom
  const processing = {
    now: clock,
    localDate: (instant: Date) => localDate(instant, timezone),
    newId: () => randomUUID(),
    ownership,
  }
  const applier = createApplier({
    pool,
    log,
    count: () => undefined,
    processing: {
      ...processing,
      expected: expectedOf(config),
      newDonationId: () => randomUUID() as DonationId, // the rehearsal's own maker
      receiptToken: () => randomBytes(24).toString('base64url'),
    },
  })
  const paced = pacedCalls({ callsPerSecond: 1_000_000 })
  const readSubscriptions = subscriptionRound({
    pool,
    retrieveSubscription: retrieveSubscription(stripe, paced),
    clock,
    report: ({ error }) => {
      throw error
    },
  })
  const syncDeps = { pool, lists: stripeLists(stripe, paced), processing }
  const { mailer, mails, postponed } = countingMailer(seed)
  const outbox = {
    store: pool,
    mailer,
    compose: createComposer({
      db: database.knex,
      clock,
      publicUrl: config.publicUrl,
      newsroom: config.newsroom,
      languages: config.languages,
      logoUrl: null,
      keys: {
        recurringLinks: ['the rehearsal opens no page of a recurring gift'],
        newsletterLinks: ['the rehearsal opens no link of the newsletter'],
        receiptCodes: ['the rehearsal checks no receipt by its code'],
      },
      pool,
      reporting: config.reporting,
    }),
    clock,
    log,
    domain: 'courier.example',
  }
  const apply = async (): Promise<void> => {
    while ((await applier.applyNext()) > 0);
    while (await readSubscriptions());
  }
  return {
    mails,
    postponed,
    apply,
    async deliver() {
      await sandbox.deliverPending()
      await apply()
    },
    async sync() {
      await syncTransactions(syncDeps)
      await syncPayouts(syncDeps)
    },
    async mail() {
      while ((await sendDue(outbox)) > 0);
    },
  }
}

/** A mailer that sends every mail; some are refused the first time. */
function countingMailer(seed: number) {
  const mails = new Map<string, number>()
  const refused = new Set<string>()
  const mailer: Mailer = {
    send: async ({ messageId }: Mail) => {
      if (!refused.has(messageId) && seededRandom(seed, 'mail', messageId) < 0.05) {
        refused.add(messageId)
        return { outcome: 'temporary', failure: 'other', reason: '451' }
      }
      mails.set(messageId, (mails.get(messageId) ?? 0) + 1)
      return { outcome: 'sent' }
    },
    close: () => undefined,
  }
  return { mailer, mails, postponed: () => refused.size }
}
