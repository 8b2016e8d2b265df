create table subscriptions (
  stripe_subscription_id text primary key,
  customer_id text,
  checkout_id uuid,
  status text,
  currency text,
  amount_minor bigint,
  frequency text,
  article_url text,
  article_title text,
  campaign_source text,
  campaign_medium text,
  campaign_name text,
  current_period_end timestamptz,
  cancel_at timestamptz,
  ended_at timestamptz,
  last_paid_at timestamptz,
  last_failure_at timestamptz,
  stale boolean not null default true,
  read_at timestamptz,
  created_at timestamptz not null default now(),

  constraint subscriptions_checkout_exists foreign key (checkout_id) references checkouts,
  constraint subscriptions_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
  constraint subscriptions_amount_is_positive check (amount_minor > 0),
  constraint subscriptions_amount_has_a_currency check ((amount_minor is null) = (currency is null)),
  constraint subscriptions_frequency_is_known check (frequency in ('monthly', 'yearly'))
);
comment on table subscriptions is
  'A recurring donation at Stripe. Status, amount and dates are what Stripe answered at read_at: its events arrive in any order, so an event only marks the row as stale.';
comment on column subscriptions.status is 'Stripe''s word, of a list that Stripe may extend; null until the first answer.';
comment on column subscriptions.stale is 'An event arrived after Stripe''s last answer.';
create index subscriptions_stale on subscriptions (stripe_subscription_id) where stale;
create index subscriptions_by_read_at on subscriptions (read_at) where ended_at is null;
