import type { Knex } from 'knex'

/**
 * A search reads the texts of one period after the other instead of all of them. Worker processes fill the periods of older texts; until then
 * the search reads all texts, as before. A gift whose time changes is noted for the next fold, since its periods change with it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table report_search_texts add column periods int[];
    comment on column report_search_texts.periods is
      'The periods of 1, 4, 16, 64, 256 and 1,024 days of UTC in which the gift was given, numbered as in src/reports/search-periods.ts. Null until they are filled.';

    create or replace trigger donations_wait_for_reports after update on donations for each row
      when ((old.donor_name, old.donor_email, old.message, old.article_url, old.article_title, old.campaign_name, old.frequency, old.succeeded_at)
        is distinct from (new.donor_name, new.donor_email, new.message, new.article_url, new.article_title, new.campaign_name, new.frequency, new.succeeded_at))
      execute function donations_wait_for_reports();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
