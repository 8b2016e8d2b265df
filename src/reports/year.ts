import { z } from 'zod'
import { dayAway, monthsAway, type Days } from '../calendar/days.ts'
import { jsonAmount } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { ChargeVolume } from '../settlement/balance/charge-volume.ts'
import type { FundFigures } from './overview.ts'
import type { CurrencyFigures, Figures } from './totals/figures.ts'

const NO_YEAR = 'must be a year such as 2026'
export const yearQuery = z.strictObject({
  year: z
    .string(NO_YEAR)
    .regex(/^20\d{2}$/, NO_YEAR)
    .transform(Number)
    .optional()
    .meta({ description: 'The year; a fiscal year is named by the year in which it ends', example: '2026' }),
})

/** The days of the fiscal year that ends in a year. */
export function fiscalYearDays(year: number, starts: number): Days {
  const from = `${starts === 1 ? year : year - 1}-${String(starts).padStart(2, '0')}-01`
  return { from, to: dayAway(monthsAway(from, 12), -1) }
}

/** The fiscal year that a day lies in. */
export function fiscalYearOf(day: string, starts: number): number {
  const [year = '', month = ''] = day.split('-')
  return Number(year) + (starts > 1 && Number(month) >= starts ? 1 : 0)
}

/** A month in one settlement currency: what Form 1099-K will have beside what our books have of our gifts. */
export type VolumeMonth = {
  readonly month: string
  readonly charges: bigint
  readonly cardMinor: bigint
  readonly otherMinor: bigint
  /** Gross of our gifts as Stripe settled them, in the newsroom's time zone. */
  readonly oursMinor: bigint
}

export type Volume = {
  readonly currency: CurrencyCode
  readonly months: readonly VolumeMonth[]
  readonly total: Omit<VolumeMonth, 'month'>
}

export type Year = {
  readonly year: number
  /** Of the fiscal year. */
  readonly days: Days
  readonly currencies: readonly CurrencyFigures[]
  readonly total: Figures['total']['converted']
  /** By fund, in the reporting currency; empty: nothing is restricted. */
  readonly restricted: readonly FundFigures[]
  /** Of the calendar year, by settlement currency. */
  readonly volumes: readonly Volume[]
}

/** @param ours our gifts of the calendar year, by month */
export function volumesOf(year: number, charged: readonly ChargeVolume[], ours: Figures): Volume[] {
  const settled = ours.rows.flatMap(({ key, currencies }) =>
    currencies.flatMap((one) => one.settled.map((part) => ({ month: key ?? '', ...part }))),
  )
  const currencies = [...new Set([...charged, ...settled].map(({ currency }) => currency))].toSorted()
  return currencies.map((currency) => {
    const months = Array.from({ length: 12 }, (_, index): VolumeMonth => {
      const month = `${year}-${String(index + 1).padStart(2, '0')}`
      const of = charged.filter((one) => one.currency === currency && one.month === month)
      return {
        month,
        charges: sum(of.map(({ charges }) => charges)),
        cardMinor: sum(of.filter(({ type }) => type === 'charge').map(({ grossMinor }) => grossMinor)),
        otherMinor: sum(of.filter(({ type }) => type === 'payment').map(({ grossMinor }) => grossMinor)),
        oursMinor: sum(
          settled
            .filter((one) => one.currency === currency && one.month === month)
            .map(({ grossMinor }) => grossMinor),
        ),
      }
    })
    const total = {
      charges: sum(months.map(({ charges }) => charges)),
      cardMinor: sum(months.map(({ cardMinor }) => cardMinor)),
      otherMinor: sum(months.map(({ otherMinor }) => otherMinor)),
      oursMinor: sum(months.map(({ oursMinor }) => oursMinor)),
    }
    return { currency, months, total }
  })
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, one) => total + one, 0n)
}

const amount = z.int().meta({ description: 'Minor units of the settlement currency' })
const volumeFields = {
  charges: z.int(),
  card: amount.meta({ description: 'Gross of all programs by card: nothing is deducted' }),
  other: amount.meta({ description: 'Gross of all programs by other methods' }),
  ours: amount.meta({ description: 'Gross of our gifts, by the newsroom’s months' }),
}

export const yearRecord = z
  .strictObject({
    year: z.int(),
    from: z.string().meta({ description: 'First day of the fiscal year' }),
    to: z.string(),
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        donations: z.int(),
        gross: z.int().meta({ description: 'Minor units of this currency' }),
        refunded: z.int(),
        disputed: z.int(),
        unsettled: z.int(),
      }),
    ),
    restricted: z
      .strictObject({
        currency: z.string().meta({ description: 'The reporting currency' }),
        funds: z.array(z.strictObject({ fund: z.string(), gross: z.int(), net: z.int() })),
        unrestricted: z.strictObject({ gross: z.int(), net: z.int() }),
      })
      .meta({ description: 'Gifts of restricted campaigns and stories, by fund, and the rest' }),
    volumes: z
      .array(
        z.strictObject({
          currency: z.string().meta({ description: 'The settlement currency' }),
          months: z.array(z.strictObject({ month: z.string(), ...volumeFields })),
          ...volumeFields,
        }),
      )
      .meta({ description: 'Of the calendar year: what Form 1099-K will have, beside our gifts' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'Year' })

/** @throws RangeError for an amount that a JSON number cannot hold */
export function yearRecordFrom(
  { year, days, currencies, total: all, restricted, volumes }: Year,
  asOf: Date,
): z.output<typeof yearRecord> {
  const fields = ({ charges, cardMinor, otherMinor, oursMinor }: Volume['total']) => ({
    charges: jsonAmount(charges),
    card: jsonAmount(cardMinor),
    other: jsonAmount(otherMinor),
    ours: jsonAmount(oursMinor),
  })
  return {
    year,
    ...days,
    currencies: currencies.map((one) => ({
      currency: one.currency,
      donations: jsonAmount(one.donations),
      gross: jsonAmount(one.grossMinor),
      refunded: jsonAmount(one.refundedMinor),
      disputed: jsonAmount(one.disputedMinor),
      unsettled: jsonAmount(one.unsettled),
    })),
    restricted: {
      currency: all.currency,
      funds: restricted.map(({ fund, grossMinor, netMinor }) => ({
        fund,
        gross: jsonAmount(grossMinor),
        net: jsonAmount(netMinor),
      })),
      unrestricted: {
        gross: jsonAmount(all.grossMinor - sum(restricted.map(({ grossMinor }) => grossMinor))),
        net: jsonAmount(all.netMinor - sum(restricted.map(({ netMinor }) => netMinor))),
      },
    },
    volumes: volumes.map(({ currency, months, total }) => ({
      currency,
      months: months.map((month) => ({ month: month.month, ...fields(month) })),
      ...fields(total),
    })),
    asOf: asOf.toISOString(),
  }
}
