import type { Knex } from 'knex'

/**
 * Form 1099-K has the gross of all charges of an account by month, whatever was refunded. The sums are kept as Stripe's
 * balance transactions are stored, which never change, so the report reads some rows and not a year of them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table charge_volumes (
      month text not null,
      currency text not null,
      type text not null,
      charges bigint not null,
      gross_minor bigint not null,

      primary key (month, currency, type),
      constraint charge_volumes_month_is_a_month check (month ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$'),
      constraint charge_volumes_currency_is_a_code check (currency ~ '^[a-z]{3}$')
    );
    comment on table charge_volumes is
      'The charges of all programs on the Stripe account in a month, before refunds, disputes and fees; kept by the insert of balance transactions.';
    comment on column charge_volumes.month is 'In UTC, by when the charge was made.';
    comment on column charge_volumes.type is 'Stripe''s type of the balance transaction: charge is a card''s, payment another method''s.';

    create function balance_transactions_add_to_volumes() returns trigger language plpgsql as $$
    begin
      insert into charge_volumes as v (month, currency, type, charges, gross_minor)
        select to_char(created_at at time zone 'UTC', 'YYYY-MM'), currency, type, count(*), sum(amount_minor)
        from added where type in ('charge', 'payment') group by 1, 2, 3 order by 1, 2, 3
      on conflict (month, currency, type) do update set charges = v.charges + excluded.charges,
        gross_minor = v.gross_minor + excluded.gross_minor;
      return null;
    end $$;
    create trigger balance_transactions_add_to_volumes after insert on balance_transactions
      referencing new table as added for each statement execute function balance_transactions_add_to_volumes();

    insert into charge_volumes (month, currency, type, charges, gross_minor)
      select to_char(created_at at time zone 'UTC', 'YYYY-MM'), currency, type, count(*), sum(amount_minor)
      from balance_transactions where type in ('charge', 'payment') group by 1, 2, 3;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
