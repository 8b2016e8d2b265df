import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { inTransaction } from '../db/database.ts'
import {
  claimImport,
  failImport,
  forgetUnfinished,
  noteImportFailure,
  type ClaimedImport,
} from './import-store.ts'
import { LEASE_MS, runPiece, type RunDeps } from './run-import.ts'

const MOST_FAILURES = 5

/**
 * Does a piece of an import. A process that dies leaves it to the next one.
 * @returns whether there was something to do
 */
export function historyImportRound(deps: RunDeps & { readonly log: Logger }): () => Promise<boolean> {
  const { pool, clock, log } = deps
  let claimed: ClaimedImport | null = null
  return async () => {
    claimed ??= await claimImport(pool, { claim: randomUUID(), leaseMs: LEASE_MS })
    if (!claimed) {
      await inTransaction(pool, (tx) => forgetUnfinished(tx, clock()))
      return false
    }
    const one = claimed
    claimed = null
    try {
      if (await runPiece(deps, one)) claimed = one
      return true
    } catch (error) {
      // The message of an error may name a donor.
      log.error(
        { import: one.id, error: error instanceof Error ? error.name : 'unknown' },
        'a piece of an import failed and will be tried again',
      )
      await noteImportFailure(pool, one)
      if (one.failures + 1 >= MOST_FAILURES && one.status === 'checking')
        await failImport(pool, one.id, 'worker', clock())
      return false
    }
  }
}
