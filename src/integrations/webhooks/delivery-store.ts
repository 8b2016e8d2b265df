import { z } from 'zod'
import type { Queryable } from '../../db/database.ts'
import type { Donor } from '../../donations/donation.ts'
import { deliveryStatuses, failures, type Failure, type WebhookDelivery } from './endpoint.ts'
import { channelName } from '../../db/site-scope.ts'

/** A delivery that this worker makes now. */
export type ClaimedDelivery = {
  readonly id: bigint
  /** This try included. */
  readonly attempts: number
  readonly messageId: string
  readonly type: string
  readonly subject: string
  readonly recordedAt: Date
  readonly data: Readonly<Record<string, unknown>>
}

const claimedRow = z.object({
  id: z.bigint(),
  attempts: z.number(),
  messageId: z.uuid(),
  type: z.string(),
  subject: z.string(),
  recordedAt: z.date(),
  data: z.record(z.string(), z.unknown()),
})

/** The enabled endpoints to which something is due. */
export async function endpointsDue(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'webhook-endpoints-due',
    text: `select id from webhook_endpoints e
            where disabled_at is null and deleted_at is null
              and exists (select from webhook_deliveries d
                           where d.endpoint_id = e.id and d.status = 'pending' and d.next_attempt_at <= now())`,
  })
  return rows.map(({ id }) => id)
}

/**
 * Takes due deliveries to one endpoint for `leaseMs`. Until then no other worker gets them; afterwards one does, in case
 * this worker died. None while the endpoint is disabled.
 */
export async function claimDeliveries(
  db: Queryable,
  {
    endpointId,
    limit,
    leaseMs,
  }: { readonly endpointId: string; readonly limit: number; readonly leaseMs: number },
): Promise<readonly ClaimedDelivery[]> {
  const { rows } = await db.query({
    name: 'webhook-deliveries-claim',
    text: `with claimed as (
             update webhook_deliveries
                set attempts = attempts + 1, last_attempt_at = now(), next_attempt_at = now() + $3 * interval '1 millisecond'
              where id in (select id from webhook_deliveries
                            where endpoint_id = $1 and status = 'pending' and next_attempt_at <= now()
                              and exists (select from webhook_endpoints
                                           where id = $1 and disabled_at is null and deleted_at is null)
                            order by next_attempt_at, id limit $2 for update skip locked)
             returning id, attempts, message_id)
           select c.id, c.attempts, c.message_id as "messageId", m.type, m.subject, m.recorded_at as "recordedAt", m.data
             from claimed c join webhook_messages m on m.id = c.message_id order by c.id`,
    values: [endpointId, limit, leaseMs],
  })
  return z.array(claimedRow).parse(rows)
}

/** A person that a message is about, and what they wrote where it is about that. */
export type SubjectOfMessage = Donor & { readonly text: string | null }

/**
 * The donors of gifts and subscriptions, the readers of newsletter consents and the writers of messages, by the id that a message
 * names them with. One who was erased is not among them.
 */
