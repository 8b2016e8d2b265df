import type pg from 'pg'
import type { CurrencyCode } from '../money/currency.ts'
import type { FundInCurrency } from './books/income-statement.ts'
import { storedMoney } from '../money/money.ts'
import { fundsOf, type Restriction } from '../newsroom/restriction.ts'
import { readRestrictions } from '../newsroom/restriction-store.ts'
import type { FundFigures } from './overview.ts'
import type { Basis } from './totals/grouping.ts'
import type { Rate } from './totals/rates-store.ts'
import type { FiguresQuery, FiguresRow } from './totals/figures.ts'
import { figuresReader, type FiguresReader } from './totals/read-figures.ts'

/**
 * The sums of restricted funds in a range of days, added up from those of their campaigns and stories; by fund. A gift of
 * a restricted campaign by a restricted story is in both: mark one of the two.
 */
export async function restrictedFigures(
  read: Pick<FiguresReader, 'rows'>,
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
  for (const { fund, converted } of await rowsOfFunds(read, query, restrictions, rates)) {
    const sum = sums.get(fund)
    sums.set(fund, {
      fund,
      grossMinor: (sum?.grossMinor ?? 0n) + converted.grossMinor,
      netMinor: (sum?.netMinor ?? 0n) + converted.netMinor,
    })
  }
  return [...sums.values()].toSorted((a, b) => Number(b.netMinor - a.netMinor))
}

/** By fund and currency. Gifts and reversals are in the currency of the gift, fees in that of its settlement. */
export async function restrictedByCurrency(
  pool: pg.Pool,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<FundInCurrency[]> {
  const restrictions = await readRestrictions(pool)
  const sums = new Map<string, FundInCurrency>()
  const add = (fund: string, currency: string, amounts: Partial<FundInCurrency>) => {
    const key = JSON.stringify([fund, currency])
    const { giftsMinor, reversedMinor, feesMinor } = sums.get(key) ?? NOTHING
    sums.set(key, {
      fund,
      currency,
      giftsMinor: giftsMinor + (amounts.giftsMinor ?? 0n),
      reversedMinor: reversedMinor + (amounts.reversedMinor ?? 0n),
      feesMinor: feesMinor + (amounts.feesMinor ?? 0n),
    })
  }
  // Nothing is converted here, so the reporting currency and its rates are of no use.
  const query = { from, to, basis: 'booked', reportingCurrency: ANY_CURRENCY } as const
  for (const { fund, currencies } of await rowsOfFunds(figuresReader(pool), query, restrictions, new Map()))
    for (const { currency, grossMinor, refundedMinor, disputedMinor, settled } of currencies) {
      add(fund, currency, { giftsMinor: grossMinor, reversedMinor: refundedMinor + disputedMinor })
      for (const part of settled)
        add(fund, part.currency, { feesMinor: part.processingFeeMinor + part.disputeFeeMinor })
    }
  return [...sums.values()].toSorted((a, b) => (a.fund < b.fund ? -1 : 1))
}

const { currency: ANY_CURRENCY } = storedMoney(0n, 'usd')
const NOTHING = { giftsMinor: 0n, reversedMinor: 0n, feesMinor: 0n }

async function rowsOfFunds(
  read: Pick<FiguresReader, 'rows'>,
  query: Pick<FiguresQuery, 'from' | 'to' | 'basis' | 'reportingCurrency'>,
  restrictions: readonly Restriction[],
  rates: ReadonlyMap<CurrencyCode, Rate>,
): Promise<readonly (FiguresRow & { readonly fund: string })[]> {
  const byDimension = (['campaign', 'article'] as const).map(async (dimension) => {
    const funds = fundsOf(restrictions, dimension)
    if (funds.size === 0) return []
    const only = { dimension, keys: [...funds.keys()] }
    const rows = await read.rows({ ...query, by: dimension, only }, rates)
    return rows.map((row) => ({ ...row, fund: funds.get(row.key ?? '') ?? '' }))
  })
  return (await Promise.all(byDimension)).flat()
}
