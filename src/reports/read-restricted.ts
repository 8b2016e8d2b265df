import type pg from 'pg'
import type { CurrencyCode } from '../money/currency.ts'
import { fundsOf, type Restriction } from '../newsroom/restriction.ts'
import type { FundFigures } from './overview.ts'
import type { Basis } from './totals/grouping.ts'
import type { Rate } from './totals/figures-store.ts'
import { figureRows } from './totals/read-figures.ts'

/**
 * The sums of restricted funds in a range of days, added up from those of their campaigns and stories; by fund. A gift of
 * a restricted campaign by a restricted story is in both: mark one of the two.
 */
export async function restrictedFigures(
  pool: pg.Pool,
  query: {
    readonly from: string
    readonly to: string
    readonly basis: Basis
    readonly reportingCurrency: CurrencyCode
  },
  restrictions: readonly Restriction[],
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<FundFigures[]> {
  const sums = new Map<string, FundFigures>()
  for (const dimension of ['campaign', 'article'] as const) {
    const funds = fundsOf(restrictions, dimension)
    if (funds.size === 0) continue
    const only = { dimension, keys: [...funds.keys()] }
    for (const { key, converted } of await figureRows(pool, { ...query, by: dimension, only }, rates)) {
      const fund = funds.get(key ?? '') ?? ''
      const sum = sums.get(fund)
      sums.set(fund, {
        fund,
        grossMinor: (sum?.grossMinor ?? 0n) + converted.grossMinor,
        netMinor: (sum?.netMinor ?? 0n) + converted.netMinor,
      })
    }
  }
  return [...sums.values()].toSorted((a, b) => Number(b.netMinor - a.netMinor))
}
