import { z } from 'zod'
import type { Queryable } from '../db/database.ts'
import type { GivenUpDelivery } from './subscriber-list.ts'
import { toolFailures, type ToolAction, type ToolFailure } from './tool-delivery.ts'
import { channelName } from '../db/site-scope.ts'

/** Owes the mailing tool the word that an address is subscribed. An earlier wish for the address is replaced. */
export async function oweSubscribing(
  tx: Queryable,
  { email, language }: { readonly email: string; readonly language: string },
  at: Date,
): Promise<void> {
  // Whoever speaks to the tool about the address now finishes first: `claimed_until` stays.
  await tx.query({
    name: 'newsletter-owe-subscribing',
    text: `insert into newsletter_deliveries as d (email, language, action, changed_at) values ($1, $2, 'subscribe', $3)
           on conflict (lower(email)) do update set email = $1, language = $2, action = 'subscribe', version = d.version + 1,
             status = 'pending', attempts = 0, next_attempt_at = now(), failure = null, answer_code = null, changed_at = $3,
             delivered_at = null`,
    values: [email, language, at],
  })
  await wake(tx)
}

/** The same for one that is not subscribed any more; nothing for an address that the tool never received. */
export async function oweUnsubscribing(tx: Queryable, email: string, at: Date): Promise<void> {
  await tx.query({
    name: 'newsletter-owe-unsubscribing',
    text: `update newsletter_deliveries set action = 'unsubscribe', version = version + 1, status = 'pending', attempts = 0,
             next_attempt_at = now(), failure = null, answer_code = null, changed_at = $2, delivered_at = null
           where lower(email) = lower($1)`,
    values: [email, at],
  })
  await wake(tx)
}

async function wake(tx: Queryable): Promise<void> {
  await tx.query(`select pg_notify(${channelName('newsletter')}, '')`)
}

/** Owes the tool every subscriber that it never received: those from before it was set. @returns how many */
export async function oweMissing(tx: Queryable, at: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into newsletter_deliveries (email, language, action, changed_at)
     select email, language, 'subscribe', $1 from newsletter_consents c
      where confirmed_at is not null and ended_at is null
        and not exists (select from newsletter_deliveries d where lower(d.email) = lower(c.email))
     on conflict (lower(email)) do nothing`,
    [at],
  )
  return rowCount ?? 0
}

export type ClaimedDelivery = {
  readonly id: bigint
  readonly email: string
  readonly language: string
  readonly action: ToolAction
  readonly version: number
  /** This try included. */
  readonly attempts: number
}

const claimedRow = z.object({
  id: z.bigint(),
  email: z.string(),
  language: z.string(),
  action: z.enum(['subscribe', 'unsubscribe']),
  version: z.number(),
  attempts: z.number(),
})

/** Takes the next address that is due for `leaseMs`: until then no other worker speaks to the tool about it. */
export async function claimToolDelivery(db: Queryable, leaseMs: number): Promise<ClaimedDelivery | null> {
  const { rows } = await db.query({
    name: 'newsletter-claim',
    text: `update newsletter_deliveries set attempts = attempts + 1, claimed_until = now() + $1 * interval '1 millisecond'
            where id = (select id from newsletter_deliveries
                         where status = 'pending' and next_attempt_at <= now()
                           and (claimed_until is null or claimed_until < now())
                         order by next_attempt_at, id limit 1 for update skip locked)
           returning id, email, language, action, version, attempts`,
    values: [leaseMs],
  })
  return rows[0] === undefined ? null : claimedRow.parse(rows[0])
}

/** The tool knows. What changed meanwhile is due at once, and an address that the tool has dropped is forgotten here. */
export async function recordToolDone(db: Queryable, { id, version, action }: ClaimedDelivery): Promise<void> {
  const { rowCount } = await db.query(
    action === 'unsubscribe'
      ? 'delete from newsletter_deliveries where id = $1 and version = $2'
      : `update newsletter_deliveries set status = 'delivered', delivered_at = now(), failure = null, answer_code = null,
           claimed_until = null where id = $1 and version = $2`,
    [id, version],
  )
  if (rowCount === 0) await release(db, id)
}

/** @param failed.retryAt null: it is given up, and staff see it */
export async function recordToolFailed(
  db: Queryable,
  { id, version }: ClaimedDelivery,
  failed: { readonly failure: ToolFailure; readonly code: number | null; readonly retryAt: Date | null },
): Promise<void> {
  const { failure, code, retryAt } = failed
  const { rowCount } = await db.query(
    `update newsletter_deliveries set failure = $3, answer_code = $4, claimed_until = null,
       next_attempt_at = coalesce($5, next_attempt_at),
       status = case when $5::timestamptz is null then 'given_up' else 'pending' end
      where id = $1 and version = $2`,
    [id, version, failure, code, retryAt],
  )
  if (rowCount === 0) await release(db, id)
}

async function release(db: Queryable, id: bigint): Promise<void> {
  await db.query('update newsletter_deliveries set claimed_until = null where id = $1', [id])
}

const givenUpRow = z.object({
  id: z.bigint(),
  email: z.string(),
  action: z.enum(['subscribe', 'unsubscribe']),
  failure: z.enum(toolFailures).nullable(),
  code: z.number().nullable(),
  changedAt: z.date(),
})

/** The oldest first. */
export async function givenUpDeliveries(db: Queryable, limit: number): Promise<readonly GivenUpDelivery[]> {
  const { rows } = await db.query(
    `select id, email, action, failure, answer_code as code, changed_at as "changedAt"
       from newsletter_deliveries where status = 'given_up' order by changed_at, id limit $1`,
    [limit],
  )
  return z.array(givenUpRow).parse(rows)
}

/** Makes given up deliveries due again: one, or all of them. @returns how many */
export async function sendToToolAgain(tx: Queryable, id: bigint | null): Promise<number> {
  const { rowCount } = await tx.query(
    `update newsletter_deliveries set status = 'pending', attempts = 0, next_attempt_at = now(), failure = null, answer_code = null
      where status = 'given_up' and ($1::bigint is null or id = $1)`,
    [id],
  )
  await wake(tx)
  return rowCount ?? 0
}

/** How many deliveries wait and how many were given up. */
export async function countToolDeliveries(
  db: Queryable,
): Promise<{ readonly pending: number; readonly givenUp: number }> {
  const { rows } = await db.query<{ pending: number; givenUp: number }>(
    `select count(*) filter (where status = 'pending')::int as pending,
            count(*) filter (where status = 'given_up')::int as "givenUp"
       from newsletter_deliveries where status <> 'delivered'`,
  )
  return rows[0] ?? { pending: 0, givenUp: 0 }
}
