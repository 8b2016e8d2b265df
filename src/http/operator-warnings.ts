import type { Logger } from 'pino'

/** What is wrong around this process and does not stop it. */
export type OperatorWarning = 'clock_is_wrong' | 'database_clock_differs' | 'proxy_is_not_trusted'

export type OperatorWarnings = {
  /** @param sentence what is wrong and what to do about it, without an address of a reader or a secret */
  warn(kind: OperatorWarning, sentence: string): void
  /** The latest sentence of each kind that was seen within the last quarter of an hour, for `/readyz`. */
  current(): readonly string[]
  /** Whether a warning of the kind was seen within the last quarter of an hour. */
  has(kind: OperatorWarning): boolean
}

const CURRENT_MS = 15 * 60_000
/** A wrong set-up warns with every request: the log gets one line of it in this time. */
const LOGGED_EVERY_MS = 5 * 60_000

/** Warnings of one process. @param count counts every one, also those that are not logged */
export function operatorWarnings(deps: {
  readonly log: Logger
  readonly clock: () => Date
  readonly count: (kind: OperatorWarning) => void
}): OperatorWarnings {
  const seen = new Map<OperatorWarning, { sentence: string; atMs: number; loggedMs: number }>()
  return {
    warn(kind, sentence) {
      deps.count(kind)
      const nowMs = deps.clock().getTime()
      const loggedMs = seen.get(kind)?.loggedMs ?? -Infinity
      const isDue = nowMs - loggedMs >= LOGGED_EVERY_MS
      if (isDue) deps.log.warn({ warning: kind }, sentence)
      seen.set(kind, { sentence, atMs: nowMs, loggedMs: isDue ? nowMs : loggedMs })
    },
    current() {
      const nowMs = deps.clock().getTime()
      return [...seen.values()]
        .filter(({ atMs }) => nowMs - atMs < CURRENT_MS)
        .map(({ sentence }) => sentence)
    },
    has(kind) {
      const atMs = seen.get(kind)?.atMs ?? -Infinity
      return deps.clock().getTime() - atMs < CURRENT_MS
    },
  }
}
