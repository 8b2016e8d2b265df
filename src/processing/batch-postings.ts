import { bookingDay, type ClosedMonths } from '../calendar/month.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { DonationId } from '../ids.ts'
import { donationEntries, type LedgerTransaction } from '../ledger/ledger.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import { noReversals, type Reversals } from '../refunds/reversals.ts'
import type { Changes } from './changes.ts'

export type PostingDeps = {
  readonly newId: () => string
  readonly now: () => Date
  readonly localDate: (instant: Date) => LocalDate
}

/** What a batch posts to the ledger: each new gift, and each reversal that was not posted before. */
export function postings(changes: Changes, closed: ClosedMonths, deps: PostingDeps): LedgerTransaction[] {
  const today = deps.localDate(deps.now())
  const reversalPostings = (donationId: DonationId, before: Reversals, after: Reversals) =>
    newEffects(before, after).map(({ occurredAt: atStripe, ...effect }): LedgerTransaction => {
      const occurredAt = atStripe ?? deps.now()
      const day = bookingDay(deps.localDate(occurredAt), today, closed)
      return { id: deps.newId(), ...effect, donationId, occurredAt, day }
    })
  const booked = changes.booked.flatMap((donation): LedgerTransaction[] => [
    {
      id: deps.newId(),
      source: donation.paymentIntentId,
      effect: 'donation_succeeded',
      clears: donation.paymentIntentId,
      donationId: donation.id,
      occurredAt: donation.succeededAt,
      day: bookingDay(donation.succeededOn, today, closed),
      entries: donationEntries(donation.gross),
    },
    ...reversalPostings(donation.id, noReversals, donation.reversals),
  ])
  const amended = changes.amended.flatMap(({ before, reversals }) =>
    reversalPostings(before.id, before.reversals, reversals),
  )
  return [...booked, ...amended]
}
