import type { Knex } from 'knex'

/** The recurring agreement, and which gift is which of its collections. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table subscriptions (
      stripe_subscription_id text primary key,
      customer_id text,
      checkout_id uuid constraint subscriptions_checkout_exists references checkouts,
      status text,
      currency text constraint subscriptions_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      amount_minor bigint constraint subscriptions_amount_is_positive check (amount_minor > 0),
      frequency text constraint subscriptions_frequency_is_known check (frequency in ('monthly', 'yearly')),
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
      constraint subscriptions_amount_has_a_currency check ((amount_minor is null) = (currency is null))
    );
    comment on table subscriptions is
      'Status, amount and dates are what Stripe answered when asked (read_at): its events come in any order, so they only say that it is worth asking.';
    comment on column subscriptions.status is 'Stripe''s word; null until asked';
    comment on column subscriptions.stale is 'an event came since Stripe was last asked';
    create index subscriptions_to_ask on subscriptions (stripe_subscription_id) where stale;

    alter table donations
      add column stripe_invoice_id text constraint donations_one_per_invoice unique,
      add column stripe_subscription_id text;
    create index donations_by_checkout on donations (checkout_id) where stripe_subscription_id is not null;
    create index donations_by_subscription on donations (stripe_subscription_id) where stripe_subscription_id is not null;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
