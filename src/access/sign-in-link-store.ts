import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { hashOf } from './secret-hash.ts'
import { staffEmail, type StaffId } from './staff-store.ts'

/** Long enough for a slow mail server, short enough that an old mail opens nothing. */
export const SIGN_IN_LINK_VALID_MINUTES = 15

const TOKEN = /^[A-Za-z0-9_-]{43}$/

export type SignInLink = { readonly token: string; readonly expiresAt: Date }

/**
 * Queues a mail with a sign-in link when the address belongs to a member of staff. The link itself is made when the
 * mail is composed, so that the database holds no usable secret.
 *
 * Call it in a database transaction of its own: for every address the same statements run and the same commit is
 * awaited. The empty WAL message makes a commit that wrote no row wait for the disk like one that did, so that the
 * time of the answer does not reveal who is staff.
 */
export async function requestSignInMail(tx: Knex, email: string): Promise<void> {
  await tx.raw(
    `insert into outbox_messages (kind, message_key, subject)
     select 'staff_sign_in', :key, id::text from staff where email = :email`,
    { key: `sign-in.${randomUUID()}`, email: staffEmail(email) },
  )
  await tx.raw(`select pg_notify('outbox', ''), pg_logical_emit_message(true, 'sign-in', '')`)
}

/** A link for one sign-in within fifteen minutes. @returns its token, of which only the hash is stored. */
export async function mintSignInLink(tx: Knex, staffId: StaffId, now: Date): Promise<SignInLink> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + SIGN_IN_LINK_VALID_MINUTES * 60_000)
  await tx('staff_sign_in_links').where('expires_at', '<', now).delete()
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
     where token_hash = :hash and used_at is null and expires_at > :now
     returning staff_id`,
    { hash: hashOf(token), now },
  )
  return rows[0]?.staff_id ?? null
}
