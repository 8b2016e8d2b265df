import type { Knex } from 'knex'

/** A reader's intention to give, kept before Stripe is asked, so that a retry finds it again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table checkouts (
      id uuid primary key,
      created_at timestamptz not null,
      idempotency_key text
        constraint checkouts_one_per_idempotency_key unique
        constraint checkouts_idempotency_key_has_sane_length check (length(idempotency_key) between 1 and 255),
      request_hash text not null,
      amount_minor bigint not null constraint checkouts_amount_is_positive check (amount_minor > 0),
      currency text not null constraint checkouts_currency_is_a_code check (currency ~ '^[a-z]{3}$'),
      frequency text not null constraint checkouts_frequency_is_known check (frequency in ('once', 'monthly', 'yearly')),
      article_url text,
      article_title text,
      campaign_source text,
      campaign_medium text,
      campaign_name text,
      message text,
      anonymous boolean not null default false,
      newsletter boolean not null default false,
      locale text,
      status text not null default 'created' constraint checkouts_status_is_known
        check (status in ('created', 'open', 'processing', 'expired', 'failed', 'succeeded')),
      stripe_session_id text constraint checkouts_one_per_session unique,
      stripe_session_url text,
      stripe_session_expires_at timestamptz,
      constraint checkouts_session_is_whole check (
        stripe_session_url is null or (stripe_session_id is not null and stripe_session_expires_at is not null)
      )
    );
    comment on column checkouts.status is
      'created: no session known yet; open; processing: bank debit on its way; succeeded, failed, expired: ended. Only ever moves towards succeeded.';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
