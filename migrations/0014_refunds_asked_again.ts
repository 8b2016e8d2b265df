import type { Knex } from 'knex'

/** Stripe is asked again for a refund whose answer was lost, less and less often. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table refund_requests add column tries integer not null default 0, add column ask_again_at timestamptz;
    comment on column refund_requests.tries is 'How often Stripe was asked again because its answer was not known.';
    comment on column refund_requests.ask_again_at is
      'When Stripe is asked again while neither a refund nor a refusal is known; null: a minute after the request.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
