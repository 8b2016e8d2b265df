import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Fees that Stripe charges the account and no gift, few among all balance transactions. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'balance_transactions_of_own_fees',
    `on balance_transactions (created_at) where type in ('stripe_fee', 'stripe_fx_fee', 'tax_fee')
       or type = 'adjustment' and reporting_category in ('fee', 'network_cost')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
