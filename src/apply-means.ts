import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { DonationId } from './donations/ids.ts'
import { localDate } from './receipts/receipt-number.ts'
import type { ApplyMeans } from './webhooks/apply-batch.ts'
import type { Expected } from './webhooks/inbox-event.ts'

/** What applying and posting need besides the database, made of real chance. */
export function applyMeans(expected: Expected, timezone: string, clock: () => Date): ApplyMeans {
  return {
    expected,
    now: clock,
    localDate: (instant) => localDate(instant, timezone),
    newDonationId: () => randomUUIDv7() as DonationId, // the brand's maker: ids that sort by age keep indexes compact
    newId: () => randomUUIDv7(),
    newReceiptToken: () => randomBytes(24).toString('base64url'),
  }
}
