import type { Knex } from 'knex'

/**
 * The report about recurring donations reads `agreement_totals`, so that nobody needs these any more. Until the update is over, the
 * previous release reads the table instead.
 */
export const config = { transaction: false }

export async function up(knex: Knex): Promise<void> {
  for (const index of ['subscriptions_expected', 'subscriptions_started', 'subscriptions_ended'])
    await knex.raw(`drop index concurrently if exists ${index}`)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
