import { profileAt, type ProfileInForce } from '../newsroom/profile.ts'
import type { DonationId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import { yearOf, type LocalDate } from '../calendar/local-date.ts'

/** A receipt as it is first written; what it shows besides is the donation's and the profile's. */
export type IssuedReceipt = {
  readonly year: number
  readonly number: bigint
  readonly token: string
  readonly donationId: DonationId
  readonly profileId: number
  readonly money: Money
  readonly givenOn: LocalDate
  readonly revision: number
  readonly replaces: CitedReceipt | null
  /** Its donor had it before the database was lost. */
  readonly told: boolean
}

export type CitedReceipt = { readonly year: number; readonly number: bigint }

/** A receipt owed, before it has its number. */
export type OwedReceipt = {
  readonly donationId: DonationId
  /** The day whose year's numbers it takes: of the gift for the first, of the replacement for a later revision. */
  readonly numberedOn: LocalDate
  readonly money: Money
  readonly givenOn: LocalDate
  readonly givenAt: Date
  readonly revision: number
  /** `first revision`: the one that this batch issues for the same gift. */
  readonly replaces: CitedReceipt | 'first revision' | null
}

/** A number kept free for a gift, or for nobody known (`donationId` null): it was issued before the database was lost. */
export type FreeNumber = CitedReceipt & {
  readonly donationId: DonationId | null
  readonly amountMinor: bigint | null
  readonly reservedAt: Date
}

/**
 * Which owed receipt was issued before: the one of this gift that said this amount, the lowest first. A number that
 * nobody remembers goes to a gift of that time that has none.
 */
export function numbersFromBefore(
  owed: readonly OwedReceipt[],
  free: readonly FreeNumber[],
): ReadonlyMap<OwedReceipt, FreeNumber> {
  const given = new Map<OwedReceipt, FreeNumber>()
  const left = new Set(free)
  const give = (receipt: OwedReceipt, fits: (number: FreeNumber) => boolean): void => {
    const number = given.has(receipt) ? undefined : [...left].find(fits)
    if (!number) return
    left.delete(number)
    given.set(receipt, number)
  }
  for (const receipt of owed) {
    const { donationId, money } = receipt
    give(receipt, (own) => own.donationId === donationId && own.amountMinor === money.minor)
  }
  for (const receipt of owed.filter(({ revision }) => revision === 1)) {
    const year = yearOf(receipt.numberedOn)
    give(receipt, (own) => own.donationId === null && own.year === year && receipt.givenAt <= own.reservedAt)
  }
  return given
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
 * @param owed a later revision comes after the one it cites
 * @param before those that take a number from before
 * @param lastNumbers the counters after they were raised by `receiptsPerYear` of the others
 * @throws Error when no newsroom profile is known: a receipt without its issuer must not be issued
 */
export function numberReceipts(
  owed: readonly OwedReceipt[],
  before: ReadonlyMap<OwedReceipt, FreeNumber>,
  lastNumbers: ReadonlyMap<number, bigint>,
  profiles: readonly ProfileInForce[],
  tokenFor: (receipt: CitedReceipt) => string,
): IssuedReceipt[] {
  const taken = receiptsPerYear(owed.filter((receipt) => !before.has(receipt)))
  const next = new Map([...lastNumbers].map(([year, last]) => [year, last - (taken.get(year) ?? 0n) + 1n]))
  const firsts = new Map<DonationId, CitedReceipt>()
  const nextOf = (year: number): CitedReceipt => {
    const number = next.get(year)
    if (number === undefined) throw new Error(`no receipt counter for ${year}`)
    next.set(year, number + 1n)
    return { year, number }
  }
  return owed.map((receipt) => {
    const { donationId, numberedOn, money, givenOn, givenAt, revision, replaces } = receipt
    const own = before.get(receipt)
    const { year, number } = own ?? nextOf(yearOf(numberedOn))
    if (revision === 1) firsts.set(donationId, { year, number })
    return {
      year,
      number,
      token: tokenFor({ year, number }),
      donationId,
      profileId: profileAt(profiles, givenAt).id,
      money,
      givenOn,
      revision,
      replaces: replaces === 'first revision' ? (firsts.get(donationId) ?? null) : replaces,
      told: own !== undefined && own.donationId !== null,
    }
  })
}
