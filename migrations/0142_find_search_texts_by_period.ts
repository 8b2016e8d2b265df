import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/**
 * Periods and parts of words in one index, which also serves a search for words alone. Each look-up goes through what waits to be added to the
 * index, so that little may wait.
 */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'report_search_texts_by_period',
    'on report_search_texts using gin (periods, words gin_trgm_ops) with (gin_pending_list_limit = 512)',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
