import type { Knex } from 'knex'

/** Stripe's own books as its API told them: what moved the balance, and what went to the bank. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table balance_transactions (
      id text primary key,
      type text not null,
      reporting_category text not null,
      currency text not null constraint balance_transactions_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      amount_minor bigint not null,
      fee_minor bigint not null,
      net_minor bigint not null,
      created_at timestamptz not null,
      available_on timestamptz not null,
      source text,
      clears text,
      payment_intent_id text,
      presentment_currency text,
      presentment_minor bigint,
      exchange_rate numeric,
      description text,
      read_at timestamptz not null,
      constraint balance_transactions_net_is_amount_less_fee check (net_minor = amount_minor - fee_minor),
      constraint balance_transactions_presentment_is_whole
        check ((presentment_currency is null) = (presentment_minor is null))
    );
    comment on column balance_transactions.clears is
      'the object that our books name too: pi_ for charges, re_, dp_; what only Stripe knows of names itself';
    comment on column balance_transactions.presentment_minor is
      'what it was in the reader''s currency, signed as the amount; null where that is the same currency';
    create index balance_transactions_by_payment on balance_transactions (payment_intent_id) where payment_intent_id is not null;
    create index balance_transactions_by_time on balance_transactions (created_at, id);
    create trigger balance_transactions_are_evidence before update or delete or truncate on balance_transactions
      for each statement execute function refuse_change();

    create table payouts (
      id text primary key,
      currency text not null,
      amount_minor bigint not null,
      status text not null,
      automatic boolean not null,
      arrival_date date not null,
      created_at timestamptz not null,
      balance_transaction_id text,
      failure_balance_transaction_id text,
      failure_code text,
      itemisation text not null constraint payouts_itemisation_is_known check (itemisation in ('not_possible', 'awaited', 'complete')),
      read_at timestamptz not null
    );
    comment on column payouts.itemisation is 'Stripe itemises automatic payouts only, complete some time after they were paid';
    create index payouts_by_arrival on payouts (arrival_date, id);

    create table payout_items (
      payout_id text not null constraint payout_items_payout_exists references payouts,
      balance_transaction_id text not null,
      primary key (payout_id, balance_transaction_id)
    );
    create index payout_items_by_transaction on payout_items (balance_transaction_id);

    create table sync_states (
      name text primary key constraint sync_states_name_is_known
        check (name in ('balance_transactions', 'payouts', 'events', 'objects')),
      complete_up_to timestamptz,
      cursor jsonb,
      recovered bigint not null default 0,
      ran_at timestamptz
    );
    comment on column sync_states.complete_up_to is 'everything at Stripe until then has been read';
    comment on column sync_states.cursor is 'where an interrupted sweep goes on';
    comment on column sync_states.recovered is 'how many the last whole sweep found that no webhook had brought, and put into the inbox';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
