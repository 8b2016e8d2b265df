import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Recurring donations whose last payment failed are few, and the overview counts them. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_failing',
    `on subscriptions (last_failure_at desc, stripe_subscription_id)
     where ended_at is null and last_failure_at is not null and last_failure_at > coalesce(last_paid_at, '-infinity')`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
