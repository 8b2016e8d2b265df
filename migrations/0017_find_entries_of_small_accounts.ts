import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** A month's reconciliation reads these accounts, which have few entries among all those of gifts. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_entries_of_small_accounts',
    `on ledger_entries (account) where account in ('bank', 'stripe_reserve', 'other_stripe_activity')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
