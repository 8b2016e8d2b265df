import { z } from 'zod'
import { jsonAmount } from '../money/money.ts'
import { asOfAsked, dayAsked } from './time-asked.ts'

export const groupings = ['day', 'month', 'article', 'campaign', 'frequency'] as const
export type Grouping = (typeof groupings)[number]

/** Both ends belong to the range. Strict, so that a misspelt filter is an error and not a wrong total. */
export const totalsQuery = z
  .strictObject({
    from: dayAsked.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: dayAsked.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    by: z.enum(groupings).default('day'),
    asOf: asOfAsked,
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be before from' })

export type TotalsQuery = z.output<typeof totalsQuery>

const amount = z.int().meta({ description: 'Minor units' })

export const totalsRow = z
  .strictObject({
    key: z.string().nullable().meta({
      description:
        'The day, the month, the frequency, the article’s URL or the campaign’s name; null: gifts without one',
    }),
    currency: z.string(),
    donations: z.int(),
    gross: amount,
    refunded: amount.meta({ description: 'Booked in the range, whenever the gift was given' }),
    disputed: amount.meta({ description: 'Withdrawn less reinstated in the range' }),
    fee: amount.nullable().meta({
      description: 'Null while Stripe’s balance transactions are not known, or are in another currency',
    }),
    net: amount.nullable(),
  })
  .meta({ id: 'TotalsRow' })

/** Sums of one key in one currency, as the database adds them up. */
export type Total = {
  readonly key: string | null
  readonly currency: string
  readonly donations: bigint
  readonly grossMinor: bigint
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  /** Null while a gift's fee is not known, or was taken in another currency. */
  readonly feeMinor: bigint | null
}

export function totalsRowFrom(total: Total): z.output<typeof totalsRow> {
  const { key, currency, donations, grossMinor, refundedMinor, disputedMinor, feeMinor } = total
  return {
    key,
    currency,
    donations: jsonAmount(donations),
    gross: jsonAmount(grossMinor),
    refunded: jsonAmount(refundedMinor),
    disputed: jsonAmount(disputedMinor),
    fee: feeMinor === null ? null : jsonAmount(feeMinor),
    net: feeMinor === null ? null : jsonAmount(grossMinor - refundedMinor - disputedMinor - feeMinor),
  }
}

export const totalsAnswer = z
  .strictObject({ rows: z.array(totalsRow), asOf: z.iso.datetime() })
  .meta({ id: 'Totals' })
