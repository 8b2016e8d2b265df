import type { Knex } from 'knex'

/** Double entry, append-only, balanced by the database itself: debits positive, credits negative. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger_transactions (
      id uuid primary key,
      source text not null,
      effect text not null,
      donation_id uuid constraint ledger_transactions_donation_exists references donations,
      occurred_at timestamptz not null,
      posted_at timestamptz not null default now(),
      constraint ledger_transactions_effect_happens_once unique (source, effect)
    );
    comment on column ledger_transactions.source is 'the Stripe object that caused it: pi_…, re_…, dp_…, txn_…, po_…';
    create index ledger_transactions_by_donation on ledger_transactions (donation_id) where donation_id is not null;

    create table ledger_entries (
      ledger_transaction_id uuid not null constraint ledger_entries_belong_to_a_transaction references ledger_transactions,
      account text not null constraint ledger_entries_account_is_known check (account in
        ('donations', 'refunds', 'disputes', 'stripe_fees', 'stripe_clearing', 'stripe_balance', 'bank', 'fx')),
      currency text not null constraint ledger_entries_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      amount_minor bigint not null constraint ledger_entries_amount_is_not_zero check (amount_minor <> 0),
      primary key (ledger_transaction_id, account, currency)
    );

    create function ledger_entries_balance() returns trigger language plpgsql as $$
    declare crooked record;
    begin
      select ledger_transaction_id, currency, sum(amount_minor) as off into crooked
        from added group by ledger_transaction_id, currency having sum(amount_minor) <> 0 limit 1;
      if found then
        raise exception 'ledger transaction % does not balance: off by % %', crooked.ledger_transaction_id, crooked.off, crooked.currency
          using errcode = 'check_violation', constraint = 'ledger_entries_balance';
      end if;
      return null;
    end $$;
    create trigger ledger_entries_balance after insert on ledger_entries
      referencing new table as added for each statement execute function ledger_entries_balance();

    create trigger ledger_transactions_are_evidence before update or delete or truncate on ledger_transactions
      for each statement execute function refuse_change();
    create trigger ledger_entries_are_evidence before update or delete or truncate on ledger_entries
      for each statement execute function refuse_change();
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
