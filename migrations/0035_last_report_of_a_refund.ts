import type { Knex } from 'knex'

/** A new word for a refund's status waits unless Stripe has reported a known one since. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table refunds add column reported_at timestamptz;
    comment on column refunds.reported_at is
      'When Stripe last reported a status that we know; null in rows of earlier releases and of bank returns.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