export async function donorsOf(
  db: Queryable,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, SubjectOfMessage>> {
  const { rows } = await db.query<{ subject: string } & SubjectOfMessage>({
    name: 'webhook-donors',
    text: `with ids as (select s::uuid as id from unnest($1::text[]) s where s ~ '^[0-9a-f-]{36}$')
           select id::text as subject, donor_name as name, donor_email as email, null as text from donations
            where id = any(array(select id from ids)) and (donor_name is not null or donor_email is not null)
           union all
           select stripe_subscription_id, donor_name, donor_email, null from subscriptions
            where stripe_subscription_id = any($1) and (donor_name is not null or donor_email is not null)
           union all
           select id::text, null, email, null from newsletter_consents where id = any(array(select id from ids))
           union all
           select m.id::text, d.donor_name, d.donor_email, m.text from reader_messages m join donations d on d.id = m.donation_id
            where m.id = any(array(select id from ids)) and m.text <> ''`,
    values: [subjects],
  })
  return new Map(rows.map(({ subject, name, email, text }) => [subject, { name, email, text }]))
}

type Answer = { readonly code: number | null; readonly start: string | null }

/** The endpoint is not failing any more. */
export async function recordDelivered(db: Queryable, id: bigint, { code, start }: Answer): Promise<void> {
  await db.query({
    name: 'webhook-delivery-done',
    text: `with done as (
             update webhook_deliveries set status = 'delivered', delivered_at = now(), failure = null, answer_code = $2, answer_start = $3
              where id = $1 and status = 'pending' returning endpoint_id)
           update webhook_endpoints set failing_since = null
            where failing_since is not null and id in (select endpoint_id from done)`,
    values: [id, code, start],
  })
}

/**
 * @param failed.retryAt null: the delivery is given up
 * @returns since when the endpoint fails; null when the delivery does not wait any more
 */
export async function recordFailed(
  db: Queryable,
  id: bigint,
  failed: {
    readonly failure: Failure
    readonly answer: Answer
    readonly retryAt: Date | null
    readonly at: Date
  },
): Promise<Date | null> {
  const { failure, answer, retryAt, at } = failed
  const { rows } = await db.query<{ since: Date }>({
    name: 'webhook-delivery-failed',
    text: `with failed as (
             update webhook_deliveries
                set failure = $2, answer_code = $3, answer_start = $4, next_attempt_at = coalesce($5, next_attempt_at),
                    status = case when $5::timestamptz is null then 'given_up' else 'pending' end
              where id = $1 and status = 'pending' returning endpoint_id)
           update webhook_endpoints set failing_since = coalesce(failing_since, $6)
            where id in (select endpoint_id from failed) returning failing_since as since`,
    values: [id, failure, answer.code, answer.start, retryAt, at],
  })
  return rows[0]?.since ?? null
}

/** @returns whether the delivery is still this worker's */
export async function renewDelivery(
  db: Queryable,
  { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
  leaseMs: number,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'webhook-delivery-renew',
    text: `update webhook_deliveries set next_attempt_at = now() + $3 * interval '1 millisecond'
            where id = $1 and attempts = $2 and status = 'pending'`,
    values: [id, attempts, leaseMs],
  })
  return rowCount !== 0
}

/** As if this worker had never taken it. */
export async function giveBack(db: Queryable, id: bigint): Promise<void> {
  await db.query(
    `update webhook_deliveries set attempts = attempts - 1, next_attempt_at = now() where id = $1 and status = 'pending'`,
    [id],
  )
}

const listedRow = z.object({
  id: z.bigint(),
  messageId: z.uuid(),
  type: z.string(),
  subject: z.string(),
  recordedAt: z.date(),
  status: z.enum(deliveryStatuses),
  attempts: z.number(),
  nextAttemptAt: z.date(),
  lastAttemptAt: z.date().nullable(),
  failure: z.enum(failures).nullable(),
  answerCode: z.number().nullable(),
  answerStart: z.string().nullable(),
})

const LISTED = `select d.id, d.message_id as "messageId", m.type, m.subject, m.recorded_at as "recordedAt", d.status, d.attempts,
    d.next_attempt_at as "nextAttemptAt", d.last_attempt_at as "lastAttemptAt", d.failure, d.answer_code as "answerCode",
    d.answer_start as "answerStart"
  from webhook_deliveries d join webhook_messages m on m.id = d.message_id`

