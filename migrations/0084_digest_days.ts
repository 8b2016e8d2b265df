import type { Knex } from 'knex'

/** The daily digest to the newsroom's chat is sent once a day, by whichever worker takes the day. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table digest_days (
      day date primary key,
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      sent_at timestamptz
    );
    comment on table digest_days is 'A day whose sums are sent to DIGEST_WEBHOOK_URL: the tries, and when one succeeded.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
