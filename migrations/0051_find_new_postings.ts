import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** What was posted since the kept sums were last brought up to date. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_transactions_by_posting',
    'on ledger_transactions (posted_xid) where posted_xid is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
