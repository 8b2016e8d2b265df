import type { LocalDate } from '../calendar/local-date.ts'
import { bookingDay } from '../calendar/month.ts'
import type { Queryable } from '../db/database.ts'
import type { DonationId } from '../ids.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import { postToLedger } from '../ledger/ledger-store.ts'
import type { LedgerTransaction } from '../ledger/ledger.ts'
import type { PostingDeps } from './balance/balance-store.ts'
import type { BalanceTransaction } from './balance/balance-transaction.ts'
import { dayInBooks, type BooksOpening } from './opening/opening.ts'

/** A ledger transaction that gets its id and its day in the books when it is posted. */
export type BooksPosting = Omit<LedgerTransaction, 'id' | 'day'> & {
  /** The day on which it happened; left out: the newsroom's day of `occurredAt`. */
  readonly happenedOn?: LocalDate
}

/** What every ledger transaction of a balance transaction has. */
export function postingOf(
  { id, clears, createdAt }: BalanceTransaction,
  donationId: DonationId | null = null,
) {
  return { source: id, clears, donationId, occurredAt: createdAt }
}

/** Posts on the day of each in the books, or in the open month when its own is closed. */
export async function postInBooks(
  tx: Queryable,
  deps: PostingDeps,
  opening: BooksOpening | null,
  postings: readonly BooksPosting[],
): Promise<void> {
  if (postings.length === 0) return
  const closed = await closedMonths(tx)
  const now = deps.now()
  const today = deps.localDate(now)
  const posted = postings.map(({ happenedOn, ...one }) => {
    const day = dayInBooks(happenedOn ?? deps.localDate(one.occurredAt), opening)
    return { ...one, id: deps.newId(), day: bookingDay(day, today, closed) }
  })
  await postToLedger(tx, posted, now)
}
