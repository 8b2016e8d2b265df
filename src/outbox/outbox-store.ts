import { z } from 'zod'
import type { Queryable } from '../db/database.ts'
import {
  deliveryFailures,
  mailKinds,
  type DeliveryFailure,
  type Intervention,
  type NewOutboxMessage,
  type OutboxMessage,
  type GivenUpMessage,
} from './outbox.ts'
import { channelName } from '../db/site-scope.ts'

/**
 * Puts each message into the outbox once, in the database transaction that causes it; the commit wakes the outbox
 * worker.
 */
export async function putIntoOutbox(tx: Queryable, messages: readonly NewOutboxMessage[]): Promise<void> {
  if (messages.length === 0) return
  await tx.query({
    name: 'put-into-outbox',
    text: `with put as (
             insert into outbox_messages (kind, message_key, subject)
             select * from unnest($1::text[], $2::text[], $3::text[]) on conflict (message_key) do nothing returning 1)
           select pg_notify(${channelName('outbox')}, '') from (select count(*) from put) as done`,
    values: [
      messages.map(({ kind }) => kind),
      messages.map(({ messageKey }) => messageKey),
      messages.map(({ subject }) => subject),
    ],
  })
}

const claimedRow = z.object({
  id: z.bigint(),
  kind: z.enum(mailKinds),
  message_key: z.string(),
  subject: z.string(),
  attempts: z.number(),
})

/**
 * Takes due messages for `leaseMs`, sign-in mails first: somebody waits for them. Until then no other worker gets them;
 * afterwards one does, unless `renewClaim` was called meanwhile: this worker died. The database's clock decides what is due, because it also wrote
 * `next_attempt_at`.
 * @param which `urgent`: sign-in mails alone
 */
export async function claimDue(
  tx: Queryable,
  limit: number,
  leaseMs: number,
  which: 'all' | 'urgent' = 'all',
): Promise<readonly OutboxMessage[]> {
  const { rows } = await tx.query({
    name: `outbox_claim_${which}`,
    // The order is that of the index outbox_messages_urgent_first.
    text: `update outbox_messages
              set attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 millisecond'
            where id in (select id from outbox_messages
                          where sent_at is null and gave_up_at is null and next_attempt_at <= now()
                            ${which === 'urgent' ? `and (kind <> 'staff_sign_in') = false` : ''}
                          order by (kind <> 'staff_sign_in'), next_attempt_at limit $1 for update skip locked)
           returning id, kind, message_key, subject, attempts`,
    values: [limit, leaseMs],
  })
  return z
    .array(claimedRow)
    .parse(rows)
    .map(({ message_key: messageKey, ...row }) => ({ ...row, messageKey }))
}

/**
 * Keeps a claimed message for another `leaseMs`.
 * @returns whether it is still this worker's: not when another has claimed it, or it was sent or replaced meanwhile
 */
export async function renewClaim(
  tx: Queryable,
  { id, attempts }: Pick<OutboxMessage, 'id' | 'attempts'>,
  leaseMs: number,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'outbox_renew_claim',
    text: `update outbox_messages set next_attempt_at = now() + $3 * interval '1 millisecond'
            where id = $1 and attempts = $2 and sent_at is null and gave_up_at is null`,
    values: [id, attempts, leaseMs],
  })
  return rowCount !== 0
}

export async function recordSent(tx: Queryable, id: bigint): Promise<void> {
  await tx.query({
    name: 'outbox_sent',
    text: `update outbox_messages set sent_at = now(), last_error = null, failure = null
            where id = $1 and sent_at is null and gave_up_at is null`,
    values: [id],
  })
}

/**
 * Gives the message up when `retryAt` is null. `why.reason` is stored for staff and must not name anybody.
 * @returns whether the message still waited: a sign-in mail may have been replaced meanwhile
 */
export async function recordFailed(
  tx: Queryable,
  id: bigint,
  why: { readonly failure: DeliveryFailure; readonly reason: string },
  retryAt: Date | null,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'outbox_failed',
    text: `update outbox_messages
              set last_error = $2, failure = $4, next_attempt_at = coalesce($3, next_attempt_at),
                  gave_up_at = case when $3::timestamptz is null then now() end
            where id = $1 and sent_at is null and gave_up_at is null`,
    values: [id, why.reason, retryAt, why.failure],
  })
  return rowCount !== 0
}

