import type { Knex } from 'knex'

/** Donors pause a recurring gift on its page, and Stripe says whether it is paused. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subscriptions
      add column is_paused boolean not null default false,
      add column resumes_at timestamptz;
    comment on column subscriptions.is_paused is 'Stripe collects nothing for now, although the agreement runs.';
    comment on column subscriptions.resumes_at is 'When Stripe collects again by itself; null: not paused, or until somebody resumes it.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
