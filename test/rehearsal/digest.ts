import { createHash } from 'node:crypto'
import type { FoundBooks } from './found.ts'
import type { ClosedMonth } from './month-end.ts'
import type { Plan } from './plan.ts'

/**
 * The script and the final books as one number: equal for the same seed. Ids that are made by chance, and numbers that
 * depend on the order in which events happened to come, are no part of it.
 */
export function digestOf(
  { lines }: Plan,
  { donations, accounts }: FoundBooks,
  closed: readonly ClosedMonth[],
): string {
  const gifts = donations.map(({ id: _id, receipt: _receipt, checkoutId: _checkout, donor, ...figures }) => ({
    ...figures,
    donor: donor.name,
  }))
  const books = {
    lines,
    gifts: gifts.toSorted((a, b) => (a.paymentIntentId < b.paymentIntentId ? -1 : 1)),
    accounts: [...accounts].map(([key, minor]) => `${key} ${minor}`).toSorted(),
    closed,
  }
  return createHash('sha256').update(JSON.stringify(books)).digest('hex')
}
