import { compare, type Finding } from './finding.ts'

export type DayTotal = {
  readonly day: string
  readonly currency: string
  readonly frequency: string
  readonly donations: bigint
  readonly grossMinor: bigint
}

/** Sums of gifts by day, currency and frequency. */
export function dayTotals(gifts: Iterable<Omit<DayTotal, 'donations'>>): DayTotal[] {
  const sums = new Map<string, DayTotal>()
  for (const gift of gifts) {
    const sum = sums.get(placeOf(gift))
    const donations = (sum?.donations ?? 0n) + 1n
    sums.set(placeOf(gift), { ...gift, donations, grossMinor: (sum?.grossMinor ?? 0n) + gift.grossMinor })
  }
  return [...sums.values()]
}

/** A row of zeros and no row say the same. */
export function dayTotalDifferences(expected: readonly DayTotal[], found: readonly DayTotal[]): Finding[] {
  const should = new Map(expected.map((total) => [placeOf(total), total]))
  const is = new Map(found.map((total) => [placeOf(total), total]))
  return [...new Set([...should.keys(), ...is.keys()])].flatMap((place) =>
    compare('day_total', place, [
      ['gifts', should.get(place)?.donations ?? 0n, is.get(place)?.donations ?? 0n],
      ['gross', should.get(place)?.grossMinor ?? 0n, is.get(place)?.grossMinor ?? 0n],
    ]),
  )
}

function placeOf({ day, currency, frequency }: Omit<DayTotal, 'donations' | 'grossMinor'>): string {
  return `${day} ${currency} ${frequency}`
}
