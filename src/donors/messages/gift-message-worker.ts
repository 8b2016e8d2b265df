import type pg from 'pg'
import { dayAway } from '../../calendar/days.ts'
import { localDate } from '../../calendar/local-date.ts'
import { inTransaction } from '../../db/database.ts'
import { oweMessageDigest, takeGiftMessages, type MessageMail } from './reader-message-store.ts'

const MESSAGES_A_ROUND = 50
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
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

/**
 * Owes the newsroom, an hour after midnight, one e-mail about what donors wrote yesterday, or the day before if the service was away then.
 * @returns a round of a loop
 */
export function messageDigestRound({
  pool,
  timezone,
  clock,
}: {
  readonly pool: pg.Pool
  readonly timezone: string
  readonly clock: () => Date
}): () => Promise<boolean> {
  let last = ''
  return async () => {
    // A message of the last minute is taken some seconds after midnight.
    const today = localDate(new Date(clock().getTime() - HOUR_MS), timezone)
    if (last === today) return false
    for (const days of [-2, -1])
      await inTransaction(pool, (tx) => oweMessageDigest(tx, { day: dayAway(today, days), timezone }))
    last = today
    return false
  }
}
