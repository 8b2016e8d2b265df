import type pg from 'pg'
import type { Queryable } from './database.ts'

/** Where the sites of a database find PostgreSQL's extensions. No site's tables are in it. */
const EXTENSIONS = 'reader_donations_extensions'
// Any number will do, as long as nothing else in this database uses it.
const PREPARATION_LOCK = 7_465_612_004
const USERS_LOCK = 7_465_612_005

/**
 * The address of a database for connections that see one schema and nothing else. Existing options stay.
 * @param use a migration sees the extensions, too: they have what it makes indexes with
 */
export function inSchema(
  databaseUrl: string,
  schema: string,
  use: 'service' | 'migration' = 'service',
): string {
  return withSetting(databaseUrl, 'search_path', use === 'service' ? schema : `${schema},${EXTENSIONS}`)
}

/** The address of a database for connections that can change nothing, whatever the server becomes. */
export function readOnly(databaseUrl: string): string {
  return withSetting(databaseUrl, 'default_transaction_read_only', 'on')
}

function withSetting(databaseUrl: string, name: string, value: string): string {
  const url = new URL(databaseUrl)
  const options = [url.searchParams.get('options'), `-c ${name}=${value}`]
  url.searchParams.set('options', options.filter(Boolean).join(' '))
  // A plus sign would be part of the option: pg decodes a blank from %20 only.
  url.search = url.search.replaceAll('+', '%20')
  return url.href
}

/**
 * Makes a site's schema, and puts the extension of searching where every site finds it. Does nothing where all is there,
 * so that a role that may do neither can run the service afterwards.
 */
export async function prepareSchema(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    // Sites that start in several processes make the extension once.
    await client.query('select pg_advisory_xact_lock($1)', [PREPARATION_LOCK])
    for (const name of [schema, EXTENSIONS])
      if (!(await isThere(client, name))) await client.query(`create schema ${client.escapeIdentifier(name)}`)
    const { rows } = await client.query<{ schema: string }>(
      `select extnamespace::regnamespace::text as schema from pg_extension where extname = 'pg_trgm'`,
    )
    const [extension] = rows
    if (!extension) await client.query(`create extension pg_trgm schema ${EXTENSIONS}`)
    else if (extension.schema !== EXTENSIONS)
      // It was made by a single site. Its indexes go on working: they do not know it by the name of its schema.
      await client.query(`alter extension pg_trgm set schema ${EXTENSIONS}`)
    if (extension?.schema !== EXTENSIONS) await client.query(`grant usage on schema ${EXTENSIONS} to public`)
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw new Error(
      `The schema of the site ${schema} could not be made. The owner of the database may make it: see docs/sites.md.`,
      { cause },
    )
  } finally {
    client.release()
  }
}

/** Users of the database belong to all sites: one transaction at a time makes them. */
export async function lockUsers(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [USERS_LOCK])
}

async function isThere(client: pg.PoolClient, schema: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema])
  return rowCount === 1
}
