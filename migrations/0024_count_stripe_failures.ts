import type { Knex } from 'knex'

/** Stripe keeps a server error under an idempotency key, so that the next request for the checkout needs another key. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table checkouts add column stripe_failures integer not null default 0;
    comment on column checkouts.stripe_failures is
      'How often Stripe answered the request for a session with an error that it keeps for the idempotency key. The number is part of the next key.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
