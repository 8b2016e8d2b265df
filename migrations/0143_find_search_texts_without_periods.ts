import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Shows at once whether texts wait for their periods; it is empty when they are filled. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'report_search_texts_without_periods',
    'on report_search_texts (donation_id) where periods is null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
