import type { DonationId } from '../donations/ids.ts'
import type { Money } from '../money/money.ts'
import { yearOf, type LocalDate } from './receipt-number.ts'

/** A receipt as it is first written; what it shows besides is the donation's and the profile's. */
export type IssuedReceipt = {
  readonly year: number
  readonly number: bigint
  readonly token: string
  readonly donationId: DonationId
  readonly profileId: number
  readonly money: Money
  readonly givenOn: LocalDate
  readonly edition: number
  readonly replaces: CitedReceipt | null
}

export type CitedReceipt = { readonly year: number; readonly number: bigint }
export type ProfileInForce = { readonly id: number; readonly inForceFrom: Date }

/** A receipt owed, before it has its number. */
export type OwedReceipt = {
  readonly donationId: DonationId
  /** The day whose year's numbers it takes: of the gift for the first, of the replacement for a later edition. */
  readonly numberedOn: LocalDate
  readonly money: Money
  readonly givenOn: LocalDate
  readonly givenAt: Date
  readonly edition: number
  /** `first edition`: the one that this batch issues for the same gift. */
  readonly replaces: CitedReceipt | 'first edition' | null
}

/** How many receipts of each year a batch needs, so that one counter update takes them all. */
export function receiptsPerYear(owed: readonly OwedReceipt[]): Map<number, bigint> {
  const counts = new Map<number, bigint>()
  for (const { numberedOn } of owed)
    counts.set(yearOf(numberedOn), (counts.get(yearOf(numberedOn)) ?? 0n) + 1n)
  return counts
}

/**
 * Gives each receipt the next number of its year.
 * @param owed a later edition comes after the one it cites
 * @param lastNumbers the counters after they were raised by `receiptsPerYear`
 * @throws Error when no newsroom profile is known: a receipt without its issuer must not be issued
 */
export function numberReceipts(
  owed: readonly OwedReceipt[],
  lastNumbers: ReadonlyMap<number, bigint>,
  profiles: readonly ProfileInForce[],
  newToken: () => string,
): IssuedReceipt[] {
  const taken = receiptsPerYear(owed)
  const next = new Map([...lastNumbers].map(([year, last]) => [year, last - (taken.get(year) ?? 0n) + 1n]))
  const firsts = new Map<DonationId, CitedReceipt>()
  return owed.map(({ donationId, numberedOn, money, givenOn, givenAt, edition, replaces }) => {
    const year = yearOf(numberedOn)
    const number = next.get(year)
    if (number === undefined) throw new Error(`no receipt counter for ${year}`)
    next.set(year, number + 1n)
    if (edition === 1) firsts.set(donationId, { year, number })
    return {
      year,
      number,
      token: newToken(),
      donationId,
      profileId: profileAt(profiles, givenAt).id,
      money,
      givenOn,
      edition,
      replaces: replaces === 'first edition' ? (firsts.get(donationId) ?? null) : replaces,
    }
  })
}

/** The newsroom's particulars when the gift was made; a gift older than all of them takes the first. */
export function profileAt(profiles: readonly ProfileInForce[], moment: Date): ProfileInForce {
  const byAge = profiles.toSorted((a, b) => a.inForceFrom.getTime() - b.inForceFrom.getTime() || a.id - b.id)
  const profile = byAge.findLast(({ inForceFrom }) => inForceFrom <= moment) ?? byAge[0]
  if (!profile) throw new Error('no newsroom profile is recorded')
  return profile
}
