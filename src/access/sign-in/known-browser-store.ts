import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { hashOf } from '../secret-hash.ts'
import { staffEmail, type StaffId } from '../staff.ts'

/** A browser that nobody signed in with for so long is forgotten. */
export const KNOWN_BROWSER_DAYS = 180
const DAY_MS = 86_400_000

const KEY = /^[A-Za-z0-9_-]{43}$/

/** Whether the person with this address signed in with the browser that has this key. */
export async function isKnownBrowser(
  db: Knex,
  { key, email }: { readonly key: string; readonly email: string },
  now: Date,
): Promise<boolean> {
  if (!KEY.test(key)) return false
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select 1 from staff_browsers b join staff s on s.id = b.staff_id
      where b.key_hash = :hash and s.email = :email and b.signed_in_at > :oldest`,
    {
      hash: hashOf(key),
      email: staffEmail(email),
      oldest: new Date(now.getTime() - KNOWN_BROWSER_DAYS * DAY_MS),
    },
  )
  return rows.length > 0
}

/** Remembers the browser of somebody who has just signed in. @returns its new key, of which only the hash is stored */
export async function rememberBrowser(
  tx: Knex,
  staffId: StaffId,
  oldKey: string,
  now: Date,
): Promise<string> {
  const key = randomBytes(32).toString('base64url')
  const outdated = new Date(now.getTime() - KNOWN_BROWSER_DAYS * DAY_MS)
  await tx('staff_browsers')
    .where('signed_in_at', '<', outdated)
    .orWhere({ key_hash: hashOf(oldKey) })
    .delete()
  await tx('staff_browsers').insert({ key_hash: hashOf(key), staff_id: staffId, signed_in_at: now })
  return key
}
