import type pg from 'pg'
import type { CurrencyCode } from '../money/currency.ts'
import { readRestrictions } from '../newsroom/restriction-store.ts'
import { chargeVolumes } from '../settlement/balance/charge-volume-store.ts'
import { readRates } from './totals/rates-store.ts'
import { figures, figuresReader } from './totals/read-figures.ts'
import { restrictedFigures } from './read-restricted.ts'
import { fiscalYearDays, volumesOf, type Year } from './year.ts'

/** A year's sums for the accountant, and what Form 1099-K will have. */
export async function readYear(
  pool: pg.Pool,
  year: number,
  {
    reportingCurrency,
    fiscalYearStarts,
  }: { readonly reportingCurrency: CurrencyCode; readonly fiscalYearStarts: number },
): Promise<Year> {
  const days = fiscalYearDays(year, fiscalYearStarts)
  const calendarYear = { from: `${year}-01-01`, to: `${year}-12-31` }
  const [restrictions, rates] = await Promise.all([
    readRestrictions(pool),
    readRates(pool, reportingCurrency, days.to),
  ])
  const [{ total }, ours, charged, restricted] = await Promise.all([
    figures(pool, { ...days, by: 'all', basis: 'booked', reportingCurrency, countsDonors: false }),
    figures(pool, { ...calendarYear, by: 'month', basis: 'given', reportingCurrency, countsDonors: false }),
    chargeVolumes(pool, year),
    restrictedFigures(
      figuresReader(pool),
      { ...days, basis: 'booked', reportingCurrency },
      restrictions,
      rates,
    ),
  ])
  const volumes = volumesOf(year, charged, ours)
  return { year, days, ...total, total: total.converted, restricted, volumes }
}
