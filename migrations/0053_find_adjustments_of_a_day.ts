import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The prior-period adjustments that are booked in a month. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_adjusting_by_day',
    'on ledger_transactions (booked_on, posted_at, id) where period is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
