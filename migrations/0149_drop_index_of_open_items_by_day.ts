import type { Knex } from 'knex'

/**
 * The oldest open items are read type by type, and their sums are kept, so that nobody needs it any more. Until the update is
 * over, the previous release reads the table instead.
 */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists ledger_open_items_by_day')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
