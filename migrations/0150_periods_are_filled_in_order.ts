import type { Knex } from 'knex'

/**
 * How far the periods of older texts are filled is kept, so that nobody has to look for texts without them. What a process of an earlier release
 * writes until it has stopped gets its periods from the database.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table report_fold_states
      add column periods_filled_to uuid not null default '00000000-0000-0000-0000-000000000000',
      add column periods_filled_at timestamptz;
    update report_fold_states set periods_filled_at = now() where not exists (select from report_search_texts);
    comment on column report_fold_states.periods_filled_to is 'Search texts of donations up to this id have their periods.';
    comment on column report_fold_states.periods_filled_at is 'When every search text had its periods; null: not yet.';

    create function report_search_texts_have_periods() returns trigger language plpgsql as $$
    begin
      select array(select level * 10000000 + (((d.succeeded_at at time zone 'UTC')::date - date '1970-01-01') >> 2 * level)
          from generate_series(0, 5) as level)
        into new.periods from donations d where d.id = new.donation_id;
      return new;
    end $$;
    create trigger report_search_texts_have_periods before insert on report_search_texts for each row
      when (new.periods is null) execute function report_search_texts_have_periods();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
