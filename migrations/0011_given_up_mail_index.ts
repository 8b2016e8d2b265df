import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Finance's overview counts the mails that were given up, among all that were ever sent. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'outbox_messages_given_up',
    'on outbox_messages (gave_up_at) where gave_up_at is not null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
