import type { Knex } from 'knex'

/**
 * What Stripe's balance moved by on each day, from Stripe's own list, so that the books can be compared with it at any
 * day's end. The lock lets nobody add a balance transaction between the first filling and the trigger.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table stripe_balance_days (
      day date not null,
      currency text not null,
      net_minor bigint not null,
      movements bigint not null,

      primary key (day, currency),
      constraint stripe_balance_days_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    );
    comment on table stripe_balance_days is
      'What the balance transactions of a day in the newsroom''s timezone sum to, kept by a trigger as they are added.';

    create function balance_transactions_count_for_their_day() returns trigger language plpgsql as $$
    begin
      insert into stripe_balance_days as k (day, currency, net_minor, movements)
      select (created_at at time zone coalesce(
          (select timezone from newsroom_profiles order by in_force_from desc, id desc limit 1), 'UTC'))::date,
        currency, sum(net_minor), count(*)
      from added group by 1, 2 order by 1, 2
      on conflict (day, currency) do update set net_minor = k.net_minor + excluded.net_minor,
        movements = k.movements + excluded.movements;
      return null;
    end $$;

    lock table balance_transactions in share row exclusive mode;
    insert into stripe_balance_days (day, currency, net_minor, movements)
    select (created_at at time zone coalesce(
        (select timezone from newsroom_profiles order by in_force_from desc, id desc limit 1), 'UTC'))::date,
      currency, sum(net_minor), count(*)
    from balance_transactions group by 1, 2;
    create trigger balance_transactions_count_for_their_day after insert on balance_transactions
      referencing new table as added for each statement execute function balance_transactions_count_for_their_day();
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
