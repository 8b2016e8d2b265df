import type { Knex } from 'knex'

/** Mail to be sent, written in the database transaction that causes it. Holds no donor data: it is composed at sending. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outbox_messages (
      id bigint generated always as identity primary key,
      kind text not null constraint outbox_messages_kind_is_known check (kind in ('receipt', 'staff_sign_in')),
      message_key text not null constraint outbox_messages_sent_once unique,
      subject text not null,
      created_at timestamptz not null default now(),
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      sent_at timestamptz,
      gave_up_at timestamptz,
      last_error text,
      constraint outbox_messages_end_once check (sent_at is null or gave_up_at is null)
    );
    comment on column outbox_messages.message_key is 'left part of the Message-ID, the same on every try: receipt.2026-000123';
    comment on column outbox_messages.subject is 'what the mail is about: a donation''s or a staff member''s id';
    create index outbox_messages_due on outbox_messages (next_attempt_at) where sent_at is null and gave_up_at is null;
  `)
}

export { forwardOnly as down } from '../src/db/forward-only.ts'
