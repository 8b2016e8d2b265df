import type { Knex } from 'knex'

/** Every worker looks for agreements to ask about every few seconds: without this it walks through all there ever were. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index subscriptions_by_reading on subscriptions (read_at) where ended_at is null`)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
