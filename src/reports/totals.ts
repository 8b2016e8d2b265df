import { z } from 'zod'
import { jsonAmount } from '../money/money.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportAsOf, reportDay } from './report-query.ts'

export const groupings = ['day', 'month', 'article', 'campaign', 'frequency'] as const
export type Grouping = (typeof groupings)[number]

/** Strict: a misspelt filter is a problem, since without it the sums would be others than meant. */
export const totalsQuery = z
  .strictObject({
    from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    by: z.enum(groupings).default('day'),
    asOf: reportAsOf,
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export type TotalsQuery = z.output<typeof totalsQuery>

// Everything that defines the columns of totals stands below: what programs read (the schema, which also describes them
// in /openapi.json), what the database gives (the row and its SQL), and how one becomes the other.

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

/** The sums of one key in one currency, as the database gives them. Amounts in minor units. */
export type Total = TotalSums & { readonly key: string | null; readonly currency: string }

export type TotalSums = {
  readonly donations: bigint
  readonly grossMinor: bigint
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  /** Null while a gift's fee is not known, or when it was taken in another currency. */
  readonly feeMinor: bigint | null
}

/**
 * The SQL of each sum, over the ledger entries `booked` of totals-store.ts. A debit is positive: a donation's entry is
 * a credit, so its sign changes.
 */
export const totalColumns: Readonly<Record<keyof TotalSums, string>> = {
  donations: `coalesce(-sum(sign(minor)) filter (where account = 'donations'), 0)::bigint`,
  grossMinor: `coalesce(-sum(minor) filter (where account = 'donations'), 0)::bigint`,
  refundedMinor: `coalesce(sum(minor) filter (where account = 'refunds'), 0)::bigint`,
  disputedMinor: `coalesce(sum(minor) filter (where account = 'disputes'), 0)::bigint`,
  feeMinor: `case when bool_or(is_unsettled) or bool_or(account in ('stripe_fees', 'dispute_fees') and not is_own_currency) then null
    else coalesce(sum(minor) filter (where account in ('stripe_fees', 'dispute_fees')), 0)::bigint end`,
}

/** @throws RangeError for an amount that a JSON number cannot hold */
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
