import { z } from 'zod'
import type { FieldProblem } from '../http/refusal.ts'

/** Postgres knows no year 0. */
const isInSomeYear = (text: string) => !text.startsWith('0000')

const NO_DAY = 'must be a date such as 2026-01-31'
export const reportDay = z.iso.date(NO_DAY).refine(isInSomeYear, NO_DAY)

const NO_INSTANT = 'must be an instant such as 2026-02-01T00:00:00Z'
export const reportAsOf = z.iso
  .datetime({ offset: true, error: NO_INSTANT })
  .refine(isInSomeYear, NO_INSTANT)
  .optional()
  .meta({
    description:
      'Leaves out what the ledger learned later: the same query gives the same answer at any later time',
  })

/** For `.refine(daysInOrder, NOT_BEFORE_FROM)`: true as well when one of the two is no day, which is that field's own problem. */
export function daysInOrder({ from, to }: { readonly from?: unknown; readonly to?: unknown }): boolean {
  const days = z.tuple([reportDay, reportDay]).safeParse([from, to])
  return !days.success || days.data[0] <= days.data[1]
}

/** `when`: zod would otherwise skip the check while any other field has a problem, and the answer would name one of two. */
export const NOT_BEFORE_FROM = { path: ['to'], error: 'must not be before from', when: () => true }

/** The problem of a report as of the future: its answer could change. */
export function futureAsOf(asOf: unknown, now: Date): FieldProblem[] {
  const isInFuture = typeof asOf === 'string' && new Date(asOf) > now
  return isInFuture ? [{ pointer: '/asOf', message: 'must not be in the future' }] : []
}
