import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The report about recurring donations counts those that ended from the index alone. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_ended',
    `on subscriptions (ended_at) include (frequency, end_reason, status, checkout_id, stripe_subscription_id)
     where ended_at is not null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
