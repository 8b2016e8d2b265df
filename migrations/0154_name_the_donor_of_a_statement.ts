import type { Knex } from 'knex'

/**
 * The zip of all statements begins with a list that says which file is whose: nobody could tell without opening each. An
 * erasure removes all statements, so what is kept here goes with them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table statement_files add column donor_name text, add column donor_email text;
    comment on column statement_files.donor_email is 'Whose statement it is. Null: an earlier release made it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
