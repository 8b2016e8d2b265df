import type { Knex } from 'knex'

/** What other systems of the newsroom are notified of, to which addresses, and what became of each delivery. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhook_endpoints (
      id uuid primary key,
      url text not null,
      description text not null,
      events text[] not null,
      with_donor boolean not null default false,
      sealed_secret bytea,
      former_sealed_secret bytea,
      former_secret_until timestamptz,
      created_at timestamptz not null,
      disabled_at timestamptz,
      disabled_because text,
      failing_since timestamptz,
      deleted_at timestamptz,

      constraint webhook_endpoints_reason_is_known check (disabled_because in ('staff', 'failing', 'gone')),
      constraint webhook_endpoints_are_disabled_for_a_reason check ((disabled_at is null) = (disabled_because is null)),
      constraint webhook_endpoints_have_a_secret check (deleted_at is not null or sealed_secret is not null),
      constraint webhook_endpoints_former_secret_ends
        check ((former_sealed_secret is null) = (former_secret_until is null))
    );
    comment on table webhook_endpoints is 'An address of another system that is notified of gifts, and what it wants to hear.';
    comment on column webhook_endpoints.events is 'The types of events that it gets.';
    comment on column webhook_endpoints.with_donor is 'Whether it gets the donor''s name and address.';
    comment on column webhook_endpoints.sealed_secret is 'What deliveries are signed with, encrypted; null once it is deleted.';
    comment on column webhook_endpoints.former_sealed_secret is 'The secret before it, with which deliveries are signed as well until former_secret_until.';
    comment on column webhook_endpoints.failing_since is 'The first failure after the last delivery that was taken; null: none.';

    create table webhook_messages (
      id uuid primary key,
      type text not null,
      subject text not null,
      recorded_at timestamptz not null,
      data json not null
    );
    comment on table webhook_messages is
      'A fact that other systems are notified of. It holds no name and no address: those are looked up when it is sent.';
    comment on column webhook_messages.subject is 'The id of the donation or of the subscription at Stripe.';
    comment on column webhook_messages.data is 'What the event says, without the donor.';
    create index webhook_messages_by_time on webhook_messages (recorded_at);

    create table webhook_deliveries (
      id bigint generated always as identity primary key,
      message_id uuid not null,
      endpoint_id uuid not null,
      status text not null default 'pending',
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      last_attempt_at timestamptz,
      delivered_at timestamptz,
      failure text,
      answer_code integer,
      answer_start text,

      constraint webhook_deliveries_one_for_an_endpoint unique (message_id, endpoint_id),
      constraint webhook_deliveries_message_exists
        foreign key (message_id) references webhook_messages on delete cascade,
      constraint webhook_deliveries_endpoint_exists foreign key (endpoint_id) references webhook_endpoints,
      constraint webhook_deliveries_status_is_known check (status in ('pending', 'delivered', 'given_up')),
      constraint webhook_deliveries_failure_is_known check (failure in ('answer', 'timeout', 'unreachable', 'not_public'))
    );
    comment on table webhook_deliveries is 'A message on its way to one endpoint, and what became of its last try.';
    comment on column webhook_deliveries.answer_start is 'The first characters of the endpoint''s last answer.';
    create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_attempt_at, id) where status = 'pending';
    create index webhook_deliveries_of_endpoint on webhook_deliveries (endpoint_id, id);

    alter table outbox_messages drop constraint outbox_messages_kind_is_known;
    alter table outbox_messages add constraint outbox_messages_kind_is_known
      check (kind in ('receipt', 'receipt_voided', 'staff_sign_in', 'staff_welcome', 'monthly_report', 'payment_refused',
        'recurring_failed', 'recurring_card_expires', 'recurring_stopped', 'recurring_reminder', 'webhook_disabled')) not valid;
  `)
}

export { forwardOnly as down } from '../src/db/migration-steps.ts'
