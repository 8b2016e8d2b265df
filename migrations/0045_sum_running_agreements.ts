import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The report about recurring donations sums up those that run, without reading those that ended. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_running',
    `on subscriptions (frequency, currency, status) include (amount_minor, current_period_end, cancel_at, checkout_id)
     where ended_at is null`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
