import pg from 'pg'
import type { Logger } from 'pino'

const RECONNECT_MS = 1_000

export type Listener = { close(): Promise<void> }

/**
 * Calls a channel's function at each of its notifications, over one connection of its own, which it opens again when
 * it is lost. After each connection it calls every function once, since Postgres does not repeat what was sent meanwhile.
 */
export async function listen(
  url: string,
  channels: Readonly<Record<string, () => void>>,
  log: Logger,
): Promise<Listener> {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let closed = false

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'reader-donations listener',
      keepAlive: true,
    })
    fresh.on('error', (error) => log.warn({ err: error }, 'the notification connection was lost'))
    fresh.on('end', again)
    fresh.on('notification', ({ channel }) => channels[channel]?.())
    await fresh.connect()
    client = fresh
    for (const channel of Object.keys(channels))
      await fresh.query(`listen ${fresh.escapeIdentifier(channel)}`)
    for (const wake of Object.values(channels)) wake()
  }

  const again = (): void => {
    client = null
    if (closed || timer) return
    timer = setTimeout(() => {
      timer = null
      connect().catch((error: unknown) => {
        log.warn({ err: error }, 'the notification connection could not be made')
        again()
      })
    }, RECONNECT_MS)
  }

  await connect()
  return {
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await client?.end()
    },
  }
}
