import type { Knex } from 'knex'

/** Checks the rows that were there before the columns; writing goes on meanwhile. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table donations validate constraint donations_presentment_is_whole;
    alter table donations validate constraint donations_presentment_currency_is_a_code;
    alter table donations validate constraint donations_presentment_is_positive;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
