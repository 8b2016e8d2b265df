import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { RefusedKind } from '../audit/authentication-log.ts'
import { BUDGET_WINDOW_MS, mayMailLink, type AskedFrom } from './link-budget.ts'
import { hashOf } from '../secret-hash.ts'
import { staffEmail, type StaffId } from '../staff.ts'
import { channelName, lockKey } from '../../db/site-scope.ts'

/** Counted from when the mail is composed: long enough to open it, and as long as a link may live (ASVS 5.0, 6.5.5). */
export const SIGN_IN_LINK_VALID_MINUTES = 10

const DAY_MS = 86_400_000
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export type SignInLink = { readonly token: string; readonly expiresAt: Date }

export type LinkRequest = { readonly email: string; readonly askedFrom: AskedFrom }

/** What became of a request for a link. `unknown`: the address belongs to nobody who may sign in. */
export type LinkRequestOutcome =
  | { readonly outcome: 'mailed' | 'withheld'; readonly staffId: StaffId }
  | { readonly outcome: 'unknown' }

/**
 * Queues a mail with a sign-in link when the address belongs to a member of staff and the budget allows it, in place of
 * a mail that still waits. The link itself is made when the mail is composed, so that the database holds no usable
 * secret.
 *
 * Call it in a database transaction of its own: for every address the same statements run and the same commit is
 * awaited. The empty WAL message makes a commit that wrote no row wait for the disk like one that did, so that the
 * time of the answer does not reveal who is staff. The answer must not depend on the outcome either.
 */
export async function requestSignInMail(
  tx: Knex,
  { email, askedFrom }: LinkRequest,
  now: Date,
): Promise<LinkRequestOutcome> {
  const address = staffEmail(email)
  // Of requests that come at once one decides. The others do not wait for it: a flood must not hold connections.
  const lock = await tx.raw<{ rows: { is_free: boolean }[] }>(
    `select pg_try_advisory_xact_lock(${lockKey(':key')}) as is_free`,
    { key: `sign-in ${askedFrom} ${address}` },
  )
  const { rows } = await tx.raw<{ rows: { id: StaffId; mailed_at: Date[] }[] }>(
    `select id, array(select at from authentication_log
                       where staff_id = staff.id and kind = 'link_asked' and asked_from = :askedFrom and at > :since) as mailed_at
       from staff where email = :address and removed_at is null`,
    { address, askedFrom, since: new Date(now.getTime() - BUDGET_WINDOW_MS) },
  )
  const [person] = rows
  const isMailed =
    person !== undefined && lock.rows[0]?.is_free === true && mayMailLink(askedFrom, person.mailed_at, now)
  const binding = { staffId: isMailed ? person.id : null, askedFrom, now, key: `sign-in.${randomUUID()}` }
  await tx.raw(
    `delete from outbox_messages where kind = 'staff_sign_in' and subject = :staffId::text and asked_from = :askedFrom
        and sent_at is null and gave_up_at is null`,
    binding,
  )
  await tx.raw(
    `with mail as (
       insert into outbox_messages (kind, message_key, subject, asked_from)
       select 'staff_sign_in', :key, id::text, :askedFrom from staff where id = :staffId)
     insert into authentication_log (kind, at, staff_id, asked_from)
     select 'link_asked', :now, id, :askedFrom from staff where id = :staffId`,
    binding,
  )
  await tx.raw(`select pg_notify(${channelName('outbox')}, ''), pg_logical_emit_message(true, 'sign-in', '')`)
  if (!person) return { outcome: 'unknown' }
  return { outcome: isMailed ? 'mailed' : 'withheld', staffId: person.id }
}

