import type { Knex } from 'knex'

/** Who asked for which refund on our pages: kept before Stripe is asked, so that one click is one refund. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table refund_requests (
      id uuid primary key,
      donation_id uuid not null constraint refund_requests_donation_exists references donations,
      currency text not null,
      amount_minor bigint not null constraint refund_requests_amount_is_positive check (amount_minor > 0),
      reason text not null constraint refund_requests_reason_is_known
        check (reason in ('requested_by_customer', 'duplicate', 'fraudulent')),
      requested_by text not null,
      requested_at timestamptz not null,
      stripe_refund_id text,
      refused text,
      constraint refund_requests_end_once check (stripe_refund_id is null or refused is null)
    );
    comment on table refund_requests is
      'The id is the key under which Stripe is asked. The refund itself is booked from Stripe''s events, as every other.';
    create index refund_requests_by_donation on refund_requests (donation_id);
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
