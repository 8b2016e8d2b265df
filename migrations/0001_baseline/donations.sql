create table donations (
  id uuid primary key,
  payment_intent_id text not null,
  checkout_id uuid,
  stripe_session_id text,
  charge_id text,
  stripe_invoice_id text,
  stripe_subscription_id text,
  currency text not null,
  gross_minor bigint not null,
  frequency text not null,
  article_url text,
  article_title text,
  campaign_source text,
  campaign_medium text,
  campaign_name text,
  donor_name text,
  donor_email text,
  message text,
  anonymous boolean not null default false,
  succeeded_at timestamptz not null,
  succeeded_on date not null,
  status text not null default 'succeeded',
  refunded_minor bigint not null default 0,
  disputed_minor bigint not null default 0,
  lost_minor bigint not null default 0,
  created_at timestamptz not null default now(),

  constraint donations_one_per_payment unique (payment_intent_id),
  constraint donations_one_per_session unique (stripe_session_id),
  constraint donations_checkout_exists foreign key (checkout_id) references checkouts,
  constraint donations_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint donations_gross_is_positive check (gross_minor > 0),
  constraint donations_frequency_is_known check (frequency in ('once', 'monthly', 'yearly')),
  constraint donations_status_is_known
    check (status in ('succeeded', 'partially_refunded', 'refunded', 'disputed', 'dispute_lost', 'returned')),
  constraint donations_refunded_is_not_negative check (refunded_minor >= 0),
  constraint donations_disputed_is_not_negative check (disputed_minor >= 0),
  constraint donations_lost_is_part_of_disputed check (lost_minor between 0 and disputed_minor)
);
comment on table donations is
  'One payment that succeeded. The donor''s columns may be erased; the payment, its currency and its gross never change.';
comment on column donations.succeeded_on is 'Day of succeeded_at in the newsroom''s time zone when the donation was booked.';
comment on column donations.refunded_minor is
  'Refunds that are pending or succeeded, and what the bank took back. It may exceed the gross: the reconciliation reports that.';
comment on column donations.disputed_minor is 'What disputes withdraw at present, lost ones included.';
-- Partial, because few donations have an invoice and none has a charge when it is inserted.
create unique index donations_one_per_charge on donations (charge_id) where charge_id is not null;
create unique index donations_one_per_invoice on donations (stripe_invoice_id) where stripe_invoice_id is not null;
create index donations_latest on donations (succeeded_at desc, id desc);
create index donations_by_status on donations (status, succeeded_at desc, id desc) where status <> 'succeeded';
create index donations_by_checkout on donations (checkout_id) where stripe_subscription_id is not null;
create index donations_by_subscription on donations (stripe_subscription_id) where stripe_subscription_id is not null;
-- Finance finds a donor by the beginning of the address.
create index donations_by_donor_email on donations (lower(donor_email) text_pattern_ops);

create function donations_money_is_final() returns trigger language plpgsql as $$
begin
  raise exception 'a donation''s id, payment, currency and gross are final' using errcode = 'restrict_violation';
end $$;
create trigger donations_money_is_final before update on donations for each row
  when ((old.id, old.payment_intent_id, old.currency, old.gross_minor)
    is distinct from (new.id, new.payment_intent_id, new.currency, new.gross_minor))
  execute function donations_money_is_final();
create trigger donations_are_never_deleted before delete or truncate on donations
  for each statement execute function refuse_change();

create table day_totals (
  day date not null,
  currency text not null,
  frequency text not null,
  donations bigint not null,
  gross_minor bigint not null,

  primary key (day, currency, frequency),
  constraint day_totals_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint day_totals_frequency_is_known check (frequency in ('once', 'monthly', 'yearly')),
  constraint day_totals_count_is_not_negative check (donations >= 0),
  constraint day_totals_gross_is_not_negative check (gross_minor >= 0)
) with (fillfactor = 50);
comment on table day_totals is
  'Sums of the donations of a newsroom day. The processing worker writes them in the transaction that writes the donations.';
