import type { Queryable } from '../db/database.ts'
import { type ClosedMonths, parseMonth, type Month } from '../calendar/month.ts'
import { numberedLockKey } from '../db/site-scope.ts'

// Any number will do, as long as nothing else in this database uses it.
const CLOSING_LOCK = 7_465_612_002

/**
 * The closed months, for a database transaction that is about to post: until it ends, no month can be closed. Closing a
 * month takes the same lock exclusively, so it sees everything that was posted before.
 */
export async function closedMonths(tx: Queryable): Promise<ClosedMonths> {
  // The statements are sent together and run in this order: the second sees every closing that the first waited for.
  const locked = tx.query({
    name: 'hold-months-open',
    text: `select pg_advisory_xact_lock_shared(${numberedLockKey('$1')})`,
    values: [CLOSING_LOCK],
  })
  const read = tx.query<{ month: string }>({
    name: 'closed-months',
    text: `select month from month_closings`,
  })
  const [, { rows }] = await Promise.all([locked, read])
  return new Set(rows.map(({ month }) => storedMonth(month)))
}

/** Waits for every posting in progress. Until the database transaction ends, nothing else can post. */
export async function holdPostings(tx: Queryable): Promise<void> {
  // The caller may compare a month with 100,000 open differences for some seconds. Only postings wait meanwhile.
  await tx.query(`set local statement_timeout = '60s'`)
  await tx.query(`select pg_advisory_xact_lock(${numberedLockKey('$1')})`, [CLOSING_LOCK])
}

function storedMonth(text: string): Month {
  const month = parseMonth(text)
  if (!month) throw new Error(`${text} is not a month`)
  return month
}
