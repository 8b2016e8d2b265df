import { readdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Knex } from 'knex'
import { migrationSettings } from './database.ts'
import { StartRefused } from '../start-refused.ts'
import { numberedLockKey } from './site-scope.ts'

// Any number will do, as long as nothing else in this database uses it.
const MIGRATION_LOCK = 7_465_612_001
const ASK_AGAIN_MS = 100

/** The database was made by another version of the service. The message says what to do; no retry can help. */
export class ForeignSchema extends StartRefused {}

/**
 * Brings the database up to date. Several processes may call it at once: each waits for the one before it.
 * Knex's own lock row survives a killed process and would block every later start, so an advisory lock guards it.
 *
 * The lock belongs to a connection outside of any transaction, and whoever waits for it asks again and again: Postgres
 * builds no index concurrently while an older transaction reads, so a transaction that waits for the lock and the process
 * that holds it and builds an index would wait for each other.
 * @returns the names of the migrations that ran
 * @throws ForeignSchema
 */
export async function migrate(knex: Knex, settings = migrationSettings): Promise<string[]> {
  const connection: unknown = await knex.client.acquireConnection()
  const lockDid = async (what: 'pg_try_advisory_lock' | 'pg_advisory_unlock') => {
    const sql = `select ${what}(${numberedLockKey('?')}) as done`
    const { rows } = await knex
      .raw<{ rows: { done: boolean }[] }>(sql, [MIGRATION_LOCK])
      .connection(connection)
    return rows[0]?.done === true
  }
  try {
    while (!(await lockDid('pg_try_advisory_lock'))) await setTimeout(ASK_AGAIN_MS)
    try {
      const state = await schemaState(knex, settings, connection)
      refuseForeign(state)
      // Asked first, because a user who does not own the tables may look and not migrate.
      if (state.missing.length === 0) return []
      await knex.migrate.forceFreeMigrationsLock(settings)
      const [, names] = (await knex.migrate.latest(settings)) as [number, string[]] // knex types this as any
      return names
    } finally {
      await lockDid('pg_advisory_unlock')
    }
  } finally {
    knex.client.releaseConnection(connection)
  }
}

/** @throws ForeignSchema when another version's migrations made the database */
export async function refuseForeignSchema(knex: Knex, settings = migrationSettings): Promise<void> {
  refuseForeign(await schemaState(knex, settings))
}

function refuseForeign({ older, newer }: SchemaState): void {
  if (older.length > 0) throw new ForeignSchema(ofOlderVersion(older))
  if (newer.length > 0)
    throw new ForeignSchema(
      `The database was migrated by a newer version of this service (${newer.join(', ')}): start that version.`,
    )
}

/**
 * Why a process that runs cannot use the database, in a sentence for the operator; null if it can. A newer version may
 * have migrated it meanwhile: its migrations are additive first, so this version goes on until it is replaced.
 */
export async function schemaProblem(knex: Knex, settings = migrationSettings): Promise<string | null> {
  const { older, missing } = await schemaState(knex, settings)
  if (older.length > 0) return ofOlderVersion(older)
  return missing.length > 0 ? LACKS_MIGRATIONS : null
}

const LACKS_MIGRATIONS = 'The database lacks migrations: run npm run migrate.'

function ofOlderVersion([first]: readonly string[]): string {
  return `An older version of this service made the database (${first}), and this version cannot upgrade it: export what you need with the older version, then set DATA_DIR to a new folder or DATABASE_URL to an empty database.`
}

/** The names of migrations: those that the database lacks, and those that this version does not know. */
type SchemaState = Readonly<Record<'missing' | 'older' | 'newer', readonly string[]>>

/**
 * Migrations are numbered: one that this version does not know is newer than its last one, or of an older line.
 * @param connection one that is there already, so that no second one is opened to ask
 */
async function schemaState(
  knex: Knex,
  { directory }: { readonly directory: string },
  connection: unknown = null,
): Promise<SchemaState> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.ts')).toSorted()
  const applied = await appliedMigrations(knex, connection)
  const unknown = applied.filter((name) => !files.includes(name))
  const last = numberOf(files.at(-1) ?? '0')
  return {
    missing: files.filter((name) => !applied.includes(name)),
    older: unknown.filter((name) => numberOf(name) <= last),
    newer: unknown.filter((name) => numberOf(name) > last),
  }
}

async function appliedMigrations(knex: Knex, connection: unknown): Promise<string[]> {
  const found = knex.raw<{ rows: { is_there: boolean }[] }>(
    `select to_regclass('knex_migrations') is not null as is_there`,
  )
  const names = knex<{ name: string }>('knex_migrations').select('name').orderBy('id')
  if (connection !== null) for (const query of [found, names]) void query.connection(connection)
  if ((await found).rows[0]?.is_there !== true) return []
  return (await names).map(({ name }) => name)
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10)
}
