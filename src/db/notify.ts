import type { Queryable } from './database.ts'

/**
 * Wakes those who listen on a channel, after a commit. Not inside it: Postgres lets transactions that notify commit
 * one after the other, each waiting for the disk in turn. Calls that come while one is on its way share the next one.
 * @param onError a wake that is lost: listeners look by themselves too
 */
export function notifier(db: Queryable, channel: string, onError: (error: unknown) => void): () => void {
  let speaking = false
  let again = false
  const speak = async (): Promise<void> => {
    speaking = true
    try {
      do {
        again = false
        await db.query({
          name: `announce-${channel}`,
          text: 'select pg_notify($1, $2)',
          values: [channel, ''],
        })
      } while (again)
    } catch (error) {
      onError(error)
    } finally {
      speaking = false
    }
  }
  return () => {
    again = true
    if (!speaking) void speak()
  }
}
