import type { Knex } from 'knex'

/** What finance filters by. Each index is written with every gift, so there are only these two. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index donations_by_day on donations (succeeded_on);
    create index donations_by_donor_email on donations (lower(donor_email) text_pattern_ops) where donor_email is not null;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
