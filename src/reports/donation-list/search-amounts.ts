import type { Order } from './donation-search.ts'

/*
 * The range that the amount of a gift lies in, as a number beside those of its periods (`search-periods.ts`). A page by amount is looked for in
 * the largest amounts of a currency first, and then in smaller ones, as far as it takes to fill it.
 */

/** 1, 2, 5, 10, 20 … minor units: where a range ends, the next one begins. */
const STARTS = Array.from({ length: 16 }, (_, digits) =>
  [1n, 2n, 5n].map((one) => one * 10n ** BigInt(digits)),
).flat()
const RANGES_OF_A_CURRENCY = 64
/** Periods have lower numbers. */
const FIRST_NUMBER = 100_000_000

/** The number of the range that the amount of a donation lies in, as SQL. Currencies are numbered in the order of their codes. */
export const amountRangeSql = (d: string) => `(${FIRST_NUMBER} + ${RANGES_OF_A_CURRENCY} * (
    676 * (ascii(${d}.currency) - 97) + 26 * (ascii(substr(${d}.currency, 2)) - 97) + ascii(substr(${d}.currency, 3)) - 97)
  + width_bucket(${d}.gross_minor, cast('{${STARTS.join(',')}}' as bigint[])))`

function numberOfRange(currency: string, index: number): number {
  const [first = 0, second = 0, third = 0] = Array.from(currency, (letter) => letter.charCodeAt(0) - 97)
  return FIRST_NUMBER + RANGES_OF_A_CURRENCY * (676 * first + 26 * second + third) + index
}

/** Which amounts of a currency there are, in minor units. */
export type Amounts = { readonly currency: string; readonly least: bigint; readonly most: bigint }

/** Amounts of a currency from `least` to less than `below`; null: any above. */
export type AmountRange = {
  readonly number: number
  readonly currency: string
  readonly least: bigint
  readonly below: bigint | null
}

const indexOf = (minor: bigint) => STARTS.findLastIndex((start) => start <= minor) + 1

/**
 * The ranges that hold all amounts, in the order of a list: by currency, and then by amount.
 * @param amounts of each currency once, as the database sorts currencies: in Czech `chf` comes after `huf`
 */
export function amountRanges(amounts: readonly Amounts[], order: Order): AmountRange[] {
  const ranges = amounts.flatMap(({ currency, least, most }) => {
    const [first, last] = [indexOf(least), indexOf(most)]
    return Array.from({ length: last - first + 1 }, (_, offset) => ({
      number: numberOfRange(currency, first + offset),
      currency,
      least: STARTS[first + offset - 1] ?? 0n,
      below: STARTS[first + offset] ?? null,
    }))
  })
  return order === 'asc' ? ranges : ranges.toReversed()
}

export function holdsAmount(
  { currency, least, below }: AmountRange,
  amount: { readonly currency: string; readonly minor: bigint },
): boolean {
  return amount.currency === currency && amount.minor >= least && (below === null || amount.minor < below)
}

/**
 * Whether what is left is better looked up in all texts at once: if the ranges before show that the page takes many more.
 * @param searched how many ranges were searched, with `found` donations of the `wanted` ones
 */
export function takesManyRanges({
  searched,
  found,
  wanted,
}: {
  readonly searched: number
  readonly found: number
  readonly wanted: number
}): boolean {
  return searched > 0 && (searched * (wanted - found)) / Math.max(found, 1) > MOST_FURTHER_RANGES
}

/** About so many ranges cost as much as all texts at once. */
const MOST_FURTHER_RANGES = 4
