import type { Knex } from 'knex'

/**
 * The register proves that a year's receipts are complete by counting them, which took longer with each receipt. The number is
 * kept by whoever issues them, and already holds the year's counter. A receipt is never removed; where a superuser does so, the
 * proof still has to show it, so that trigger fires always. The lock lets nobody issue between the first filling and the trigger.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table receipt_counts (
      year integer primary key,
      receipts bigint not null
    ) with (fillfactor = 50);
    comment on table receipt_counts is
      'How many receipts a year has, of every revision, kept by triggers on receipts. verify counts them.';

    create function receipts_count_for_their_year() returns trigger language plpgsql as $$
    begin
      insert into receipt_counts as c (year, receipts) select year, count(*) from changed group by year order by year
      on conflict (year) do update set receipts = c.receipts + excluded.receipts;
      return null;
    end $$;
    create function receipts_no_longer_count() returns trigger language plpgsql as $$
    begin
      update receipt_counts c set receipts = c.receipts - gone.receipts
      from (select year, count(*) as receipts from changed group by year) as gone where c.year = gone.year;
      return null;
    end $$;

    lock table receipts in share row exclusive mode;
    create trigger receipts_count_for_their_year after insert on receipts
      referencing new table as changed for each statement execute function receipts_count_for_their_year();
    create trigger receipts_no_longer_count after delete on receipts
      referencing old table as changed for each statement execute function receipts_no_longer_count();
    alter table receipts enable always trigger receipts_no_longer_count;
    insert into receipt_counts (year, receipts) select year, count(*) from receipts group by year;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
