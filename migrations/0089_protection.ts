import type { Knex } from 'knex'

/** Protection against card testing: its state, what it kept out, cards that were declined, and answered challenges. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table protection_state (
      only_row boolean primary key default true,
      step integer not null default 0,
      cause text,
      armed_at timestamptz,
      step_since timestamptz,
      calm_since timestamptz,
      learned_at timestamptz,
      declines_per_paid double precision not null default 0.2,
      paid_share double precision not null default 0.12,
      control text not null default 'automatic',
      giving_off_since timestamptz,

      constraint protection_state_has_one_row check (only_row),
      constraint protection_state_step_is_known check (step between 0 and 3),
      constraint protection_state_cause_is_known check (cause in ('declines', 'fraud_warnings', 'unpaid')),
      constraint protection_state_control_is_known check (control in ('automatic', 'on', 'off')),
      constraint protection_state_is_armed_whole
        check ((step = 0) = (armed_at is null) and (step = 0) = (step_since is null) and (step = 0) = (cause is null))
    );
    comment on table protection_state is
      'The protection against card testing as every process sees it, in one row.';
    comment on column protection_state.step is '0: no attack; 1 to 3: how tight attack mode is.';
    comment on column protection_state.cause is 'Which signal armed attack mode or tightened it last.';
    comment on column protection_state.calm_since is 'Since when there is no sign of an attack; null while there is one.';
    comment on column protection_state.learned_at is 'When the two shares of honest traffic were learned last.';
    comment on column protection_state.declines_per_paid is 'Declined cards for each paid checkout, without an attack.';
    comment on column protection_state.paid_share is 'The share of payment pages that are paid, without an attack.';
    comment on column protection_state.control is 'automatic: the service decides; on, off: an admin has decided.';
    comment on column protection_state.giving_off_since is 'Since when new checkouts are refused; null: they are taken.';
    insert into protection_state default values;

    create table protection_counts (
      hour timestamptz not null,
      outcome text not null,
      count bigint not null,

      constraint protection_counts_pkey primary key (hour, outcome),
      constraint protection_counts_outcome_is_known check (outcome in ('address', 'network', 'all', 'pace', 'challenged',
        'answered', 'waited', 'wrong_answer', 'waiting_refused', 'unverifiable', 'giving_off')),
      constraint protection_counts_count_is_positive check (count > 0)
    );
    comment on table protection_counts is
      'How many requests for checkouts were refused or challenged in an hour, and why. It names nobody.';

    create table card_declines (
      id text primary key,
      payment_intent_id text not null,
      declined_at timestamptz not null,
      code text
    );
    comment on table card_declines is
      'A card that was declined for a payment of ours. Kept for a month, for the protection against card testing.';
    comment on column card_declines.id is 'Stripe''s id of the charge that was tried, or else the payment and the time.';
    comment on column card_declines.code is 'Stripe''s word for the reason.';
    create index card_declines_by_time on card_declines (declined_at);

    create table spent_challenges (
      challenge text primary key,
      used_for text not null,
      expires_at timestamptz not null
    );
    comment on table spent_challenges is 'An answered challenge, kept until it expires so that nobody uses it twice.';
    comment on column spent_challenges.used_for is 'Hash of the request that it was answered for, which may be repeated.';
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
