import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Somebody waits for a sign-in mail, so it is claimed before receipts, however many of them are due. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'outbox_messages_urgent_first',
    `on outbox_messages ((kind <> 'staff_sign_in'), next_attempt_at) where sent_at is null and gave_up_at is null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
