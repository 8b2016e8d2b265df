create table refunds (
  id text primary key,
  donation_id uuid not null,
  kind text not null,
  currency text not null,
  amount_minor bigint not null,
  status text not null,
  reason text,
  failure_reason text,
  created_at timestamptz not null,
  failed_at timestamptz,

  constraint refunds_donation_exists foreign key (donation_id) references donations,
  constraint refunds_kind_is_known check (kind in ('refund', 'bank_return')),
  constraint refunds_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint refunds_amount_is_positive check (amount_minor > 0),
  constraint refunds_status_is_known
    check (status in ('requires_action', 'pending', 'succeeded', 'canceled', 'failed'))
);
comment on table refunds is
  'A refund at Stripe, or a bank return: a debit that succeeded and that the bank took back later. A bank return has the payment''s id.';
comment on column refunds.failed_at is
  'When Stripe first reported it as failed or canceled; null while it is neither, or if Stripe does not report the time.';
create index refunds_by_donation on refunds (donation_id);

create table disputes (
  id text primary key,
  donation_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  status text not null,
  reason text,
  evidence_due_by timestamptz,
  withdrawn_at timestamptz,
  reinstated_at timestamptz,
  created_at timestamptz not null,

  constraint disputes_donation_exists foreign key (donation_id) references donations,
  constraint disputes_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint disputes_amount_is_not_negative check (amount_minor >= 0),
  constraint disputes_reinstated_was_withdrawn check (reinstated_at is null or withdrawn_at is not null)
);
comment on table disputes is 'A dispute of a donation at Stripe, or an inquiry that may become one.';
comment on column disputes.status is 'Stripe''s word, of a list that Stripe may extend.';
comment on column disputes.withdrawn_at is
  'When Stripe first withdrew the amount; null before that. An inquiry may withdraw it weeks after it was opened.';
comment on column disputes.reinstated_at is 'When Stripe reinstated the amount; null if it did not.';
create index disputes_by_donation on disputes (donation_id);

create table fraud_warnings (
  id text primary key,
  payment_intent_id text not null,
  charge_id text,
  fraud_type text not null,
  actionable boolean not null,
  created_at timestamptz not null
);
comment on table fraud_warnings is 'An early fraud warning of a card network: a dispute is likely to follow.';
comment on column fraud_warnings.fraud_type is 'Stripe''s word, of a list that Stripe may extend.';
create index fraud_warnings_by_payment on fraud_warnings (payment_intent_id);

create table refund_requests (
  id uuid primary key,
  donation_id uuid not null,
  currency text not null,
  amount_minor bigint not null,
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  stripe_refund_id text,
  refused text,

  constraint refund_requests_donation_exists foreign key (donation_id) references donations,
  constraint refund_requests_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint refund_requests_amount_is_positive check (amount_minor > 0),
  constraint refund_requests_reason_is_known
    check (reason in ('requested_by_customer', 'duplicate', 'fraudulent')),
  constraint refund_requests_end_once check (stripe_refund_id is null or refused is null)
);
comment on table refund_requests is
  'Who requested which refund on our pages. The row is committed before Stripe is called, and its id is the idempotency key of that call. The refund itself is booked from Stripe''s events.';
comment on column refund_requests.refused is 'Why Stripe refused it; null if it did not.';
create index refund_requests_by_donation on refund_requests (donation_id);
