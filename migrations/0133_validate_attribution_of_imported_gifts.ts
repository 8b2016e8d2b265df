import type { Knex } from 'knex'

/** Rows of older releases hold no frequency, which the check allows. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table imported_gifts validate constraint imported_gifts_frequency_is_known')
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
