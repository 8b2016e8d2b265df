import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Bank debits that Stripe took back, few among all balance transactions. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'balance_transactions_of_returned_debits',
    `on balance_transactions (created_at) where type in ('payment_failure_refund', 'payment_reversal')
       or type = 'adjustment' and reporting_category = 'charge_failure'`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
