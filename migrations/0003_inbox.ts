import type { Knex } from 'knex'

/**
 * What Stripe said (inbox_events, evidence: never changed) and what we made of it (inbox_states, small rows
 * that change once). Two tables, so that marking an event applied does not rewrite its body.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table inbox_events (
      id bigint generated always as identity primary key,
      event_id text not null constraint inbox_events_stored_once unique,
      type text not null,
      api_version text,
      livemode boolean not null,
      account text,
      created_at timestamptz not null,
      received_at timestamptz not null default now(),
      body json not null
    ) with (toast_tuple_target = 8160);
    comment on column inbox_events.created_at is 'Stripe''s clock; never used for ordering';
    create trigger inbox_events_are_evidence before update or delete or truncate on inbox_events
      for each statement execute function refuse_change();

    create table inbox_states (
      inbox_event_id bigint primary key constraint inbox_states_belong_to_an_event references inbox_events,
      outcome text not null default 'pending' constraint inbox_states_outcome_is_known
        check (outcome in ('pending', 'waiting', 'applied', 'ignored', 'quarantined', 'failed')),
      correlation_id text,
      reason text,
      decided_at timestamptz,
      constraint inbox_states_unresolved_outcome_has_a_reason
        check (outcome not in ('waiting', 'quarantined', 'failed') or reason is not null)
    );
    comment on column inbox_states.outcome is
      'pending: to be applied; waiting: names a payment not known yet; applied; ignored: of no use to us; quarantined: other mode, account or version; failed: could not be applied';
    comment on column inbox_states.correlation_id is 'the Stripe payment intent or session the event is about';
    create index inbox_states_to_apply on inbox_states (inbox_event_id) where outcome = 'pending';
    create index inbox_states_need_attention on inbox_states (outcome) where outcome in ('waiting', 'quarantined', 'failed');
    create index inbox_states_by_correlation_id on inbox_states (correlation_id) where correlation_id is not null;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
