import type { Knex } from 'knex'

/**
 * Sign-offs of one difference at once made several rows. Such rows are evidence and stay as they are: what is to be
 * unique is a column of its own, which is null in them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table month_sign_offs add column difference text;
    comment on column month_sign_offs.difference is
      'The difference in one text, which no other sign-off has; null in rows that are older than the rule.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
