import type { Knex } from 'knex'

/**
 * The page of a month lists the open items that a person could read and says what the others come to. Adding these up took
 * longer with each of them. Their sums are kept by triggers, by everything that says what an item means: what is posted of
 * it, by whom, and in which hour it last moved. The lock lets nobody change items between the first filling and the triggers.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger_open_item_sums (
      ledger_account text not null,
      first_on date not null,
      currency text not null,
      has_events boolean not null,
      has_balance boolean not null,
      is_written_off boolean not null,
      is_movement boolean not null,
      types text[] not null,
      event_hour timestamptz,
      movement_hour timestamptz,
      items bigint not null,
      open_minor bigint not null,

      constraint ledger_open_item_sums_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      constraint ledger_open_item_sums_one_sum unique nulls not distinct (ledger_account, first_on, currency, has_events,
        has_balance, is_written_off, is_movement, types, event_hour, movement_hour)
    ) with (fillfactor = 50);
    comment on table ledger_open_item_sums is
      'How many open items there are of a kind and what they come to, kept by triggers on ledger_open_items. verify adds them up.';
    comment on column ledger_open_item_sums.is_movement is 'The object is a balance transaction itself.';
    comment on column ledger_open_item_sums.event_hour is 'The hour in which last_event_at lies.';
    comment on column ledger_open_item_sums.open_minor is 'What each item holds, added without signs.';

    create function ledger_open_items_are_summed() returns trigger language plpgsql as $$
    begin
      insert into ledger_open_item_sums as s (ledger_account, first_on, currency, has_events, has_balance, is_written_off,
        is_movement, types, event_hour, movement_hour, items, open_minor)
      select ledger_account, first_on, currency, events_minor is not null, balance_minor is not null, written_off_minor <> 0,
        starts_with(object, 'txn_'), types, date_trunc('hour', last_event_at, 'UTC'), date_trunc('hour', last_movement_at, 'UTC'),
        tg_argv[0]::bigint * count(*),
        tg_argv[0]::bigint * sum_bigint(abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor))
      from changed group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
      on conflict (ledger_account, first_on, currency, has_events, has_balance, is_written_off, is_movement, types, event_hour,
        movement_hour) do update set items = s.items + excluded.items, open_minor = s.open_minor + excluded.open_minor;
      if tg_argv[0] = '-1' then
        delete from ledger_open_item_sums s using (
          select distinct ledger_account, first_on, currency from changed) as c
        where (s.ledger_account, s.first_on, s.currency) = (c.ledger_account, c.first_on, c.currency) and s.items = 0;
      end if;
      return null;
    end $$;

    lock table ledger_open_items in share row exclusive mode;
    create trigger ledger_open_items_are_summed_1_removed after delete on ledger_open_items
      referencing old table as changed for each statement execute function ledger_open_items_are_summed('-1');
    create trigger ledger_open_items_are_summed_2_before after update on ledger_open_items
      referencing old table as changed for each statement execute function ledger_open_items_are_summed('-1');
    create trigger ledger_open_items_are_summed_3_after after update on ledger_open_items
      referencing new table as changed for each statement execute function ledger_open_items_are_summed('1');
    create trigger ledger_open_items_are_summed_4_added after insert on ledger_open_items
      referencing new table as changed for each statement execute function ledger_open_items_are_summed('1');
    insert into ledger_open_item_sums
    select ledger_account, first_on, currency, events_minor is not null, balance_minor is not null, written_off_minor <> 0,
      starts_with(object, 'txn_'), types, date_trunc('hour', last_event_at, 'UTC'), date_trunc('hour', last_movement_at, 'UTC'),
      count(*), sum_bigint(abs(coalesce(events_minor, 0) + coalesce(balance_minor, 0) + written_off_minor))
    from ledger_open_items group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
