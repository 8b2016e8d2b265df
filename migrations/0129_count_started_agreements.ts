import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The report about recurring donations counts those that started from the index alone. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_started',
    `on subscriptions (coalesce(started_at, created_at)) include (frequency, status, checkout_id, stripe_subscription_id,
       started_at, created_at)`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
