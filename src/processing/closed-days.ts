import { monthOf, type ClosedMonths } from '../calendar/month.ts'
import { isRedated } from '../donations/donation.ts'
import type { Changes } from './changes.ts'

/**
 * A gift whose old or new day lies in a closed month keeps its day, because the figures of a closed month never change. The
 * time of its charge is stored beside it.
 */
export function withClosedDays(changes: Changes, closed: ClosedMonths): Changes {
  const amended = changes.amended.map((amendment) => {
    const { before, succeededOn } = amendment
    const isClosed = closed.has(monthOf(before.succeededOn)) || closed.has(monthOf(succeededOn))
    if (!isRedated(amendment) || !isClosed) return amendment
    return { ...amendment, succeededAt: before.succeededAt, succeededOn: before.succeededOn }
  })
  return { ...changes, amended }
}
