import { inTransaction } from '../../db/database.ts'
import {
  emptyUnpaidMessages,
  giftsOfFormerDonors,
  redactEvents,
  redactLatestEvents,
  redactOldEvents,
} from './erasure-store.ts'
import type { Config } from '../../config/config.ts'
import { eraseDonor, type ErasureDeps } from './erase-donor.ts'

const EVENTS_A_ROUND = 500
const DONORS_A_ROUND = 50
/** More than a day brings. */
const LATEST_EVENTS = 100_000

/** @returns the round, asked once a day only: after it has found nothing it rests until the day changes */
export function daily(round: () => Promise<boolean>, clock: () => Date): () => Promise<boolean> {
  let doneOn: string | null = null
  return async () => {
    const today = clock().toISOString().slice(0, 10)
    if (doneOn === today) return false
    const mayBeMore = await round()
    if (!mayBeMore) doneOn = today
    return mayBeMore
  }
}

/**
 * One round of what is due: events that have named an erased donor since, and what the newsroom's periods have run out for.
 * @returns whether there may be more
 */
export function retentionRound(
  deps: ErasureDeps,
  { eventMonths, unpaidMessageDays, donorYears }: Config['retention'],
): () => Promise<boolean> {
  const { pool, clock } = deps
  return async () => {
    const now = clock()
    const late = await redactEvents(pool, { limit: EVENTS_A_ROUND })
    await redactLatestEvents(pool, LATEST_EVENTS)
    const old =
      eventMonths === null
        ? 0
        : await redactOldEvents(pool, {
            before: earlier(now, { months: eventMonths }),
            limit: EVENTS_A_ROUND,
          })
    const messages =
      unpaidMessageDays === null
        ? 0
        : await inTransaction(pool, (tx) =>
            emptyUnpaidMessages(tx, {
              before: earlier(now, { days: unpaidMessageDays }),
              limit: EVENTS_A_ROUND,
            }),
          )
    const donors =
      donorYears === null
        ? []
        : await giftsOfFormerDonors(pool, {
            before: earlier(now, { months: 12 * donorYears }),
            limit: DONORS_A_ROUND,
          })
    for (const donationId of donors) await eraseDonor(deps, { donationId, actor: { kind: 'service' } })
    return (
      late === EVENTS_A_ROUND ||
      old === EVENTS_A_ROUND ||
      messages === EVENTS_A_ROUND ||
      donors.length === DONORS_A_ROUND
    )
  }
}

function earlier(
  now: Date,
  { months = 0, days = 0 }: { readonly months?: number; readonly days?: number },
): Date {
  const before = new Date(now)
  before.setUTCMonth(before.getUTCMonth() - months)
  before.setUTCDate(before.getUTCDate() - days)
  return before
}
