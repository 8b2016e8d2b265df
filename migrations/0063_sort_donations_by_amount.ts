import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The list of donations is sorted by amount, currency by currency, and found by it. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(knex, 'donations_by_amount', 'on donations (currency, gross_minor, id)')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
