import type { Donation } from '../donations/donation.ts'
import type { DonationId } from '../donations/payment-fact.ts'
import type { Money } from '../money/money.ts'
import { yearOf, type LocalDate } from './receipt-number.ts'

/** A receipt as it is first written; what it shows besides is the donation's and the profile's. */
export type IssuedReceipt = {
  readonly year: number
  readonly number: bigint
  readonly token: string
  readonly donationId: DonationId
  readonly profileId: number
  readonly gross: Money
  readonly givenOn: LocalDate
}

export type ProfileInForce = { readonly id: number; readonly inForceFrom: Date }

/** How many receipts of each year a batch needs, so that one counter update takes them all. */
export function receiptsPerYear(booked: readonly Donation[]): Map<number, bigint> {
  const counts = new Map<number, bigint>()
  for (const { succeededOn } of booked)
    counts.set(yearOf(succeededOn), (counts.get(yearOf(succeededOn)) ?? 0n) + 1n)
  return counts
}

/**
 * Gives each donation the next number of its year.
 * @param lastNumbers the counters after they were raised by `receiptsPerYear`
 * @throws Error when no newsroom profile is known: a receipt without its issuer must not be issued
 */
export function numberReceipts(
  booked: readonly Donation[],
  lastNumbers: ReadonlyMap<number, bigint>,
  profiles: readonly ProfileInForce[],
  newToken: () => string,
): IssuedReceipt[] {
  const taken = receiptsPerYear(booked)
  const next = new Map([...lastNumbers].map(([year, last]) => [year, last - (taken.get(year) ?? 0n) + 1n]))
  return booked.map((donation) => {
    const year = yearOf(donation.succeededOn)
    const number = next.get(year)
    if (number === undefined) throw new Error(`no receipt counter for ${year}`)
    next.set(year, number + 1n)
    return {
      year,
      number,
      token: newToken(),
      donationId: donation.id,
      profileId: profileAt(profiles, donation.succeededAt).id,
      gross: donation.gross,
      givenOn: donation.succeededOn,
    }
  })
}

/** The newsroom's particulars when the gift was made; a gift older than all of them takes the first. */
function profileAt(profiles: readonly ProfileInForce[], moment: Date): ProfileInForce {
  const byAge = profiles.toSorted((a, b) => a.inForceFrom.getTime() - b.inForceFrom.getTime() || a.id - b.id)
  const profile = byAge.findLast(({ inForceFrom }) => inForceFrom <= moment) ?? byAge[0]
  if (!profile) throw new Error('no newsroom profile is recorded')
  return profile
}
