import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** What other programs moved in a month is little among all postings. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_of_others',
    `on ledger_transactions (booked_on) where effect in ('concerns_others', 'is_ours_after_all')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
