import pg from 'pg'
import { deadlines, KEEP_ALIVE } from './database.ts'

/** How often a connection that only waits is asked whether it still answers. */
const BEAT_MS = 15_000
// A peer that says nothing does not say goodbye either.
const GOODBYE_MS = 1_000

export type OwnConnection = {
  readonly client: pg.Client
  /** Resolves within a second, whether the database answers or not. */
  close(): Promise<void>
}

/**
 * A connection outside the pool, for what lasts: waiting for notifications, or holding a lock. It is asked for a sign of
 * life again and again, since a connection that waits would never notice that nobody is there any more; without an
 * answer it is destroyed, and `end` is emitted.
 * @param listen is called before the connection is opened
 */
export async function openOwnConnection(
  url: string,
  applicationName: string,
  listen: (client: pg.Client) => void = () => undefined,
  beatMs: number = BEAT_MS,
): Promise<OwnConnection> {
  const { connectMs, statementMs, answerMs } = deadlines.usual
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    ...KEEP_ALIVE,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: Math.min(answerMs, beatMs),
    // With `pipeline`, pg destroys a connection whose answer is late.
    pipeline: true,
  })
  // Without a listener, losing the connection would end the process.
  client.on('error', () => undefined)
  listen(client)
  await client.connect()
  const beat = setInterval(() => client.query('select 1').catch(() => undefined), beatMs)
  client.on('end', () => clearInterval(beat))
  return {
    client,
    async close() {
      clearInterval(beat)
      const cut = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS)
      await client.end().finally(() => clearTimeout(cut))
    },
  }
}
