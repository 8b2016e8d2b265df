import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The list of donations shows those of one story, newest first. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_by_article',
    'on donations (article_url, succeeded_at desc, id desc) where article_url is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
