-- Two tables, so that recording what became of an event does not rewrite its body.
create table inbox_events (
  id bigint generated always as identity primary key,
  event_id text not null,
  type text not null,
  api_version text,
  livemode boolean not null,
  account text,
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  body json not null,
  origin text not null default 'webhook',

  constraint inbox_events_stored_once unique (event_id),
  constraint inbox_events_origin_is_known check (origin in ('webhook', 'event_list', 'object_list'))
) with (toast_tuple_target = 8160);
comment on table inbox_events is 'An event of Stripe as it was received. The row never changes.';
comment on column inbox_events.created_at is 'Time of the event by Stripe''s clock. It never decides an order.';
comment on column inbox_events.body is
  'The signed text, byte for byte: json keeps it as it is, where jsonb would reorder its fields.';
comment on column inbox_events.origin is
  'webhook: Stripe sent it; event_list: the sync read it from Stripe''s list of events; object_list: Stripe lists no such event any more (it keeps them for 30 days), so the sync synthesised it from the object.';

create trigger inbox_events_are_evidence before update or delete or truncate on inbox_events
  for each statement execute function refuse_change();

create table inbox_states (
  inbox_event_id bigint primary key,
  outcome text not null default 'pending',
  correlation_id text,
  reason text,
  decided_at timestamptz,

  constraint inbox_states_outcome_is_known
    check (outcome in ('pending', 'waiting', 'applied', 'ignored', 'quarantined', 'failed')),
  constraint inbox_states_unresolved_outcome_has_a_reason
    check (outcome not in ('waiting', 'quarantined', 'failed') or reason is not null)
);
comment on table inbox_states is 'What became of an event of Stripe: one row for each event.';
comment on column inbox_states.outcome is
  'pending: not processed yet; waiting: names a payment that is not known yet; applied; ignored: of no use to us; quarantined: of another mode, account or API version; failed: could not be applied.';
comment on column inbox_states.correlation_id is
  'Id of the payment intent, checkout session, invoice or subscription at Stripe that the event is about. Events that wait for it are found by it.';
create index inbox_states_to_apply on inbox_states (inbox_event_id) where outcome = 'pending';
create index inbox_states_need_attention on inbox_states (outcome)
  where outcome in ('waiting', 'quarantined', 'failed');
create index inbox_states_by_correlation_id on inbox_states (correlation_id) where correlation_id is not null;

create function inbox_states_belong_to_an_event() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a where (select 1 from inbox_events e where e.id = a.inbox_event_id) is null
  ) then
    raise exception 'an inbox state belongs to no event'
      using errcode = 'foreign_key_violation', constraint = 'inbox_states_belong_to_an_event';
  end if;
  return null;
end $$;
create trigger inbox_states_belong_to_an_event after insert on inbox_states
  referencing new table as added for each statement execute function inbox_states_belong_to_an_event();
create trigger inbox_states_keep_their_event before update on inbox_states for each row
  when (old.inbox_event_id <> new.inbox_event_id) execute function refuse_change();
