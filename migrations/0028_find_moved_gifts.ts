import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Totals ask of every donation whether its booking was moved, and few were. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_redated',
    `on ledger_transactions (donation_id) where effect = 'donation_redated_to'`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
