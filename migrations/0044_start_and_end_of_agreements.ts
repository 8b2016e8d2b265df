import type { Knex } from 'knex'

/**
 * When a recurring donation started and why it ended, as Stripe answers both. Those that are here already are read from
 * Stripe once more: an event of before could have said neither.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subscriptions
      add column started_at timestamptz,
      add column end_reason text;
    comment on column subscriptions.started_at is 'When it started at Stripe; null until it is read.';
    comment on column subscriptions.end_reason is
      'Why it ended or will end, in Stripe''s word of a list that Stripe may extend: cancellation_requested, payment_failed …; null: Stripe says nothing.';
    update subscriptions set stale = true, next_try_at = null where not stale;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
