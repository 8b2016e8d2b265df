import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Prior-period adjustments are few among all postings. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_adjusting_a_period',
    'on ledger_transactions (period, booked_on, id) where period is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
