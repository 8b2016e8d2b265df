import type { Knex } from 'knex'

/**
 * The report about recurring donations reads `subscriptions_expected`, `subscriptions_started` and `subscriptions_ended`, which
 * hold all that these held. Without them the previous release reads the new ones.
 */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  for (const index of ['subscriptions_running', 'subscriptions_by_start', 'subscriptions_by_end'])
    await knex.raw(`drop index concurrently if exists ${index}`)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
