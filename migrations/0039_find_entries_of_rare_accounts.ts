import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The entries of an account that few gifts touch, in the order in which they were posted. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_entries_of_rare_accounts',
    `on ledger_entries (account, ledger_transaction_id)
     where account not in ('donations', 'stripe_clearing', 'stripe_balance', 'stripe_fees')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
