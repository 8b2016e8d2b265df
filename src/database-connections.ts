import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
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
import { StartRefused } from './start-refused.ts'

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
  return openEmbeddedPostgres(dataDir, meanwhile)
}
