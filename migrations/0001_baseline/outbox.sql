create table outbox_messages (
  id bigint generated always as identity primary key,
  kind text not null,
  message_key text not null,
  subject text not null,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz,
  gave_up_at timestamptz,
  last_error text,

  constraint outbox_messages_kind_is_known check (kind in ('receipt', 'receipt_voided', 'staff_sign_in')),
  constraint outbox_messages_sent_once unique (message_key),
  constraint outbox_messages_end_once check (sent_at is null or gave_up_at is null)
);
comment on table outbox_messages is
  'A mail to send, written in the transaction that causes it. It holds no donor data: the mail is composed when it is sent.';
comment on column outbox_messages.message_key is
  'Left part of the Message-ID, the same in every attempt: receipt.2026-000123.';
comment on column outbox_messages.subject is 'Id of the donation or staff member that the mail is about.';
create index outbox_messages_due on outbox_messages (next_attempt_at) where sent_at is null and gave_up_at is null;
