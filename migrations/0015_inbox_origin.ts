import type { Knex } from 'knex'

/** Where an event came from: Stripe's webhook, or our own reading of its lists when a webhook was lost. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table inbox_events
      add column origin text not null default 'webhook' constraint inbox_events_origin_is_known
        check (origin in ('webhook', 'event_list', 'object_list'));
    comment on column inbox_events.origin is 'object_list: Stripe no longer has the event (30 days), so it was made of the object';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
