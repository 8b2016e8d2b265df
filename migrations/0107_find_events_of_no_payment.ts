import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

/**
 * An erasure reads the events that name no payment, which are few among the many that do. An event that waits for its
 * processing is found by `inbox_states_to_apply`, so that storing one costs nothing more.
 */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'inbox_states_of_no_payment',
    `on inbox_states (inbox_event_id) where correlation_id is null and outcome <> 'pending'`,
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
