import type { Knex } from 'knex'

// Any number will do, as long as nothing else in this database uses it.
const MIGRATION_LOCK = 7_465_612_001

/**
 * Brings the database up to date. Safe to call from several processes at once: they wait for one another.
 * Knex's own lock row survives a killed process and would block every later start, so an advisory lock guards it.
 */
export async function migrate(knex: Knex): Promise<string[]> {
  return knex.transaction(async (guard) => {
    await guard.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
    // The lock must outlive the migrations, however long they take.
    await guard.raw('set local idle_in_transaction_session_timeout = 0')
    await knex.migrate.forceFreeMigrationsLock()
    const [, names] = (await knex.migrate.latest()) as [number, string[]] // knex types this as any
    return names
  })
}

/** Whether every migration of this release has run. */
export async function migrationsAreCurrent(knex: Knex): Promise<boolean> {
  const [, pending] = (await knex.migrate.list()) as [unknown[], unknown[]] // knex types this as any
  return pending.length === 0
}