const depthRow = z.object({ waiting: z.bigint(), gave_up: z.bigint(), oldest_s: z.number() })

/**
 * What somebody can do something about. Mails to staff are asked for again, one with nobody to write to stays unsent, and
 * where word of a recurring gift cannot be delivered, its receipts cannot either.
 */
const NEEDS_SOMEBODY = `gave_up_at is not null and left_unsent_at is null and kind in ('receipt', 'receipt_voided')
  and failure is distinct from 'nobody_to_write_to'`

const givenUpRow = z.object({
  id: z.bigint(),
  messageKey: z.string(),
  subject: z.string(),
  givenUpAt: z.date(),
  failure: z.enum(deliveryFailures).nullable(),
  reason: z.string().nullable(),
})

/** The mails that were given up and that somebody has to look at, oldest first. */
export async function givenUpMessages(
  tx: Queryable,
  { subject = null, limit = null }: { readonly subject?: string | null; readonly limit?: number | null } = {},
): Promise<readonly GivenUpMessage[]> {
  const { rows } = await tx.query(
    `select id, message_key as "messageKey", subject, gave_up_at as "givenUpAt", failure, last_error as reason
       from outbox_messages
      where ${NEEDS_SOMEBODY} and ($1::text is null or subject = $1) order by gave_up_at, id limit $2`,
    [subject, limit],
  )
  return z.array(givenUpRow).parse(rows)
}

export async function countGivenUp(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ count: bigint }>(
    `select count(*) from outbox_messages where ${NEEDS_SOMEBODY}`,
  )
  return Number(rows[0]?.count ?? 0n)
}

/**
 * Makes a mail that was given up due again, with all its tries before it.
 * @returns the id of the donation that it is about; null when the mail is not given up any more
 */
export async function makeDueAgain(tx: Queryable, id: bigint): Promise<string | null> {
  const { rows } = await tx.query<{ subject: string }>(
    `update outbox_messages
        set gave_up_at = null, left_unsent_at = null, attempts = 0, next_attempt_at = now(), last_error = null, failure = null
      where id = $1 and gave_up_at is not null and kind in ('receipt', 'receipt_voided')
      returning subject`,
    [id],
  )
  if (rows.length > 0) await tx.query(`select pg_notify(${channelName('outbox')}, '')`)
  return rows[0]?.subject ?? null
}

/**
 * @returns the id of the donation that the mail is about; null when it is not given up any more, or somebody has decided so
 * before
 */
export async function leaveUnsent(tx: Queryable, id: bigint, at: Date): Promise<string | null> {
  const { rows } = await tx.query<{ subject: string }>(
    `update outbox_messages set left_unsent_at = $2
      where id = $1 and gave_up_at is not null and left_unsent_at is null returning subject`,
    [id, at],
  )
  return rows[0]?.subject ?? null
}

export async function recordIntervention(
  tx: Queryable,
  made: { readonly messageId: bigint; readonly kind: Intervention; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx.query(
    'insert into outbox_interventions (outbox_message_id, kind, at, made_by) values ($1, $2, $3, $4)',
    [made.messageId, made.kind, made.at, made.by],
  )
}

/** Which of the keys are in the outbox, with their rows' ids. */
export async function queuedKeys(
  tx: Queryable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await tx.query<{ key: string; id: bigint }>(
    'select message_key as key, id from outbox_messages where message_key = any($1)',
    [keys],
  )
  return new Map(rows.map(({ key, id }) => [key, id]))
}

/** For the metrics: how many messages wait, the age of the oldest in seconds, and how many given up need somebody. */
export async function outboxDepth(
  tx: Queryable,
): Promise<{ waiting: number; oldestS: number; gaveUp: number }> {
  // Two parts, each with an index of its own: among them are all mails that were ever sent.
  const { rows } = await tx.query(
    `select count(*) as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_s,
            (select count(*) from outbox_messages where ${NEEDS_SOMEBODY}) as gave_up
       from outbox_messages where sent_at is null and gave_up_at is null`,
  )
  const row = depthRow.parse(rows[0])
  return { waiting: Number(row.waiting), oldestS: row.oldest_s, gaveUp: Number(row.gave_up) }
}
