create table sync_states (
  name text primary key,
  complete_up_to timestamptz,
  cursor jsonb,
  recovered bigint not null default 0,
  ran_at timestamptz,

  constraint sync_states_name_is_known check (name in ('balance_transactions', 'payouts', 'events', 'objects'))
);
comment on table sync_states is 'How far each list of Stripe''s has been read.';
comment on column sync_states.complete_up_to is
  'Everything up to this time has been read; null until the first sync is complete.';
comment on column sync_states.cursor is 'Where an interrupted sync resumes.';
comment on column sync_states.recovered is
  'How many events the last complete sync put into the inbox because no webhook had delivered them.';
