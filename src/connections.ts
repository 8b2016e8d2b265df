import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { checkoutMarks, type CheckoutMarks } from './checkout/checkout-mark.ts'
import type { Config } from './config/config.ts'
import { keyringFrom, type Keyring } from './config/keyring.ts'
import { isLiveKey } from './config/variable-schemas.ts'
import type pg from 'pg'
import {
  deadlines,
  destroyConnections,
  inTransaction,
  openDatabase,
  openPool,
  loadOf,
  type Database,
  type DatabaseDeadlines,
  type PoolLoad,
} from './db/database.ts'
import { admitUsers, grantRights, type NamedUser } from './db/database-roles.ts'
import { migrate } from './db/migrate.ts'
import { sqlState } from './db/errors.ts'
import { readServer, versionProblem } from './db/server-fitness.ts'
import { inSchema, prepareSchema, readOnly } from './db/site-database.ts'
import type { ExpectedEvents } from './inbox/inbox-event.ts'
import { openCapturedMailer } from './mail/captured-mailer.ts'
import { openMailer } from './mail/mailer-gateway.ts'
import type { Ownership } from './stripe/events/ownership.ts'
import { makeStripe, STRIPE_API_VERSION } from './stripe/stripe-gateway.ts'
import { StartRefused } from './start-refused.ts'

// What the service connects to: the configured servers, or, outside production, substitutes of its own. The
// substitutes are imported only where they are started: production does not even load them.

/** Which part of the service a process runs. */
export type Half = 'both' | 'web' | 'worker'

/** The keys of the configured secrets; in development, of one that is kept in the data directory. */
export async function keyringOf({ secrets, dataDir }: Pick<Config, 'secrets' | 'dataDir'>): Promise<Keyring> {
  return keyringFrom(secrets.common ?? [await localSecret(dataDir, 'session-secret')], secrets.own)
}

/** Which of Stripe's events belong to this deployment: by mode, account and API version. */
export function expectedOf({ stripe: { secretKey } }: Pick<Config, 'stripe'>): ExpectedEvents {
  return { livemode: isLiveKey(secretKey ?? ''), account: null, apiVersion: STRIPE_API_VERSION }
}

/** By what this deployment recognises objects at Stripe as its own. Web and worker use the same keys. */
export function ownershipOf(
  config: Pick<Config, 'stripe'>,
  { checkoutMarks: keys }: Pick<Keyring, 'checkoutMarks'>,
): Ownership & { readonly marks: CheckoutMarks } {
  return {
    marks: checkoutMarks(keys, expectedOf(config).livemode),
    donationProducts: new Set(config.stripe.donationProducts),
  }
}

const STRIPE_PAGES = ['https://checkout.stripe.com', 'https://billing.stripe.com'] // payment, and the billing portal
const OFFLINE_KEY = 'sk_test_offline'

/** The connections of one process to its database, kept apart so that no kind of work waits behind another. */
export type DatabaseConnections = {
  readonly databaseUrl: string
  /** For what readers wait for, and for the worker. */
  readonly database: Database
  /** For finance and operators, whose questions may take longer. */
  readonly patient: Database
  /** For the one statement that stores webhooks, and nothing else. */
  readonly intake: pg.Pool
  /** For files that are read row by row, so that a slow download holds back nothing else. */
  readonly exports: pg.Pool
  /** The replica of reports and of large files; null where there is none. */
  readonly replica: { readonly database: Database; readonly exports: pg.Pool } | null
  /** Brings the database up to date. @returns the names of the migrations that ran */
  migrate(): Promise<string[]>
  /** Waits for what is under way. */
  stop(): Promise<void>
  /** How much of each pool is in use. */
  loads(): readonly PoolLoad[]
  /** Takes no further work and lets what is under way fail as if the database were away. */
  abandon(): void
}

/**
 * A process of one site takes 18 connections at most, and two more for notifications and the sync's lock. Several sites
 * share that number as far as it goes: each needs some of its own, so that no work waits for itself.
 */
function connectionsFor(sites: number) {
  const share = (whole: number, least: number) => Math.max(least, Math.floor(whole / sites))
  return { usual: share(10, 4), patient: share(4, 3), intake: share(2, 1), exports: share(2, 1) }
}

/** What the connections of each pool are for, in the words of an operator. */
const PURPOSES = {
  usual: 'readers and the worker',
  patient: 'finance and operators',
  intake: 'webhooks',
  exports: 'files',
} as const

/** Nothing is refused for want of a connection to the replica: the primary answers instead. */
function ofReplica(pool: pg.Pool, use: 'patient' | 'exports'): PoolLoad {
  return { ...loadOf(pool, `${PURPOSES[use]}, replica`), starved: 0, problem: null }
}

/** Whoever waits for a replica could have asked the primary meanwhile. */
const REPLICA_CONNECT_MS = 1_000

/**
 * The configured database, or the embedded one, started if it does not run yet.
 * @param meanwhile is called as soon as the embedded one is starting, and may take all the time of this process
 */
