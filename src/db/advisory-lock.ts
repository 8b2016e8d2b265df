import pg from 'pg'

/**
 * Runs `work` unless another process holds the lock, which is kept on a connection of its own. A process that is
 * killed loses its connection, and the lock with it.
 * @returns whether it ran
 */
export async function runAlone(url: string, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'reader-donations lock',
    keepAlive: true,
  })
  // When the connection is lost, a second process may start: the work is safe then, only done twice.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lock])
    if (rows[0]?.held !== true) return false
    await work()
    return true
  } finally {
    await client.end()
  }
}
