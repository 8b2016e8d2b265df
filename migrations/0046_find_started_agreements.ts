import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** The report about recurring donations counts those that started in a month. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_by_start',
    `on subscriptions (coalesce(started_at, created_at)) include (frequency, checkout_id)`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
