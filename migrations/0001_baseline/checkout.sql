-- Each row is updated once or twice: room on its page spares a new entry in every index.
create table checkouts (
  id uuid primary key,
  created_at timestamptz not null,
  idempotency_key text,
  request_hash text not null,
  amount_minor bigint not null,
  currency text not null,
  frequency text not null,
  article_url text,
  article_title text,
  campaign_source text,
  campaign_medium text,
  campaign_name text,
  message text,
  anonymous boolean not null default false,
  newsletter boolean not null default false,
  locale text,
  status text not null default 'created',
  stripe_session_id text,
  stripe_session_url text,
  stripe_session_expires_at timestamptz,

  constraint checkouts_one_per_idempotency_key unique (idempotency_key),
  constraint checkouts_one_per_session unique (stripe_session_id),
  constraint checkouts_idempotency_key_has_sane_length check (length(idempotency_key) between 1 and 255),
  constraint checkouts_amount_is_positive check (amount_minor > 0),
  constraint checkouts_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint checkouts_frequency_is_known check (frequency in ('once', 'monthly', 'yearly')),
  constraint checkouts_status_is_known
    check (status in ('created', 'open', 'processing', 'expired', 'failed', 'succeeded')),
  constraint checkouts_session_is_whole
    check (stripe_session_url is null or (stripe_session_id is not null and stripe_session_expires_at is not null))
) with (fillfactor = 50);
comment on table checkouts is
  'A reader''s intention to give. The row is committed before Stripe is called, so that a retry of the request finds it.';
comment on column checkouts.request_hash is
  'Hash of the request. The same idempotency key with another request is refused.';
comment on column checkouts.status is
  'created: Stripe has not answered with a session yet; open: the reader can pay; processing: a bank debit is under way; expired, failed: no payment was made; succeeded: the reader was charged. It only moves forward in this order.';