export async function openDatabaseFor(
  config: Pick<Config, 'databaseUrl' | 'migrationDatabaseUrl' | 'dataDir'> &
    Partial<Pick<Config, 'site' | 'replicaUrl'>>,
  log: Logger,
  { within = deadlines, meanwhile }: { within?: DatabaseDeadlines | undefined; meanwhile?: () => void } = {},
): Promise<DatabaseConnections> {
  const { site = null } = config
  const embedded = config.databaseUrl
    ? null
    : await openEmbedded(site?.databaseDir ?? config.dataDir, meanwhile)
  const wholeUrl = config.databaseUrl ?? embedded?.url ?? ''
  const databaseUrl = site ? inSchema(wholeUrl, site.name) : wholeUrl
  const connectionsOf = connectionsFor(site?.of ?? 1)
  const optionsFor = (use: keyof typeof connectionsOf) => ({
    url: databaseUrl,
    log,
    purpose: PURPOSES[use],
    applicationName: use === 'usual' ? 'reader-donations' : `reader-donations ${use}`,
    deadlines: within[use],
    connections: connectionsOf[use],
  })
  const openReplica = (replicaUrl: string) => {
    const url = readOnly(site ? inSchema(replicaUrl, site.name) : replicaUrl)
    const optionsThere = (use: 'patient' | 'exports') => {
      const options = optionsFor(use)
      const deadlinesThere = { ...options.deadlines, connectMs: REPLICA_CONNECT_MS }
      return {
        ...options,
        url,
        applicationName: `${options.applicationName} replica`,
        deadlines: deadlinesThere,
      }
    }
    return {
      database: openDatabase(optionsThere('patient')),
      exports: openPool({ ...optionsThere('exports'), pipeline: false }),
    }
  }
  const database = openDatabase(optionsFor('usual'))
  const patient = openDatabase(optionsFor('patient'))
  const intake = openPool(optionsFor('intake'))
  const exports = openPool({ ...optionsFor('exports'), pipeline: false })
  const replica = config.replicaUrl ? openReplica(config.replicaUrl) : null
  let closed: Promise<unknown> | null = null
  const closeReplica = () => Promise.all([replica?.database.close(), replica?.exports.end()])
  const close = () =>
    (closed ??= Promise.all([database.close(), patient.close(), intake.end(), exports.end(), closeReplica()]))
  return {
    databaseUrl,
    database,
    patient,
    intake,
    exports,
    replica,
    async migrate() {
      const options = {
        ...optionsFor('usual'),
        deadlines: within.migration,
        applicationName: 'reader-donations migration',
      }
      const migrationUrl = config.migrationDatabaseUrl ?? wholeUrl
      const url = site ? inSchema(migrationUrl, site.name, 'migration') : migrationUrl
      const own = openDatabase({ ...options, url })
      try {
        const tooOld = versionProblem(await readServer(own.pool))
        if (tooOld !== null) throw new StartRefused(tooOld)
        if (site) {
          const whole = openPool({ ...options, url: migrationUrl })
          await prepareSchema(whole, site.name).finally(() => whole.end())
        }
        const names = await migrate(own.knex)
        await inTransaction(own.pool, async (tx) => {
          await admitUsers(tx, usersOf(config))
          await grantRights(tx)
        }).catch((error: unknown) => {
          throw mayNotMakeUsers(error) ? new StartRefused(NO_RIGHT_TO_MAKE_USERS, { cause: error }) : error
        })
        return names
      } finally {
        await own.close()
      }
    },
    async stop() {
      await close()
      await embedded?.stop()
    },
    loads: () => [
      loadOf(database.pool, PURPOSES.usual),
      loadOf(patient.pool, PURPOSES.patient),
      loadOf(intake, PURPOSES.intake),
      loadOf(exports, PURPOSES.exports),
      ...(replica
        ? [ofReplica(replica.database.pool, 'patient'), ofReplica(replica.exports, 'exports')]
        : []),
    ],
    abandon() {
      void close()
      const there = replica ? [replica.database.pool, replica.exports] : []
      for (const pool of [database.pool, patient.pool, intake, exports, ...there]) destroyConnections(pool)
    },
  }
}

/** Who the service is for the database, where that is not the owner of the tables: nobody, where no owner is named. */
function usersOf({
  databaseUrl,
  migrationDatabaseUrl,
  replicaUrl = null,
}: Pick<Config, 'databaseUrl' | 'migrationDatabaseUrl'> & Partial<Pick<Config, 'replicaUrl'>>): NamedUser[] {
  if (migrationDatabaseUrl === null) return []
  const named = [
    { url: databaseUrl, right: 'app' },
    { url: replicaUrl, right: 'reports' },
  ] as const
  const seen = new Set(['', userIn(migrationDatabaseUrl).name])
  return named.flatMap(({ url, right }) => {
    const user = userIn(url ?? '')
    if (seen.has(user.name)) return []
    seen.add(user.name)
    return [{ ...user, right }]
  })
}

