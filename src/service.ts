import { createServer } from 'node:http'
import path from 'node:path'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Config } from './config/config.ts'
import { openDatabase, type Database } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { makeMetrics } from './http/metrics.ts'
import { stopServer } from './http/stop-server.ts'
import { localSecret } from './config/local-secret.ts'
import { openCapturedMailer } from './mail/captured-mailer.ts'
import { openMailer } from './mail/mailer-gateway.ts'
import { outboxDepth } from './outbox/outbox-store.ts'
import { recordProfile } from './newsroom/profile-store.ts'
import { completeUpTo } from './reconciliation/reconciliation-store.ts'
import { lastRecovered } from './sync/sync-state-store.ts'
import { STRIPE_API_VERSION } from './stripe/api-version.ts'
import { makeStripe } from './stripe/stripe-gateway.ts'
import type { Expected } from './inbox/inbox-event.ts'
import { inboxDepth, inboxNeedsAttention } from './inbox/inbox-store.ts'
import { startWorker } from './worker.ts'

export type Service = {
  /** Where readers reach it. */
  readonly url: string
  /** Where the offline Stripe listens, if it stands in. */
  readonly sandboxUrl: string | null
  readonly database: Database
  /** Takes no new work, ends what is in hand, leaves nothing running. */
  stop(): Promise<void>
}

export type Half = 'both' | 'web' | 'worker'

/** Configuration → parts → web and worker. Whatever is not configured is stood in for, except in production. */
export async function startService(
  config: Config,
  { half, log, clock }: { half: Half; log: Logger; clock: () => Date },
): Promise<Service> {
  const closers: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close()
  }
  try {
    const { database, databaseUrl, stop: closeDatabase } = await openDatabaseFor(config, log)
    closers.push(closeDatabase)
    if (half === 'both') await migrate(database.knex)

    const metrics = makeMetrics(() => depths(database, clock))
    const mail = await mailerFor(config)
    closers.push(() => mail.mailer.close())
    const common = { config, database, log, clock, metrics }

    const place = await stripeFor(config, half, log, clock, closers)
    const stripe = makeStripe(place.secretKey, place.apiBase)
    const sessionSecret = await sessionSecretOf(config)
    if (half !== 'web') {
      await recordProfile(database.pool, config.newsroom, clock())
      const expected = expectedOf(config)
      const own = { databaseUrl, mailer: mail.mailer, expected, stripe, receiptSecret: sessionSecret }
      const worker = await startWorker({ ...common, ...own })
      closers.push(() => worker.stop())
    }
    if (half === 'worker') return { url: config.publicUrl, sandboxUrl: null, database, stop }

    const app = await createApp({ ...common, stripe, place, sessionSecret, capturedMails: mail.captured })
    const server = createServer(app.callback())
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(config.port, config.host, resolve),
    )
    closers.push(() => stopServer(server))
    return { url: config.publicUrl, sandboxUrl: place.sandboxUrl, database, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The configured secret; in development one that is kept beside the data. */
export async function sessionSecretOf({ sessionSecret, dataDir }: Config): Promise<string> {
  return sessionSecret ?? localSecret(dataDir, 'session-secret')
}

/** Which of Stripe's events are about this deployment's money. */
export function expectedOf({ stripe: { secretKey } }: Pick<Config, 'stripe'>): Expected {
  return { livemode: /^.k_live_/.test(secretKey ?? ''), account: null, apiVersion: STRIPE_API_VERSION }
}

const STRIPE_CHECKOUT = 'https://checkout.stripe.com'
const OFFLINE_KEY = 'sk_test_offline'

// The stand-ins are imported only where they are used: production does not even load them.

/** The configured database, or the embedded one, started if it does not run yet. */
export async function openDatabaseFor(config: Pick<Config, 'databaseUrl' | 'dataDir'>, log: Logger) {
  const embedded = config.databaseUrl ? null : await openEmbedded(config.dataDir)
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? ''
  const database = openDatabase({ url: databaseUrl, log, applicationName: 'reader-donations' })
  const stop = async (): Promise<void> => {
    await database.close()
    await embedded?.stop()
  }
  return { database, databaseUrl, stop }
}

/** Stripe for the operator's commands. The offline one is asked where it runs, and started where it does not. */
export async function openStripeFor(config: Config, log: Logger, clock: () => Date) {
  const closers: (() => Promise<void> | void)[] = []
  const place = await stripeFor(config, 'both', log, clock, closers).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return stripeFor(config, 'worker', log, clock, closers)
    throw error
  })
  const stop = async (): Promise<void> => {
    for (const close of closers) await close()
  }
  return { stripe: makeStripe(place.secretKey, place.apiBase), stop }
}

async function openEmbedded(dataDir: string) {
  const { openEmbeddedPostgres } = await import('./db/embedded.ts')
  return openEmbeddedPostgres(dataDir)
}

async function mailerFor(config: Config) {
  if (config.smtpUrl) return { mailer: openMailer(config.smtpUrl), captured: null }
  const captured = openCapturedMailer(path.join(config.dataDir, 'mail'))
  return { mailer: captured, captured }
}

/** How Stripe is reached: the real one, or the offline one that sends its webhooks to us. */
async function stripeFor(
  config: Config,
  half: Half,
  log: Logger,
  clock: () => Date,
  closers: (() => Promise<void> | void)[],
) {
  const { secretKey, apiBase, sandboxPort } = config.stripe
  if (secretKey)
    return {
      secretKey,
      apiBase,
      webhookSecrets: config.webhookSecrets,
      checkoutOrigins: apiBase ? [STRIPE_CHECKOUT, new URL(apiBase).origin] : [STRIPE_CHECKOUT],
      sandboxUrl: null,
    }
  // A worker apart asks the offline Stripe that the web half keeps.
  if (half === 'worker')
    return {
      secretKey: OFFLINE_KEY,
      apiBase: `http://127.0.0.1:${sandboxPort}`,
      webhookSecrets: [],
      checkoutOrigins: [],
      sandboxUrl: null,
    }
  const { startSandbox } = await import('./stripe-sandbox/sandbox.ts')
  const [secret] = config.webhookSecrets
  const own = secret ?? (await localSecret(config.dataDir, 'webhook-secret', 'whsec_'))
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: sandboxPort,
    webhookSecret: own,
    webhookUrl: `http://127.0.0.1:${config.port}/webhooks/stripe`,
    journalFile: path.join(config.dataDir, 'stripe-sandbox.jsonl'),
    clock,
    log: (line) => log.debug({ sandbox: line }, 'offline Stripe'),
  })
  closers.push(() => sandbox.close())
  return {
    secretKey: OFFLINE_KEY,
    apiBase: sandbox.url,
    webhookSecrets: secret === undefined ? [own] : config.webhookSecrets,
    checkoutOrigins: [sandbox.url],
    sandboxUrl: sandbox.url,
  }
}

async function depths(database: Database, clock: () => Date) {
  const upTo = await completeUpTo(database.pool)
  const outbox = await outboxDepth(database.pool)
  return {
    inbox: await inboxDepth(database.pool),
    inboxNeedsAttention: await inboxNeedsAttention(database.pool),
    outbox: { waiting: outbox.waiting, oldestSeconds: outbox.oldestS, gaveUp: outbox.gaveUp },
    sync: {
      completeUpToSeconds: upTo === null ? Infinity : (clock().getTime() - upTo.getTime()) / 1000,
      recovered: await lastRecovered(database.pool),
    },
  }
}
