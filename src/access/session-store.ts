import type { Knex } from 'knex'
import { hashOf } from './secret-hash.ts'

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
      }
      if (!changed) {
        await db.raw(
          'update staff_sessions set data = :data, expires_at = :expires where key_hash = :hash',
          row,
        )
        return
      }
      await db('staff_sessions').where('expires_at', '<', now).delete()
      await db.raw(
        `insert into staff_sessions (key_hash, data, expires_at) values (:hash, :data, :expires)
         on conflict (key_hash) do update set data = excluded.data, expires_at = excluded.expires_at`,
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
