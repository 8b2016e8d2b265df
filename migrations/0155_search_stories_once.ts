import type { Knex } from 'knex'

/**
 * The words of a story are kept once, and no longer with each of its gifts; and a text names the range of its gift's amount, so that a page
 * by amount reads few of them. Worker processes write the texts of earlier releases anew. A search looks through both tables, so that
 * it finds the same meanwhile.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table report_search_stories (
      id uuid primary key,
      article_url text not null,
      words text not null
    );
    comment on table report_search_stories is
      'What is searched of a story: its title and address in lower case, as gifts have had them. Derived from donations.';
    comment on column report_search_stories.id is 'The MD5 of address and words, so that each is kept once.';
    create index report_search_stories_by_part on report_search_stories using gin (words gin_trgm_ops);

    alter table report_fold_states add column texts_rewritten_at timestamptz;
    update report_fold_states set periods_filled_to = '00000000-0000-0000-0000-000000000000',
      texts_rewritten_at = case when not exists (select from report_search_texts) then now() end;
    comment on column report_fold_states.periods_filled_to is
      'Search texts of donations up to this id are written as this release writes them.';
    comment on column report_fold_states.texts_rewritten_at is
      'When every search text named the range of its amount and none held the words of its story; null: not yet.';
    comment on table report_search_texts is
      'What is searched of a donation: its donor and message, in lower case. Derived from donations; refolding makes it again.';
    comment on column report_search_texts.periods is
      'The periods of 1, 4, 16, 64, 256 and 1,024 days of UTC in which the gift was given, numbered as in src/reports/search-periods.ts, and the range of its amount, as in src/reports/search-amounts.ts. Null until they are filled.';

    create or replace function report_search_texts_have_periods() returns trigger language plpgsql as $$
    begin
      select array(select level * 10000000 + (((d.succeeded_at at time zone 'UTC')::date - date '1970-01-01') >> 2 * level)
            from generate_series(0, 5) as level)
          || (100000000 + 64 * (676 * (ascii(d.currency) - 97) + 26 * (ascii(substr(d.currency, 2)) - 97) + ascii(substr(d.currency, 3)) - 97)
            + width_bucket(d.gross_minor, array(
              select first * (10::numeric ^ digits)::bigint from generate_series(0, 15) as digits, unnest(array[1, 2, 5]::bigint[]) as first
              order by digits, first)))
        into new.periods from donations d where d.id = new.donation_id;
      return new;
    end $$;
    create or replace trigger report_search_texts_have_periods before insert on report_search_texts for each row
      when (coalesce(cardinality(new.periods), 0) < 7) execute function report_search_texts_have_periods();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
