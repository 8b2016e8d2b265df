import type { Knex } from 'knex'

/**
 * A sign-in link lives ten minutes, and each process asked its own clock: one that was ten minutes ahead refused every link
 * that another one had made. The database's clock is the one that all share. Links made before this release have no
 * such time and end by `expires_at`, which the previous release still reads.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table staff_sign_in_links add column made_at timestamptz;
    alter table staff_sign_in_links alter column made_at set default now();
    comment on column staff_sign_in_links.made_at is
      'By the database''s clock, from which its ten minutes are counted. Null: an earlier release made it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
