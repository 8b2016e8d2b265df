import { openOwnConnection } from './own-connection.ts'
import { numberedLockKey } from './site-scope.ts'

// Four missed signs of life. A lock whose holder is cut off without a word would otherwise stay for hours.
const LEASE_MS = 60_000

/**
 * Runs `work` unless another process holds the lock, which is kept on a connection of its own. A process that is killed
 * or cut off loses its connection, and the lock with it. A second process may start then: the work is safe, only done
 * twice.
 * @param leaseMs after how long without a sign of life Postgres ends the holder's connection
 * @returns whether it ran
 */
export async function runAlone(
  url: string,
  lock: number,
  work: () => Promise<void>,
  leaseMs: number = LEASE_MS,
): Promise<boolean> {
  const { client, close } = await openOwnConnection(url, 'reader-donations lock')
  try {
    await client.query(`set idle_session_timeout = ${leaseMs}`)
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock(${numberedLockKey('$1')}) as held`,
      [lock],
    )
    if (rows[0]?.held !== true) return false
    await work()
    return true
  } finally {
    await close()
  }
}