/** Deliveries to an endpoint, the newest first, at most `limit` that are older than `before`. */
export async function listDeliveries(
  db: Queryable,
  asked: {
    readonly endpointId: string
    readonly status: string | null
    readonly before: bigint | null
    readonly limit: number
  },
): Promise<{ readonly deliveries: readonly WebhookDelivery[]; readonly next: bigint | null }> {
  const { endpointId, status, before, limit } = asked
  const { rows } = await db.query(
    `${LISTED} where d.endpoint_id = $1 and ($2::text is null or d.status = $2) and ($3::bigint is null or d.id < $3)
      order by d.id desc limit $4`,
    [endpointId, status, before, limit + 1],
  )
  const deliveries = z.array(listedRow).parse(rows)
  const shown = deliveries.slice(0, limit)
  return { deliveries: shown, next: deliveries.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** How many deliveries to each endpoint wait, and how many were given up. */
export async function countDeliveries(
  db: Queryable,
): Promise<ReadonlyMap<string, { readonly pending: number; readonly givenUp: number }>> {
  const { rows } = await db.query<{ id: string; pending: bigint; givenUp: bigint }>(
    `select endpoint_id as id, count(*) filter (where status = 'pending') as pending,
            count(*) filter (where status = 'given_up') as "givenUp"
       from webhook_deliveries where status <> 'delivered' group by endpoint_id`,
  )
  return new Map(
    rows.map(({ id, pending, givenUp }) => [id, { pending: Number(pending), givenUp: Number(givenUp) }]),
  )
}

const AGAIN = `status = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null, failure = null`

/** Makes one delivery due again, with the same `webhook-id`. @returns whether there is one */
export async function replayOne(
  tx: Queryable,
  { endpointId, id }: { readonly endpointId: string; readonly id: bigint },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_deliveries set ${AGAIN} where id = $1 and endpoint_id = $2`,
    [id, endpointId],
  )
  return rowCount === 1
}

/**
 * Makes everything due again that was recorded from `from` until before `to` and that the endpoint has chosen, also what
 * was never owed to it: what came while it was disabled.
 * @param range.which `undelivered` leaves out what the endpoint took
 * @returns how many deliveries
 */
export async function replayRange(
  tx: Queryable,
  endpointId: string,
  range: { readonly from: Date; readonly to: Date; readonly which: 'undelivered' | 'all' },
): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into webhook_deliveries (message_id, endpoint_id)
     select m.id, e.id from webhook_messages m join webhook_endpoints e on e.id = $1 and m.type = any(e.events)
      where m.recorded_at >= $2 and m.recorded_at < $3 order by m.recorded_at, m.id
     on conflict (message_id, endpoint_id) do update set ${AGAIN}
       where webhook_deliveries.status <> 'delivered' or $4`,
    [endpointId, range.from, range.to, range.which === 'all'],
  )
  return rowCount ?? 0
}

/** When a range of days, both inclusive, begins and ends in a time zone. */
export async function instantsOf(
  db: Queryable,
  { from, to, timezone }: { readonly from: string; readonly to: string; readonly timezone: string },
): Promise<{ readonly from: Date; readonly to: Date }> {
  const { rows } = await db.query<{ from: Date; to: Date }>(
    `select $1::date::timestamp at time zone $3 as from, ($2::date + 1)::timestamp at time zone $3 as to`,
    [from, to, timezone],
  )
  const [range] = rows
  if (!range) throw new Error('a select without a table answers one row')
  return range
}

/** One message to one endpoint, whatever it has chosen. */
export async function putTest(
  tx: Queryable,
  test: { readonly messageId: string; readonly endpointId: string; readonly at: Date },
): Promise<void> {
  const { messageId, endpointId, at } = test
  await tx.query(
    `insert into webhook_messages (id, type, subject, recorded_at, data) values ($1, 'endpoint.test', $2, $3, $4)`,
    [messageId, endpointId, at, JSON.stringify({ endpointId })],
  )
  await tx.query('insert into webhook_deliveries (message_id, endpoint_id) values ($1, $2)', [
    messageId,
    endpointId,
  ])
}

/** Wakes the workers once the transaction commits. */
export async function wakeDeliveries(tx: Queryable): Promise<void> {
  await tx.query(`select pg_notify(${channelName('webhooks')}, '')`)
}

/** @returns how many messages were deleted, with their deliveries */
export async function deleteOldMessages(
  db: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from webhook_messages where id in (select id from webhook_messages where recorded_at < $1 order by recorded_at limit $2)`,
    [before, limit],
  )
  return rowCount ?? 0
}
