import { createHash } from 'node:crypto'
import type { Actual } from './actual.ts'
import type { ClosedMonth } from '../play/month-end.ts'
import type { Plan } from '../script/plan.ts'

/**
 * A digest of the script and of the tables at the end; it is equal for the same options. It leaves out random ids, and
 * receipt numbers, which depend on the order in which events arrive.
 */
export function digestOf(
  { lines }: Plan,
  { donations, accounts }: Actual,
  closed: readonly ClosedMonth[],
): string {
  const gifts = donations.map(({ id: _id, receipt: _receipt, checkoutId: _checkout, donor, ...figures }) => ({
    ...figures,
    donor: donor.name,
  }))
  const content = {
    lines,
    gifts: gifts.toSorted((a, b) => (a.paymentIntentId < b.paymentIntentId ? -1 : 1)),
    accounts: [...accounts].map(([key, minor]) => `${key} ${minor}`).toSorted(),
    closed,
  }
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
