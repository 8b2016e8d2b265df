import type { Knex } from 'knex'

/** A subscription that cannot be read from Stripe is postponed, so that it does not keep the others from being read. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subscriptions
      add column failures integer not null default 0,
      add column next_try_at timestamptz;
    comment on column subscriptions.failures is 'How many tries to read it from Stripe have failed since the last that succeeded.';
    comment on column subscriptions.next_try_at is 'Before this time it is not read again; null when the last try succeeded.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
