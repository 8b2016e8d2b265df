import type { Queryable } from '../db/database.ts'
import type { NewOutboxMessage } from './outbox.ts'

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
