import { createHmac, randomUUIDv7 } from 'node:crypto'
import type { DonationId } from '../ids.ts'
import { localDate } from '../calendar/local-date.ts'
import type { ProcessingDeps } from './apply-batch.ts'
import type { ExpectedEvents } from '../inbox/inbox-event.ts'

/** What applying and posting need besides the database. @param secret makes receipts' addresses unguessable */
export function processingDeps(
  expected: ExpectedEvents,
  timezone: string,
  clock: () => Date,
  secret: string,
): ProcessingDeps {
  return {
    expected,
    now: clock,
    localDate: (instant) => localDate(instant, timezone),
    newDonationId: () => randomUUIDv7() as DonationId, // the brand's maker: ids that sort by age keep indexes compact
    newId: () => randomUUIDv7(),
    receiptToken: ({ year, number }) =>
      createHmac('sha256', secret)
        .update(`receipt ${year}-${number}`)
        .digest()
        .subarray(0, 24)
        .toString('base64url'),
  }
}
