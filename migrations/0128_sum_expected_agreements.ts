import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** The report about recurring donations sums up those that run from the index alone, also those that are paused. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_expected',
    `on subscriptions (frequency, currency, status) include (amount_minor, current_period_end, cancel_at, is_paused, resumes_at,
       checkout_id, stripe_subscription_id) where ended_at is null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
