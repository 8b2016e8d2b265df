import type { Knex } from 'knex'

/** When a refund came to nothing: its money counts as back on that day, not on the day on which we hear of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table refunds add column failed_at timestamptz;
    comment on column refunds.failed_at is 'when Stripe first said that it failed or was canceled; null: it did not, or it was heard before this was kept';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
