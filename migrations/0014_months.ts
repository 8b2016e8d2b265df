import type { Knex } from 'knex'

/** The day a ledger transaction counts for, what it settles against, and months whose figures no longer move. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table month_closings (
      month text primary key constraint month_closings_month_is_a_month check (month ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$'),
      closed_at timestamptz not null,
      closed_by text not null,
      reconciliation jsonb not null
    );
    comment on column month_closings.reconciliation is 'as it stood when the month was closed: what finance signed off does not move with what is learned later';
    create trigger month_closings_are_evidence before update or delete or truncate on month_closings
      for each statement execute function refuse_change();

    create table month_sign_offs (
      id bigint generated always as identity primary key,
      month text not null constraint month_sign_offs_month_is_a_month check (month ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$'),
      object text not null,
      kind text not null,
      currency text not null,
      amount_minor bigint not null,
      reason text not null constraint month_sign_offs_reason_is_given check (length(trim(reason)) >= 3),
      signed_off_by text not null,
      signed_off_at timestamptz not null
    );
    comment on table month_sign_offs is 'a difference that somebody looked at: of this object, kind and amount; another amount is another difference';
    create index month_sign_offs_by_month on month_sign_offs (month);
    create trigger month_sign_offs_are_evidence before update or delete or truncate on month_sign_offs
      for each statement execute function refuse_change();

    alter table ledger_transactions
      add column booked_on date,
      add column period text,
      add column clears text;
    comment on column ledger_transactions.booked_on is 'the newsroom day it counts for: that of occurred_at, unless its month was closed already';
    comment on column ledger_transactions.period is 'the closed month it would have belonged to';
    comment on column ledger_transactions.clears is
      'the Stripe object that both sides name: its stripe_clearing entries sum to zero once donors'' and Stripe''s word agree';

    alter table ledger_transactions disable trigger ledger_transactions_are_evidence;
    update ledger_transactions t set clears = t.source, booked_on = d.succeeded_on from donations d where d.id = t.donation_id;
    alter table ledger_transactions enable trigger ledger_transactions_are_evidence;
    alter table ledger_transactions
      alter column booked_on set not null,
      alter column clears set not null;
    create index ledger_transactions_by_day on ledger_transactions (booked_on);
    create index ledger_transactions_by_clears on ledger_transactions (clears);

    create function closed_months_stay() returns trigger language plpgsql as $$
    declare closed text;
    begin
      select c.month into closed from month_closings c join added a on to_char(a.booked_on, 'YYYY-MM') = c.month limit 1;
      if found then
        raise exception 'the month % is closed', closed using errcode = 'check_violation', constraint = 'closed_months_stay';
      end if;
      return null;
    end $$;
    create trigger closed_months_stay after insert on ledger_transactions
      referencing new table as added for each statement execute function closed_months_stay();
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
