import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/**
 * The first day of the books is asked for by every page of a month. An imported history lies before it, and was gone through
 * each time.
 */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_not_imported',
    `on ledger_transactions (booked_on) where effect not in ('imported', 'import_taken_back')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