function userIn(databaseUrl: string) {
  const url = URL.parse(databaseUrl)
  return {
    name: decodeURIComponent(url?.username ?? ''),
    password: url?.password ? decodeURIComponent(url.password) : null,
  }
}

const mayNotMakeUsers = (error: unknown) =>
  sqlState(error) === '42501' && error instanceof Error && error.message.includes('create role')

const NO_RIGHT_TO_MAKE_USERS =
  'A user that DATABASE_URL or DATABASE_REPLICA_URL names does not exist, and the owner that MIGRATION_DATABASE_URL names may not ' +
  'make it. Make the user at your provider, with that password, or let the owner make users (ALTER ROLE … CREATEROLE), and run npm run migrate again.'

/** Where Stripe is, and what its events are signed with. */
export type StripeConnection = {
  readonly secretKey: string
  /** Null: Stripe's own address. */
  readonly apiBase: string | null
  readonly webhookSecrets: readonly string[]
  /** Where the pages of Stripe may be to which our forms lead. */
  readonly checkoutOrigins: readonly string[]
  /** The offline Stripe's address, when this process runs it. */
  readonly sandboxUrl: string | null
}

/** Stripe for the operator's commands. The offline one is used where it runs already, and started where it does not. */
export async function openStripeFor(config: Config, log: Logger, clock: () => Date) {
  const closers: (() => Promise<void> | void)[] = []
  const connection = await stripeConnection(config, 'both', log, clock, closers).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return stripeConnection(config, 'worker', log, clock, closers)
    throw error
  })
  const stop = async (): Promise<void> => {
    for (const close of closers) await close()
  }
  return { stripe: makeStripe(connection.secretKey, connection.apiBase), stop }
}

/**
 * For several sites: one embedded database, where none is configured. It stops after the last site.
 * @returns the configurations, with the address of the database
 */
export async function withSharedDatabase(configs: readonly Config[]) {
  const [first] = configs
  const embedded = first?.site && !first.databaseUrl ? await openEmbedded(first.site.databaseDir) : null
  return {
    configs: configs.map((config) => ({
      ...config,
      databaseUrl: config.databaseUrl ?? embedded?.url ?? null,
    })),
    stop: async () => embedded?.stop(),
  }
}

async function openEmbedded(dataDir: string, meanwhile?: () => void) {
  const { openEmbeddedPostgres } = await import('./db/embedded.ts')
  return openEmbeddedPostgres(dataDir, { meanwhile })
}

export function mailerFor(config: Config) {
  const captured = capturedMailsFor(config)
  return { mailer: captured ?? openMailer(config.smtpUrl ?? ''), captured }
}

/** The mails that are captured because there is no mail server; null when there is one. */
export function capturedMailsFor({ smtpUrl, dataDir }: Pick<Config, 'smtpUrl' | 'dataDir'>) {
  return smtpUrl ? null : openCapturedMailer(path.join(dataDir, 'mail'))
}

/** How Stripe is reached: the real one, or the offline one that sends its webhooks to us. */
export async function stripeConnection(
  config: Config,
  half: Half,
  log: Logger,
  clock: () => Date,
  closers: (() => Promise<void> | void)[],
): Promise<StripeConnection> {
  const { secretKey, apiBase, sandboxPort } = config.stripe
  if (secretKey)
    return {
      secretKey,
      apiBase,
      webhookSecrets: config.webhookSecrets,
      checkoutOrigins: apiBase ? [...STRIPE_PAGES, new URL(apiBase).origin] : STRIPE_PAGES,
      sandboxUrl: null,
    }
  // A separate worker uses the offline Stripe that the web half runs.
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
  const webhookSecret = secret ?? (await localSecret(config.dataDir, 'webhook-secret', 'whsec_'))
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: sandboxPort,
    webhookSecret,
    webhookUrl: `http://${webhookHost(config)}:${config.port}/webhooks/stripe`,
    journalFile: path.join(config.dataDir, 'stripe-sandbox.jsonl'),
    clock,
    log: (line) => log.debug({ sandbox: line }, 'offline Stripe'),
  })
  closers.push(() => sandbox.close())
  return {
    secretKey: OFFLINE_KEY,
    apiBase: sandbox.url,
    webhookSecrets: secret === undefined ? [webhookSecret] : config.webhookSecrets,
    checkoutOrigins: [sandbox.url],
    sandboxUrl: sandbox.url,
  }
}

/** One of several sites is known by its host, which is on this machine wherever the offline Stripe is used. */
function webhookHost({ site, publicUrl }: Pick<Config, 'site' | 'publicUrl'>): string {
  return site ? new URL(publicUrl).hostname : '127.0.0.1'
}

/**
 * A random secret, made once and kept in the data directory, so that sessions and webhook signatures stay valid over
 * a restart. For development: in production every secret is configured.
 */
async function localSecret(dataDir: string, name: string, prefix = ''): Promise<string> {
  const file = path.join(dataDir, name)
  await mkdir(dataDir, { recursive: true })
  const secret = `${prefix}${randomBytes(32).toString('base64url')}`
  try {
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFile(file, 'utf8')
    throw error
  }
}
