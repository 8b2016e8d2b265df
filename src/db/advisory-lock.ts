import pg from 'pg'

/**
 * Runs `work` unless somebody else on this database is at it, holding a lock on a connection of its own. A process that
 * is killed loses its connection, and the lock with it.
 * @returns whether it ran
 */
export async function runAlone(url: string, lock: number, work: () => Promise<void>): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'reader-donations lock',
    keepAlive: true,
  })
  // Lost meanwhile: the work is safe beside another's, only twice the effort.
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
