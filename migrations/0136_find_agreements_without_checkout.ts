import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/** Agreements that no checkout of ours started are ours by a gift alone. They are few, and read one by one. */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'subscriptions_without_checkout',
    'on subscriptions (stripe_subscription_id) where checkout_id is null',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
