import type { Changes } from './changes.ts'
import type { KnownDonation } from '../donations/donation.ts'
import { noReversals, type Reversals } from '../refunds/reversals.ts'
import { bookingDay, type ClosedMonths } from '../calendar/month.ts'
import { donationEntries, type LedgerTransaction } from '../ledger/ledger.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import type { LocalDate } from '../calendar/local-date.ts'

export type PostingDeps = {
  readonly newId: () => string
  readonly now: () => Date
  readonly localDate: (instant: Date) => LocalDate
}

/** What a batch's changes post: each new gift, and what went back or came again since it was last looked at. */
export function postings(changes: Changes, closed: ClosedMonths, deps: PostingDeps): LedgerTransaction[] {
  const today = deps.localDate(deps.now())
  const wentBack = (
    { id: donationId }: Pick<KnownDonation, 'id'>,
    before: Reversals,
    now: Reversals,
  ): LedgerTransaction[] =>
    newEffects(before, now).map(({ source, effect, entries, occurredAt }) => {
      const at = occurredAt ?? deps.now()
      const day = bookingDay(deps.localDate(at), today, closed)
      return { id: deps.newId(), source, effect, clears: source, donationId, occurredAt: at, day, entries }
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
    ...wentBack(donation, noReversals, donation.reversals),
  ])
  const amended = changes.amended.flatMap(({ before, reversals }) =>
    wentBack(before, before.reversals, reversals),
  )
  return [...booked, ...amended]
}
