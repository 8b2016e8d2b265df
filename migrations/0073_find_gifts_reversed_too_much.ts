import type { Knex } from 'knex'
import { buildIndexConcurrently } from '../src/db/migration-steps.ts'

export const config = { transaction: false }

/** Gifts of which more was reversed than was given: hardly any, and every open month asks for them. */
export async function up(knex: Knex): Promise<void> {
  await buildIndexConcurrently(
    knex,
    'donations_reversed_too_much',
    'on donations (payment_intent_id) where refunded_minor + disputed_minor > gross_minor',
  )
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
