import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { RefusedKind } from './authentication-log.ts'
import { hashOf } from './secret-hash.ts'
import { staffEmail, type StaffId } from './staff.ts'

/** Long enough for a slow mail server, short enough that an old mail opens nothing. */
export const SIGN_IN_LINK_VALID_MINUTES = 15

const DAY_MS = 86_400_000
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export type SignInLink = { readonly token: string; readonly expiresAt: Date }

/**
 * Queues a mail with a sign-in link when the address belongs to a member of staff. The link itself is made when the
 * mail is composed, so that the database holds no usable secret.
 *
 * Call it in a database transaction of its own: for every address the same statements run and the same commit is
 * awaited. The empty WAL message makes a commit that wrote no row wait for the disk like one that did, so that the
 * time of the answer does not reveal who is staff.
 * @returns whether it does belong to one; the answer must not depend on it
 */
export async function requestSignInMail(tx: Knex, email: string, now: Date): Promise<boolean> {
  const { rows } = await tx.raw<{ rows: unknown[] }>(
    `with person as (select id from staff where email = :email and removed_at is null),
          mail as (insert into outbox_messages (kind, message_key, subject)
                   select 'staff_sign_in', :key, id::text from person)
     insert into authentication_log (kind, at, staff_id) select 'link_asked', :now, id from person returning staff_id`,
    { key: `sign-in.${randomUUID()}`, email: staffEmail(email), now },
  )
  await tx.raw(`select pg_notify('outbox', ''), pg_logical_emit_message(true, 'sign-in', '')`)
  return rows.length > 0
}

/** A link for one sign-in within fifteen minutes. @returns its token, of which only the hash is stored. */
export async function mintSignInLink(tx: Knex, staffId: StaffId, now: Date): Promise<SignInLink> {
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
  })
  return { token, expiresAt }
}

/** One statement, so that exactly one of two simultaneous clicks gets in. Null: used, expired or unknown. */
export async function useSignInLink(db: Knex, token: string, now: Date): Promise<StaffId | null> {
  if (!TOKEN.test(token)) return null
  const { rows } = await db.raw<{ rows: { staff_id: StaffId }[] }>(
    `update staff_sign_in_links set used_at = :now
     where token_hash = :hash and used_at is null and superseded_at is null and expires_at > :now
       and exists (select 1 from staff where id = staff_id and removed_at is null)
     returning staff_id`,
    { hash: hashOf(token), now },
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
