import { randomBytes } from 'node:crypto'
import { BUDGET_WINDOW_MS, mayMailLink } from '../access/sign-in/link-budget.ts'
import { hashOf } from '../access/secret-hash.ts'
import type { Queryable } from '../db/database.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import { lockKey } from '../db/site-scope.ts'

/** Long enough to read, to change a card and to download a year's statement; short enough that an old mail opens nothing. */
const DONOR_LINK_VALID_MINUTES = 60

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/**
 * Notes that somebody typed an address and wants its page's link. The same two statements run for every address and
 * nothing is looked up: whether the address has given is decided when the mail is composed. So neither the answer nor its
 * time tells who is a donor. Call it in a database transaction.
 * @param request `id` is a random UUID
 */
export async function requestDonorLink(
  tx: Queryable,
  request: { readonly id: string; readonly email: string; readonly locale: string },
  now: Date,
): Promise<void> {
  await tx.query({
    name: 'request-donor-link',
    text: 'insert into donor_link_requests (id, email, locale, asked_at) values ($1, $2, $3, $4)',
    values: [request.id, request.email, request.locale, now],
  })
  await putIntoOutbox(tx, [{ kind: 'donor_link', messageKey: `my.${request.id}`, subject: request.id }])
}

/** A link to be mailed. */
export type MailedDonorLink = {
  readonly token: string
  /** The address as the latest gift has it. */
  readonly to: string
  readonly donorName: string | null
  /** BCP 47, of the page on which the link was asked for. */
  readonly locale: string
}

/**
 * The link for a mail that is being composed; null when there is nobody to write to: the address has not given, enough
 * links were mailed to it just now, or nobody waits any more. Call it in a database transaction.
 *
 * The mail goes to the address of the gifts and never to the one that was typed: two spellings that the database takes for
 * one in lower case may be two mailboxes.
 */
export async function mintDonorLink(
  tx: Queryable,
  requestId: string,
  now: Date,
): Promise<MailedDonorLink | null> {
  await removeOld(tx, now)
  const { rows } = await tx.query<{ email: string; locale: string; askedAt: Date }>(
    'select lower(email) as email, locale, asked_at as "askedAt" from donor_link_requests where id = $1',
    [requestId],
  )
  const [request] = rows
  if (!request || now.getTime() - request.askedAt.getTime() > HOUR_MS) return null
  const { email, locale } = request
  // Of requests that come at once, one after the other counts the links before it.
  await tx.query(`select pg_advisory_xact_lock(${lockKey('$1')})`, [`donor-link ${email}`])
  const found = await tx.query<{ to: string; donorName: string | null }>(
    `select donor_email as "to", donor_name as "donorName" from donations
     where lower(donor_email) = $1 order by succeeded_at desc, id limit 1`,
    [email],
  )
  const [donor] = found.rows
  // Nothing is kept of somebody who has not given, not even that they asked.
  if (!donor) await tx.query('delete from donor_link_requests where id = $1', [requestId])
  if (!donor || !(await isWithinBudget(tx, email, requestId, now))) return null
  const token = randomBytes(32).toString('base64url')
  await tx.query(
    `insert into donor_links (token_hash, request_id, email, locale, made_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
    [
      hashOf(token),
      requestId,
      email,
      locale,
      now,
      new Date(now.getTime() + DONOR_LINK_VALID_MINUTES * 60_000),
    ],
  )
  return { token, to: donor.to, donorName: donor.donorName, locale }
}

/**
 * Strangers who ask end no link and shut nobody out: a link stays valid for an hour, and beyond the budget one is mailed
 * every five minutes. A mail that is tried again counts once.
 */
async function isWithinBudget(tx: Queryable, email: string, requestId: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query<{ at: Date }>(
    `select max(made_at) as at from donor_links where email = $1 and made_at > $2 and request_id <> $3 group by request_id`,
    [email, new Date(now.getTime() - BUDGET_WINDOW_MS), requestId],
  )
  return mayMailLink(
    'elsewhere',
    rows.map(({ at }) => at),
    now,
  )
}

async function removeOld(tx: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - DAY_MS)
  await tx.query(
    `with old as (delete from donor_link_requests where asked_at < $1 returning id)
     delete from outbox_messages where message_key in (select 'my.' || id from old)`,
    [before],
  )
  await tx.query('delete from donor_links where expires_at < $1', [before])
}

/** What an opened link allows: to see and change what is kept of one address. */
export type DonorAccess = {
  /** In lower case. */
  readonly email: string
  readonly locale: string
  readonly expiresAt: Date
}

/** @returns null for a link that is unknown, ended or expired */
export async function donorAccess(db: Queryable, token: string, now: Date): Promise<DonorAccess | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.query<DonorAccess>({
    name: 'donor-access',
    text: `select email, locale, expires_at as "expiresAt" from donor_links
           where token_hash = $1 and ended_at is null and expires_at > $2`,
    values: [hashOf(token), now],
  })
  return rows[0] ?? null
}

/** Ends every link of an address. */
export async function endDonorLinks(db: Queryable, email: string, now: Date): Promise<void> {
  await db.query('update donor_links set ended_at = $2 where email = lower($1) and ended_at is null', [
    email,
    now,
  ])
}
