import type { Logger } from 'pino'
import { channelName } from './site-scope.ts'
import { openOwnConnection, type OwnConnection } from './own-connection.ts'

const RECONNECT_MS = 1_000

export type Listener = { close(): Promise<void> }

/**
 * Calls a channel's function at each of its notifications, over one connection of its own, which it opens again when
 * it is lost or answers no more. After each connection it calls every function once, since Postgres does not repeat what was sent meanwhile.
 */
export async function listen(
  url: string,
  channels: Readonly<Record<string, () => void>>,
  log: Logger,
  beatMs?: number,
): Promise<Listener> {
  let connection: OwnConnection | null = null
  let timer: NodeJS.Timeout | null = null
  let closed = false
  const wakeOf = new Map<string, () => void>()

  const connect = async (): Promise<void> => {
    const fresh = await openOwnConnection(
      url,
      'reader-donations listener',
      (client) => {
        client.on('error', (error) => log.warn({ err: error }, 'the notification connection was lost'))
        client.on('end', again)
        client.on('notification', ({ channel }) => wakeOf.get(channel)?.())
      },
      beatMs,
    )
    if (closed) return fresh.close()
    connection = fresh
    for (const [channel, wake] of Object.entries(channels)) {
      const { rows } = await fresh.client.query<{ name: string }>(`select ${channelName(channel)} as name`)
      const [{ name } = { name: channel }] = rows
      wakeOf.set(name, wake)
      await fresh.client.query(`listen ${fresh.client.escapeIdentifier(name)}`)
    }
    for (const wake of Object.values(channels)) wake()
  }

  const again = (): void => {
    connection = null
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
      await connection?.close()
    },
  }
}
