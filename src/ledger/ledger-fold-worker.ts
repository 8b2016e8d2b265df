import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { foldLedger } from './ledger-fold-store.ts'

/** A round of background work that keeps the sums and open items of the ledger. @returns whether there is more to do */
export function ledgerFoldRound(pool: pg.Pool, now: () => Date): () => Promise<boolean> {
  return () => inTransaction(pool, (tx) => foldLedger(tx, now()))
}
