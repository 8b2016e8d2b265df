import type { LocalDate } from '../calendar/local-date.ts'
import type { Donation, DonationAmendment, KnownDonation } from './donation.ts'
import type { Frequency } from '../checkout/attribution.ts'

/** The change of one day's total, in minor units of the currency. */
export type DayDelta = {
  readonly day: LocalDate
  readonly currency: string
  readonly frequency: Frequency
  readonly donations: bigint
  readonly grossMinor: bigint
}

/** The changes of totals by a batch: what each donation counts for now, less what it counted for before. */
export function dayDeltas(changes: {
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
}): DayDelta[] {
  const sums = new Map<string, DayDelta>()
  const count = (
    donation: Pick<KnownDonation, 'gross' | 'attribution' | 'succeededOn'>,
    sign: 1n | -1n,
  ): void => {
    const { succeededOn: day, gross, attribution } = donation
    const key = `${day} ${gross.currency} ${attribution.frequency}`
    const sum = sums.get(key)
    sums.set(key, {
      day,
      currency: gross.currency,
      frequency: attribution.frequency,
      donations: (sum?.donations ?? 0n) + sign,
      grossMinor: (sum?.grossMinor ?? 0n) + sign * gross.minor,
    })
  }
  for (const donation of changes.booked) count(donation, 1n)
  for (const { before, succeededOn } of changes.amended) {
    count(before, -1n)
    count({ ...before, succeededOn }, 1n)
  }
  // Sorted, so that two batches lock the same rows in the same order and never deadlock.
  const changed = [...sums.entries()].filter(
    ([, { donations, grossMinor }]) => donations !== 0n || grossMinor !== 0n,
  )
  return changed.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, delta]) => delta)
}
