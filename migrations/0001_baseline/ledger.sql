-- Double entry, append-only: debits are positive, credits negative, and the database itself checks that they balance.
create table ledger_transactions (
  id uuid primary key,
  source text not null,
  effect text not null,
  donation_id uuid,
  clears text not null,
  occurred_at timestamptz not null,
  booked_on date not null,
  period text,
  posted_at timestamptz not null default now(),

  constraint ledger_transactions_effect_happens_once unique (source, effect),
  constraint ledger_transactions_effect_is_known
    check (effect in ('donation_succeeded', 'refunded', 'refund_failed', 'bank_returned', 'dispute_withdrawn',
      'dispute_reinstated', 'settled')),
  constraint ledger_transactions_period_is_a_month check (period ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])$')
);
comment on table ledger_transactions is 'One effect of one Stripe object.';
comment on column ledger_transactions.source is 'Id of the Stripe object that caused it: pi_…, re_…, dp_…, txn_…, po_….';
comment on column ledger_transactions.clears is
  'Id of the Stripe object that donors'' events and Stripe''s balance transactions both name. Its entries in stripe_clearing sum to zero once both are booked and agree.';
comment on column ledger_transactions.booked_on is
  'Newsroom day it counts for: the day of occurred_at, or the day of posting if the month of occurred_at was closed.';
comment on column ledger_transactions.period is
  'Of a prior-period adjustment: the closed month that it belongs to. Null for every other transaction.';
create index ledger_transactions_by_donation on ledger_transactions (donation_id) where donation_id is not null;
create index ledger_transactions_by_day on ledger_transactions (booked_on);
create index ledger_transactions_by_clears on ledger_transactions (clears);

create function ledger_transactions_donation_exists() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a where a.donation_id is not null and (select 1 from donations d where d.id = a.donation_id) is null
  ) then
    raise exception 'a ledger transaction refers to an unknown donation'
      using errcode = 'foreign_key_violation', constraint = 'ledger_transactions_donation_exists';
  end if;
  return null;
end $$;
create trigger ledger_transactions_donation_exists after insert on ledger_transactions
  referencing new table as added for each statement execute function ledger_transactions_donation_exists();
create trigger ledger_transactions_are_evidence before update or delete or truncate on ledger_transactions
  for each statement execute function refuse_change();

create table ledger_entries (
  ledger_transaction_id uuid not null,
  account text not null,
  currency text not null,
  amount_minor bigint not null,

  primary key (ledger_transaction_id, account, currency),
  constraint ledger_entries_account_is_known
    check (account in
      ('donations', 'refunds', 'disputes', 'stripe_fees', 'stripe_clearing', 'stripe_balance', 'bank', 'fx')),
  constraint ledger_entries_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint ledger_entries_amount_is_not_zero check (amount_minor <> 0)
);
comment on table ledger_entries is
  'A debit or credit of a ledger transaction, whose entries sum to zero in each currency.';
comment on column ledger_entries.amount_minor is 'Minor units of the currency. A debit is positive, a credit negative.';

create function ledger_entries_balance() returns trigger language plpgsql as $$
declare unbalanced record;
begin
  select ledger_transaction_id, currency, sum(amount_minor) as off into unbalanced
    from added group by ledger_transaction_id, currency having sum(amount_minor) <> 0 limit 1;
  if found then
    raise exception 'ledger transaction % does not balance: off by % %',
        unbalanced.ledger_transaction_id, unbalanced.off, unbalanced.currency
      using errcode = 'check_violation', constraint = 'ledger_entries_balance';
  end if;
  return null;
end $$;
create trigger ledger_entries_balance after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_entries_balance();

create function ledger_entries_belong_to_a_transaction() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a where (select 1 from ledger_transactions t where t.id = a.ledger_transaction_id) is null
  ) then
    raise exception 'a ledger entry belongs to no transaction'
      using errcode = 'foreign_key_violation', constraint = 'ledger_entries_belong_to_a_transaction';
  end if;
  return null;
end $$;
create trigger ledger_entries_belong_to_a_transaction after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_entries_belong_to_a_transaction();
create trigger ledger_entries_are_evidence before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();
