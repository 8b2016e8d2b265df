import type { Knex } from 'knex'
import type { ListedSession } from './staff-session.ts'
import { hashOf } from '../secret-hash.ts'
import type { StaffId } from '../staff.ts'

/** Stores koa-session's sessions. The table holds the hash of the cookie's key, so that a copy of the table opens nothing. */
export function sessionStore(db: Knex, clock: () => Date) {
  return {
    async get(key: string): Promise<unknown> {
      const row = await db<{ data: unknown; key_hash: Buffer; expires_at: Date }>('staff_sessions')
        .select('data')
        .where({ key_hash: hashOf(key) })
        .where('expires_at', '>', clock())
        .first()
      return row?.data
    },

    /**
     * Only a changed session, one that has just signed in, inserts a row. Prolonging an unchanged one must not: it would
     * bring back a session that was signed out in another tab meanwhile.
     */
    async set(
      key: string,
      data: unknown,
      maxAgeMs: number,
      { changed }: { readonly changed: boolean },
    ): Promise<void> {
      const now = clock()
      const row = {
        hash: hashOf(key),
        data: JSON.stringify(data),
        expires: new Date(now.getTime() + maxAgeMs),
        now,
      }
      if (!changed) {
        await db.raw(
          'update staff_sessions set data = :data, expires_at = :expires, last_seen_at = :now where key_hash = :hash',
          row,
        )
        return
      }
      await db('staff_sessions').where('expires_at', '<', now).delete()
      await db.raw(
        `insert into staff_sessions (key_hash, data, expires_at, last_seen_at) values (:hash, :data, :expires, :now)
         on conflict (key_hash) do update
           set data = excluded.data, expires_at = excluded.expires_at, last_seen_at = excluded.last_seen_at`,
        row,
      )
    },

    async destroy(key: string): Promise<void> {
      await db('staff_sessions')
        .where({ key_hash: hashOf(key) })
        .delete()
    },
  }
}

/** The sessions of one person that are not over, the one that was used last first. */
export async function sessionsOf(
  db: Knex,
  staffId: StaffId,
  { now, longestMs }: { readonly now: Date; readonly longestMs: number },
): Promise<readonly ListedSession[]> {
  const { rows } = await db.raw<{ rows: ListedSession[] }>(
    `select data->>'signInId' as "signInId", to_timestamp((data->>'signedInAt')::numeric / 1000) as "signedInAt",
            coalesce(last_seen_at, to_timestamp((data->>'signedInAt')::numeric / 1000)) as "lastSeenAt",
            data->>'browser' as browser, data->>'system' as system
       from staff_sessions
      where data->>'staffId' = :staffId and expires_at > :now and (data->>'signedInAt')::numeric > :begunAfter
      order by 3 desc, 1`,
    { staffId, now, begunAfter: now.getTime() - longestMs },
  )
  return rows
}

/** Ends one session of this person. @returns whether there was one */
export async function endSession(tx: Knex, staffId: StaffId, signInId: string): Promise<boolean> {
  const ended = await tx.raw<{ rowCount: number }>(
    `delete from staff_sessions where data->>'staffId' = :staffId and data->>'signInId' = :signInId`,
    { staffId, signInId },
  )
  return ended.rowCount > 0
}

/** Ends every session of this person but one. @returns how many */
export async function endOtherSessions(tx: Knex, staffId: StaffId, keptSignInId: string): Promise<number> {
  const ended = await tx.raw<{ rowCount: number }>(
    `delete from staff_sessions where data->>'staffId' = :staffId and data->>'signInId' is distinct from :keptSignInId`,
    { staffId, keptSignInId },
  )
  return ended.rowCount
}
