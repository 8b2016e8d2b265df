import type { Queryable } from './database.ts'
import { channelName } from './site-scope.ts'

/**
 * Makes a function that notifies the listeners of a channel; call it after a commit. Inside a transaction it would
 * cost throughput: Postgres commits notifying transactions one after the other, each waiting for the disk in turn.
 * Calls that come while a notification is under way share the next one.
 * @param onError receives a notification that failed: listeners also poll, so nothing is lost
 */
export function notifier(db: Queryable, channel: string, onError: (error: unknown) => void): () => void {
  let isSending = false
  let again = false
  const send = async (): Promise<void> => {
    isSending = true
    try {
      do {
        again = false
        await db.query({
          name: `notify-${channel}`,
          text: `select pg_notify(${channelName(channel)}, '')`,
        })
      } while (again)
    } catch (error) {
      onError(error)
    } finally {
      isSending = false
    }
  }
  return () => {
    again = true
    if (!isSending) void send()
  }
}
