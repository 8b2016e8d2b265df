import type { Knex } from 'knex'

/** The `down` of every migration: money records are never unmade. The next migration corrects a mistake. */
export async function forwardOnly(): Promise<never> {
  throw new Error('Migrations only go forward: write a new one instead.')
}

/**
 * Builds an index while others write to the table. The migration must `export const config = { transaction: false }`,
 * since Postgres builds no index concurrently inside a transaction. A build that failed leaves an invalid index under
 * its name, which `if not exists` would accept: it is dropped and built again.
 * @param index the index's name
 * @param definition what follows the name: `on donations (succeeded_on) where …`
 * @param kind `unique` fails for ever where rows repeat a value and cannot be changed: build it on an empty column
 */
export async function buildIndexConcurrently(
  knex: Knex,
  index: string,
  definition: string,
  kind: 'unique' | '' = '',
): Promise<void> {
  // One connection for all statements, because the timeout is the connection's.
  const connection: unknown = await knex.client.acquireConnection()
  const run = (sql: string) => knex.raw(sql).connection(connection)
  try {
    await run('set statement_timeout = 0')
    const { rows } = await knex
      .raw<{ rows: unknown[] }>(
        'select 1 from pg_index where indexrelid = to_regclass(?) and not indisvalid',
        [index],
      )
      .connection(connection)
    if (rows.length > 0) await run(`drop index concurrently ${index}`)
    await run(`create ${kind} index concurrently if not exists ${index} ${definition}`)
  } finally {
    await run('reset statement_timeout').finally(() => knex.client.releaseConnection(connection))
  }
}
