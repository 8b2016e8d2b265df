import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** A list by the day booked looks for the few gifts that became known after their month was closed. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_booked_late',
    `on ledger_transactions (booked_on) where effect = 'donation_succeeded' and period is not null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
