import type { Logger } from 'pino'
import type { Queryable } from '../db/database.ts'
import { refusalNotice } from './caller-limits.ts'
import { addKeptOut } from './protection-store.ts'
import type { ProtectionOutcome } from './protection-state.ts'

const WRITE_EVERY_MS = 5_000

export type KeptOutCounter = {
  note(outcome: ProtectionOutcome): void
  /** Writes what is not written yet. */
  stop(): Promise<void>
}

/**
 * Counts in this process, one number for each outcome, adds them to the database every few seconds, and says in the log
 * that checkouts are refused.
 */
export function startKeptOutCounter(deps: {
  readonly db: Queryable
  readonly clock: () => Date
  readonly log: Logger
  readonly count: (outcome: ProtectionOutcome) => void
}): KeptOutCounter {
  const { db, clock, log, count } = deps
  const notice = refusalNotice({ log, clock })
  let counts = new Map<ProtectionOutcome, number>()
  let timer: NodeJS.Timeout | null = null
  const write = async (): Promise<void> => {
    timer = null
    const written = counts
    counts = new Map()
    if (written.size === 0) return
    try {
      await addKeptOut(
        db,
        clock(),
        [...written].map(([outcome, number]) => ({ outcome, count: number })),
      )
    } catch (error) {
      // The figures are for people: some may be missing while the database is away.
      log.warn({ err: error }, 'what the protection kept out was not counted')
    }
  }
  return {
    note(outcome) {
      count(outcome)
      notice(outcome)
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      timer ??= setTimeout(() => void write(), WRITE_EVERY_MS).unref()
    },
    async stop() {
      if (timer) clearTimeout(timer)
      await write()
    },
  }
}
