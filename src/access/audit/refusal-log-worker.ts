import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { AuthenticationEntry, NoteRefusal } from './authentication-log.ts'
import { logAuthentication } from './authentication-log-store.ts'

export type RefusalLog = {
  readonly note: NoteRefusal
  /** Writes what was noted. Call it when the service stops. */
  stop(): Promise<void>
}

const FIRST_AFTER_MS = 1_000
const EVERY_MS = 60_000

/**
 * Counts refusals in memory and writes them once a minute, one row for each kind and person or token: a stranger who
 * sends a million wrong tokens makes one row a minute, and no request waits for the log. A crash loses a minute at most.
 */
export function startRefusalLog(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly log: Logger
  /** Milliseconds from the first refusal to its row, and from one writing to the next. */
  readonly pauses?: { readonly firstMs: number; readonly everyMs: number }
}): RefusalLog {
  const { db, clock, log, pauses = { firstMs: FIRST_AFTER_MS, everyMs: EVERY_MS } } = deps
  let noted = new Map<string, AuthenticationEntry>()
  let timer: NodeJS.Timeout | null = null
  let nextAtMs = 0
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const entries = [...noted.values()]
    noted = new Map()
    await logAuthentication(db, ...entries).catch((err: unknown) =>
      log.warn({ err, rows: entries.length }, 'refusals could not be written into the authentication log'),
    )
  }

  return {
    note(refused) {
      const { kind, staffId = null, tokenId = null } = refused
      const key = [kind, staffId, tokenId].join()
      const before = noted.get(key)
      noted.set(key, { ...refused, at: before?.at ?? clock(), times: (before?.times ?? 0) + 1 })
      if (timer) return
      const now = performance.now()
      timer = setTimeout(
        () => {
          timer = null
          nextAtMs = performance.now() + pauses.everyMs
          writing = write()
        },
        Math.max(pauses.firstMs, nextAtMs - now),
      )
      timer.unref()
    },
    async stop() {
      if (timer) clearTimeout(timer)
      timer = null
      await writing
      await write()
    },
  }
}
