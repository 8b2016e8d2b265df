import type { Knex } from 'knex'

/** Finance looks donors up by the beginning of their address. One index only: each is written with every gift. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index donations_by_donor_email on donations (lower(donor_email) text_pattern_ops)`)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
