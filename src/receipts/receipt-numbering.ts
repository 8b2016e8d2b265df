import { profileAt, type ProfileInForce } from '../newsroom/profile.ts'
import type { DonationId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import { yearOf, type LocalDate } from '../calendar/local-date.ts'

/** A receipt with its number, ready to be stored. Its other facts belong to the donation and the newsroom profile. */
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
  /** Whether the donor received this receipt before the database was lost and restored. */
  readonly mailedBefore: boolean
}

/** The year and the number that identify a receipt. */
export type CitedReceipt = { readonly year: number; readonly number: bigint }

/** A receipt that must be issued and has no number yet. */
export type OwedReceipt = {
  readonly donationId: DonationId
  /** The day whose year it is numbered in: the day of the gift for the first revision, of the replacement for a later one. */
  readonly numberedOn: LocalDate
  readonly money: Money
  readonly givenOn: LocalDate
  readonly givenAt: Date
  readonly revision: number
  /** `first revision`: the receipt that the same batch issues for this gift. */
  readonly replaces: CitedReceipt | 'first revision' | null
}

/** A number that was issued before the database was lost; `donationId` is null when its gift is unknown. */
export type ReservedNumber = CitedReceipt & {
  readonly donationId: DonationId | null
  readonly amountMinor: bigint | null
  readonly reservedAt: Date
}

/**
 * Which owed receipts take a reserved number: the lowest one of the same gift and amount. A number without a known gift
 * goes to a gift of that time that has no receipt.
 */
export function reservedNumbersFor(
  owed: readonly OwedReceipt[],
  free: readonly ReservedNumber[],
): ReadonlyMap<OwedReceipt, ReservedNumber> {
  const assigned = new Map<OwedReceipt, ReservedNumber>()
  const remaining = new Set(free)
  const assign = (receipt: OwedReceipt, fits: (reserved: ReservedNumber) => boolean): void => {
    const number = assigned.has(receipt) ? undefined : [...remaining].find(fits)
    if (!number) return
    remaining.delete(number)
    assigned.set(receipt, number)
  }
  for (const receipt of owed) {
    const { donationId: gift, money } = receipt
    assign(receipt, ({ donationId, amountMinor }) => donationId === gift && amountMinor === money.minor)
  }
  for (const receipt of owed.filter(({ revision }) => revision === 1)) {
    const { givenAt, numberedOn } = receipt
    assign(
      receipt,
      ({ donationId, year, reservedAt }) =>
        donationId === null && year === yearOf(numberedOn) && givenAt <= reservedAt,
    )
  }
  return assigned
}

/** How many receipts of each year a batch needs, so that one update of the counter takes all numbers. */
export function receiptsPerYear(owed: readonly OwedReceipt[]): Map<number, bigint> {
  const counts = new Map<number, bigint>()
  for (const { numberedOn } of owed)
    counts.set(yearOf(numberedOn), (counts.get(yearOf(numberedOn)) ?? 0n) + 1n)
  return counts
}

/**
 * Gives each receipt the next number of its year.
 * @param owed each revision comes after the one that it cites
 * @param reserved the receipts that take a reserved number
 * @param lastNumbers the counters after `takeNumbers` has raised them for the receipts without a reserved number
 * @throws Error when no newsroom profile is known: a receipt must name its issuer
 */
export function numberReceipts(
  owed: readonly OwedReceipt[],
  reserved: ReadonlyMap<OwedReceipt, ReservedNumber>,
  lastNumbers: ReadonlyMap<number, bigint>,
  profiles: readonly ProfileInForce[],
  tokenFor: (receipt: CitedReceipt) => string,
): IssuedReceipt[] {
  const taken = receiptsPerYear(owed.filter((receipt) => !reserved.has(receipt)))
  const next = new Map([...lastNumbers].map(([year, last]) => [year, last - (taken.get(year) ?? 0n) + 1n]))
  const firsts = new Map<DonationId, CitedReceipt>()
  const nextOf = (year: number): CitedReceipt => {
    const number = next.get(year)
    if (number === undefined) throw new Error(`There is no receipt counter for ${year}`)
    next.set(year, number + 1n)
    return { year, number }
  }
  return owed.map((receipt) => {
    const { donationId, numberedOn, money, givenOn, givenAt, revision, replaces } = receipt
    const reservation = reserved.get(receipt)
    const { year, number } = reservation ?? nextOf(yearOf(numberedOn))
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
      mailedBefore: reservation !== undefined && reservation.donationId !== null,
    }
  })
}
