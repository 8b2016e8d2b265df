import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Which payment pages of the last hour were paid. Rows stand in the order of their time, so a few pages of index suffice. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'checkouts_by_creation',
    'on checkouts using brin (created_at) with (pages_per_range = 16, autosummarize = on)',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
