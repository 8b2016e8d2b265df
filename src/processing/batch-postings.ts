import type { Changes } from './changes.ts'
import type { KnownDonation } from '../donations/donation.ts'
import { nothingBack, type MoneyBack } from '../refunds/reversals.ts'
import { bookingDay, type ClosedMonths } from '../calendar/booking-day.ts'
import { donationEntries, type LedgerTransaction } from '../ledger/ledger.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import type { LocalDate } from '../calendar/local-date.ts'

export type PostingMeans = {
  readonly newId: () => string
  readonly now: () => Date
  readonly localDate: (instant: Date) => LocalDate
}

/** What a batch's changes post: each new gift, and what went back or came again since it was last looked at. */
export function postings(changes: Changes, closed: ClosedMonths, means: PostingMeans): LedgerTransaction[] {
  const today = means.localDate(means.now())
  const wentBack = (
    { id: donationId }: Pick<KnownDonation, 'id'>,
    before: MoneyBack,
    now: MoneyBack,
  ): LedgerTransaction[] =>
    newEffects(before, now).map(({ source, effect, entries, occurredAt }) => {
      const at = occurredAt ?? means.now()
      const day = bookingDay(means.localDate(at), today, closed)
      return { id: means.newId(), source, effect, clears: source, donationId, occurredAt: at, day, entries }
    })
  const booked = changes.booked.flatMap((donation): LedgerTransaction[] => [
    {
      id: means.newId(),
      source: donation.paymentIntentId,
      effect: 'donation_succeeded',
      clears: donation.paymentIntentId,
      donationId: donation.id,
      occurredAt: donation.succeededAt,
      day: bookingDay(donation.succeededOn, today, closed),
      entries: donationEntries(donation.gross),
    },
    ...wentBack(donation, nothingBack, donation.moneyBack),
  ])
  const amended = changes.amended.flatMap(({ before, moneyBack }) =>
    wentBack(before, before.moneyBack, moneyBack),
  )
  return [...booked, ...amended]
}
