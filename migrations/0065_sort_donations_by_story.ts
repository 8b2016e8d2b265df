import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The list of donations is sorted by the story. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_by_story',
    "on donations (coalesce(article_title, article_url, ''), id)",
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
