import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The report about recurring donations counts those that ended in a month, by reason. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_by_end',
    `on subscriptions (ended_at) include (frequency, end_reason, checkout_id) where ended_at is not null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
