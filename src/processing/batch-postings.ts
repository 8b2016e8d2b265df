import { bookingDay, type ClosedMonths } from '../calendar/month.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { DonationId } from '../ids.ts'
import { isRedated, type DonationAmendment } from '../donations/donation.ts'
import { donationEntries, reversedEntries, type LedgerTransaction } from '../ledger/ledger.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import { noReversals, type Reversals } from '../refunds/reversals.ts'
import type { Changes } from './changes.ts'

export type PostingDeps = {
  readonly newId: () => string
  readonly now: () => Date
  readonly localDate: (instant: Date) => LocalDate
}

/** What a batch posts to the ledger: each new gift, each change of a gift's day, and each reversal that was not posted before. */
export function postings(changes: Changes, closed: ClosedMonths, deps: PostingDeps): LedgerTransaction[] {
  const today = deps.localDate(deps.now())
  const reversalPostings = (donationId: DonationId, before: Reversals, after: Reversals) =>
    newEffects(before, after).map(({ occurredAt: atStripe, ...effect }): LedgerTransaction => {
      const occurredAt = atStripe ?? deps.now()
      const day = bookingDay(deps.localDate(occurredAt), today, closed)
      return { id: deps.newId(), ...effect, donationId, occurredAt, day }
    })
  /** Takes a gift off the day on which it was booked and books it on the right one. Both months are open. */
  const redated = ({ before, succeededAt, succeededOn }: DonationAmendment): LedgerTransaction[] => {
    const { id: donationId, paymentIntentId: clears, gross } = before
    const source = `${clears}#${before.succeededOn}:${succeededOn}`
    const entries = donationEntries(gross)
    const move = { source, clears, donationId }
    const from = bookingDay(before.succeededOn, today, closed)
    const to = bookingDay(succeededOn, today, closed)
    return [
      {
        id: deps.newId(),
        ...move,
        effect: 'donation_redated_from',
        occurredAt: before.succeededAt,
        day: from,
        entries: reversedEntries(entries),
      },
      { id: deps.newId(), ...move, effect: 'donation_redated_to', occurredAt: succeededAt, day: to, entries },
    ]
  }
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
  const amended = changes.amended.flatMap((amendment) => [
    ...(isRedated(amendment) ? redated(amendment) : []),
    ...reversalPostings(amendment.before.id, amendment.before.reversals, amendment.reversals),
  ])
  return [...booked, ...amended]
}