/** A link for one sign-in within ten minutes. @returns its token, of which only the hash is stored. */
export async function mintSignInLink(
  tx: Knex,
  staffId: StaffId,
  now: Date,
  /** Absent for a link that is printed and not mailed. */
  mail: { readonly messageId: bigint; readonly askedFrom: AskedFrom } | null = null,
): Promise<SignInLink> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + SIGN_IN_LINK_VALID_MINUTES * 60_000)
  // Old links are kept for a day, so that the log can say why one was refused.
  await tx('staff_sign_in_links')
    .where('expires_at', '<', new Date(now.getTime() - DAY_MS))
    .delete()
  await tx('staff_sign_in_links').insert({
    token_hash: hashOf(token),
    staff_id: staffId,
    expires_at: expiresAt,
    asked_from: mail?.askedFrom ?? null,
    outbox_message_id: mail?.messageId ?? null,
  })
  return { token, expiresAt }
}

/** Nobody waits for a sign-in mail that could not be sent for so long. */
const MAIL_TOO_LATE_MINUTES = 60

/**
 * The link for a mail that is being composed. Links of earlier mails end, but only those that were asked for from the
 * same kind of place: a stranger who asks cannot end the link that the person herself asked for. Call it in a database
 * transaction.
 * @param messageId the outbox row's
 * @returns null when the mail is no longer wanted: a later one has taken its place, or it is too late
 */
export async function mintMailedLink(
  tx: Knex,
  { messageId, staffId }: { readonly messageId: bigint; readonly staffId: StaffId },
  now: Date,
): Promise<SignInLink | null> {
  // A request that comes now waits for this lock before it replaces the mail, so that the latest mail has the latest link.
  const { rows } = await tx.raw<{ rows: { asked_from: AskedFrom | null }[] }>(
    `select asked_from from outbox_messages
      where id = :messageId and created_at > now() - :minutes * interval '1 minute' for update`,
    { messageId: messageId.toString(), minutes: MAIL_TOO_LATE_MINUTES },
  )
  const [row] = rows
  if (!row) return null
  const mail = { messageId, askedFrom: row.asked_from ?? 'elsewhere' }
  await tx('staff_sign_in_links')
    .where({ staff_id: staffId, asked_from: mail.askedFrom })
    // A mail that is sent again keeps its earlier link: mail programs may show the copy that came first.
    .whereNot({ outbox_message_id: messageId })
    .whereNull('used_at')
    .whereNull('superseded_at')
    .update({ superseded_at: now })
  return mintSignInLink(tx, staffId, now, mail)
}

/**
 * One statement, so that exactly one of two simultaneous clicks gets in. How old the link is says the database's clock, which
 * all processes share: one whose own clock is minutes off neither refuses a fresh link nor lets an old one in.
 * @returns null: used, expired or unknown
 */
export async function useSignInLink(db: Knex, token: string, now: Date): Promise<StaffId | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.raw<{ rows: { staff_id: StaffId }[] }>(
    `update staff_sign_in_links set used_at = :now
     where token_hash = :hash and used_at is null and superseded_at is null
       and coalesce(made_at > now() - :minutes * interval '1 minute', expires_at > :now)
       and exists (select 1 from staff where id = staff_id and removed_at is null)
     returning staff_id`,
    { hash: hashOf(token), now, minutes: SIGN_IN_LINK_VALID_MINUTES },
  )
  return rows[0]?.staff_id ?? null
}

/** For the log: why `useSignInLink` let nobody in. */
export async function whyLinkIsRefused(
  db: Knex,
  token: string,
): Promise<{ readonly kind: RefusedKind; readonly staffId: StaffId | null }> {
  const unknown = { kind: 'refused_link_unknown', staffId: null } as const
  if (!TOKEN.test(token)) return unknown
  const { rows } = await db.raw<{
    rows: { staff_id: StaffId; used: boolean; superseded: boolean; removed: boolean }[]
  }>(
    `select l.staff_id, l.used_at is not null as used, l.superseded_at is not null as superseded,
            s.removed_at is not null as removed
       from staff_sign_in_links l join staff s on s.id = l.staff_id where l.token_hash = :hash`,
    { hash: hashOf(token) },
  )
  const [link] = rows
  if (!link) return unknown
  const staffId = link.staff_id
  if (link.removed) return { kind: 'refused_staff_removed', staffId }
  if (link.used) return { kind: 'refused_link_used', staffId }
  return { kind: link.superseded ? 'refused_link_superseded' : 'refused_link_expired', staffId }
}
