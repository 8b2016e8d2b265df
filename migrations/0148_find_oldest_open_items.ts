import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The page of a month lists the oldest open items of each kind of movement, and reads no others. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'ledger_open_items_oldest',
    `on ledger_open_items (ledger_account, types, first_on, object, currency)`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
