import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { takeGiftMessages, type MessageMail } from './reader-message-store.ts'

const MESSAGES_A_ROUND = 50
const DAY_MS = 86_400_000
/** What an outage or a restored backup brings later than this stands with its gift alone. */
const NEWS_DAYS = 7

/** Brings messages that came with gifts to the newsroom. @returns a round of a loop, which says whether there may be more */
export function giftMessageRound(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly messageMail: MessageMail
}): () => Promise<boolean> {
  const { pool, clock, messageMail } = deps
  return async () => {
    const now = clock()
    const since = new Date(now.getTime() - NEWS_DAYS * DAY_MS)
    const taken = await inTransaction(pool, (tx) =>
      takeGiftMessages(tx, { since, at: now, limit: MESSAGES_A_ROUND, messageMail }),
    )
    return taken === MESSAGES_A_ROUND
  }
}
