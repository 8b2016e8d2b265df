import type { Knex } from 'knex'

/** What went back to the reader: refunds, disputes, debits that the bank returned; and the warnings before it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table refunds (
      id text primary key,
      donation_id uuid not null constraint refunds_donation_exists references donations,
      kind text not null constraint refunds_kind_is_known check (kind in ('refund', 'bank_return')),
      currency text not null,
      amount_minor bigint not null constraint refunds_amount_is_positive check (amount_minor > 0),
      status text not null constraint refunds_status_is_known
        check (status in ('requires_action', 'pending', 'succeeded', 'canceled', 'failed')),
      reason text,
      failure_reason text,
      created_at timestamptz not null
    );
    comment on table refunds is 'A bank_return is a debit that succeeded and that the bank took back later; its id is the payment''s.';
    create index refunds_by_donation on refunds (donation_id);

    create table disputes (
      id text primary key,
      donation_id uuid not null constraint disputes_donation_exists references donations,
      currency text not null,
      amount_minor bigint not null constraint disputes_amount_is_not_negative check (amount_minor >= 0),
      status text not null,
      reason text,
      evidence_due_by timestamptz,
      withdrawn boolean not null default false,
      reinstated boolean not null default false,
      created_at timestamptz not null
    );
    comment on column disputes.status is 'Stripe''s word; the list is open';
    comment on column disputes.withdrawn is 'Stripe took the money at least once; with reinstated it gave it back';
    create index disputes_by_donation on disputes (donation_id);

    create table fraud_warnings (
      id text primary key,
      payment_intent_id text not null,
      charge_id text,
      fraud_type text not null,
      actionable boolean not null,
      created_at timestamptz not null
    );
    create index fraud_warnings_by_payment on fraud_warnings (payment_intent_id);

    alter table donations
      add column status text not null default 'succeeded' constraint donations_status_is_known
        check (status in ('succeeded', 'partially_refunded', 'refunded', 'disputed', 'dispute_lost', 'returned')),
      add column refunded_minor bigint not null default 0
        constraint donations_refunded_is_not_negative check (refunded_minor >= 0),
      add column disputed_minor bigint not null default 0
        constraint donations_disputed_is_not_negative check (disputed_minor >= 0),
      add column lost_minor bigint not null default 0
        constraint donations_lost_is_part_of_disputed check (lost_minor between 0 and disputed_minor);
    comment on column donations.refunded_minor is 'refunds pending or succeeded, and what the bank took back; may exceed gross: recorded and reported';
    comment on column donations.disputed_minor is 'withdrawn by disputes at present, lost ones included';
    create index donations_by_status on donations (status, succeeded_at desc, id desc) where status <> 'succeeded';
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
