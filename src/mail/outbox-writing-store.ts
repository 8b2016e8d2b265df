import type { Queryable } from '../db/database.ts'

/** A mail to be sent. It names what it is about; who gets it is looked up at sending, so no donor data rests here. */
export type NewOutboxMessage = {
  readonly kind: 'receipt' | 'staff_sign_in'
  /** Left part of the Message-ID, the same on every try. */
  readonly messageKey: string
  /** Id of the donation or staff member. */
  readonly subject: string
}

/** Puts messages into the outbox in the database transaction that causes them, once each, and wakes the sender at commit. */
export async function putIntoOutbox(tx: Queryable, messages: readonly NewOutboxMessage[]): Promise<void> {
  if (messages.length === 0) return
  await tx.query({
    name: 'put-into-outbox',
    text: `with put as (
             insert into outbox_messages (kind, message_key, subject)
             select * from unnest($1::text[], $2::text[], $3::text[]) on conflict (message_key) do nothing returning 1)
           select pg_notify('outbox', '') from (select count(*) from put) as done`,
    values: [
      messages.map(({ kind }) => kind),
      messages.map(({ messageKey }) => messageKey),
      messages.map(({ subject }) => subject),
    ],
  })
}
