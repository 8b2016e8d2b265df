import { storedMoney, type Money } from '../money/money.ts'
import { daysOfYear } from './statements/statement.ts'

/** A gift as its donor sees it. */
export type DonorGift = {
  /** `2026-02-14`, in the newsroom's time zone. */
  readonly givenOn: string
  readonly gross: Money
  /** Refunded, disputed or returned by the bank; null for nothing. */
  readonly returned: Money | null
  readonly frequency: 'once' | 'monthly' | 'yearly'
  readonly article: { readonly url: string; readonly title: string | null } | null
  /** The latest receipt. */
  readonly receipt: { readonly number: string; readonly token: string } | null
  /** Whether a former system took it and issued the receipt. */
  readonly isImported: boolean
}

/** What was given in a calendar year, and remains: by currency, in the order of their codes. */
export type GiftYear = {
  readonly year: number
  readonly gifts: readonly DonorGift[]
  readonly sums: readonly Money[]
}

/** The latest year first; the gifts of a year in the order in which they came. */
export function giftsByYear(gifts: readonly DonorGift[]): GiftYear[] {
  const years = Map.groupBy(gifts, ({ givenOn }) => Number(givenOn.slice(0, 4)))
  return [...years]
    .toSorted(([a], [b]) => b - a)
    .map(([year, ofYear]) => ({ year, gifts: ofYear, sums: sumsOf(ofYear) }))
}

function sumsOf(gifts: readonly DonorGift[]): Money[] {
  const sums = new Map<string, bigint>()
  for (const { gross, returned } of gifts)
    sums.set(gross.currency, (sums.get(gross.currency) ?? 0n) + gross.minor - (returned?.minor ?? 0n))
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, minor]) => storedMoney(minor, code))
}

/** A statement that has gifts: of a calendar year, or of the newsroom's fiscal year where that is another. */
export type StatementYear = {
  readonly kind: 'calendar' | 'fiscal'
  readonly year: number
  readonly from: string
  readonly to: string
}

/**
 * The statements that a donor can have, the latest first.
 * @param fiscalYearStarts the month, 1 to 12; 1: the newsroom's year is the calendar's
 */
export function statementYears(
  gifts: readonly Pick<DonorGift, 'givenOn'>[],
  fiscalYearStarts: number,
): StatementYear[] {
  const kinds = fiscalYearStarts === 1 ? (['calendar'] as const) : (['calendar', 'fiscal'] as const)
  const all = kinds.flatMap((kind) => {
    const years = new Set(
      gifts.map(({ givenOn }) => yearOf(givenOn, kind === 'fiscal' ? fiscalYearStarts : 1)),
    )
    return [...years].map((year) => ({ kind, year, ...daysOfYear({ year, kind }, fiscalYearStarts) }))
  })
  return all.toSorted((a, b) => (a.to === b.to ? 0 : a.to < b.to ? 1 : -1))
}

/** The year in which a day falls, by the year in which it starts. */
function yearOf(day: string, starts: number): number {
  const year = Number(day.slice(0, 4))
  return Number(day.slice(5, 7)) >= starts ? year : year - 1
}
