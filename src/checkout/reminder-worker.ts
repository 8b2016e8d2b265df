import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { dropSettledReminders, queueReminders } from './reminder-store.ts'

const REMINDERS_A_ROUND = 50

/** Reminds readers who agreed to it and have not given. @returns a round of a loop, which says whether there may be more */
export function reminderRound(pool: pg.Pool, clock: () => Date): () => Promise<boolean> {
  return async () => {
    const now = clock()
    await dropSettledReminders(pool, now)
    const limit = REMINDERS_A_ROUND
    return (await inTransaction(pool, (tx) => queueReminders(tx, { now, limit }))) === limit
  }
}
