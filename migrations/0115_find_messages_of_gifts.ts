import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Messages that came with gifts are few among the gifts, and are looked for every few seconds. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table reader_messages validate constraint reader_messages_source_is_known')
  await buildIndexConcurrently(
    knex,
    'donations_with_message',
    'on donations (succeeded_at) where message is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
