create table balance_transactions (
  id text primary key,
  type text not null,
  reporting_category text not null,
  currency text not null,
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

  constraint balance_transactions_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint balance_transactions_net_is_amount_less_fee check (net_minor = amount_minor - fee_minor),
  constraint balance_transactions_presentment_is_whole
    check ((presentment_currency is null) = (presentment_minor is null)),
  constraint balance_transactions_presentment_currency_is_a_code check (presentment_currency ~ '^[a-z]{3}$')
);
comment on table balance_transactions is 'What moved the balance at Stripe, as Stripe''s API listed it.';
comment on column balance_transactions.type is 'Stripe''s word, of a list that Stripe may extend.';
comment on column balance_transactions.clears is
  'Id of the Stripe object that the ledger knows as clears too: pi_… of a charge, re_… of a refund, dp_… of a dispute. What only Stripe knows has its own id here.';
comment on column balance_transactions.presentment_minor is
  'The amount in the donor''s currency, with the sign of amount_minor; null if that is the balance''s currency.';
create index balance_transactions_by_payment on balance_transactions (payment_intent_id)
  where payment_intent_id is not null;
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
  itemisation text not null,
  read_at timestamptz not null,

  constraint payouts_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint payouts_itemisation_is_known check (itemisation in ('not_possible', 'awaited', 'complete'))
);
comment on table payouts is 'What Stripe paid to the bank account, as Stripe''s API last listed it.';
comment on column payouts.status is 'Stripe''s word, of a list that Stripe may extend.';
comment on column payouts.itemisation is
  'Stripe itemises automatic payouts only. Their items are complete some time after the payout.';
create index payouts_by_arrival on payouts (arrival_date, id);

create table payout_items (
  payout_id text not null,
  balance_transaction_id text not null,

  primary key (payout_id, balance_transaction_id),
  constraint payout_items_payout_exists foreign key (payout_id) references payouts
);
comment on table payout_items is
  'A balance transaction that a payout is made of. The payout''s own balance transaction is not among them.';
create index payout_items_by_transaction on payout_items (balance_transaction_id);
