import { z } from 'zod'
import type { CurrencyCode } from '../money/currency.ts'
import { pageLimit, parsedBy } from '../http/parse.ts'
import { jsonAmount } from '../money/money.ts'
import { groupings, reportBasis } from './totals/grouping.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportAsOf, reportDay } from './report-query.ts'
import type { ConvertedFigures, CurrencyFigures } from './totals/figures.ts'

const keyCursor = z.tuple([z.string().nullable()])

/** The last key of a page, as a text that programs pass on without reading it. */
export function keyCursorText({ key }: { readonly key: string | null }): string {
  return Buffer.from(JSON.stringify([key])).toString('base64url')
}

/** @returns null for a text that `keyCursorText` did not write */
function parseKeyCursor(text: string): { readonly key: string | null } | null {
  try {
    const [key] = keyCursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    // Postgres cannot store a NUL in a text.
    return key?.includes('\0') ? null : { key }
  } catch {
    return null
  }
}

/** Strict: a misspelt filter is a problem, since without it the sums would be others than meant. */
export const totalsQuery = z
  .strictObject({
    from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
    by: z.enum(groupings).default('day'),
    basis: reportBasis,
    asOf: reportAsOf,
    limit: pageLimit({ usual: 500, largest: 1000 }).meta({
      description: 'How many keys a page holds at most',
    }),
    cursor: z
      .string()
      .transform(parsedBy(parseKeyCursor, 'must be a nextCursor of these totals'))
      .optional()
      .meta({ description: 'The nextCursor of the page before' }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

export type TotalsQuery = z.output<typeof totalsQuery>

// Everything that defines the columns of totals stands below: what programs read (the schema, which also describes them
// in /openapi.json), what the database gives (the row and its SQL), and how one becomes the other.

const amount = z.int().meta({ description: 'Minor units' })

const totalsRow = z
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
    settlementCurrency: z.string().nullable().meta({
      description: 'The currency of `fee` and `net`; null when they are, or when Stripe settled in several',
    }),
    fee: amount.nullable().meta({
      description:
        'Processing and dispute fees in minor units of `settlementCurrency`; null while the charge of a gift is in no balance transaction',
    }),
    net: amount.nullable().meta({
      description:
        'In minor units of `settlementCurrency`; null as `fee` is, and while a reversal is not settled that needs Stripe’s rate',
    }),
    settled: z
      .array(
        z.strictObject({
          currency: z.string(),
          gross: amount,
          refunded: amount,
          disputed: amount,
          processingFee: amount,
          disputeFee: amount,
          net: amount,
        }),
      )
      .meta({ description: 'What Stripe’s balance shows of them so far, by settlement currency' }),
  })
  .meta({ id: 'TotalsRow' })

/** The sums of one key in one currency, as the database gives them. Amounts in minor units. */
export type Total = TotalSums & { readonly key: string | null; readonly currency: CurrencyCode }

export type TotalSums = {
  readonly donations: bigint
  readonly grossMinor: bigint
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  /** Gifts of open months whose charge is in no balance transaction yet. */
  readonly unsettled: bigint
  readonly settled: CurrencyFigures['settled']
  /** Of the fee and the net; null when they are, or when Stripe settled in several currencies. */
  readonly settlementCurrency: CurrencyCode | null
  /** Processing and dispute fees. */
  readonly feeMinor: bigint | null
  readonly netMinor: bigint | null
}

/** @throws RangeError for an amount that a JSON number cannot hold */
export function totalsRowFrom(total: Total): z.output<typeof totalsRow> {
  const { key, currency, donations, grossMinor, refundedMinor, disputedMinor, feeMinor, netMinor } = total
  return {
    key,
    currency,
    donations: jsonAmount(donations),
    gross: jsonAmount(grossMinor),
    refunded: jsonAmount(refundedMinor),
    disputed: jsonAmount(disputedMinor),
    settlementCurrency: total.settlementCurrency,
    fee: feeMinor === null ? null : jsonAmount(feeMinor),
    net: netMinor === null ? null : jsonAmount(netMinor),
    settled: total.settled.map((settled) => ({
      currency: settled.currency,
      gross: jsonAmount(settled.grossMinor),
      refunded: jsonAmount(settled.refundedMinor),
      disputed: jsonAmount(settled.disputedMinor),
      processingFee: jsonAmount(settled.processingFeeMinor),
      disputeFee: jsonAmount(settled.disputeFeeMinor),
      net: jsonAmount(settled.netMinor),
    })),
  }
}

/** What everything in the range comes to in the reporting currency. */
const convertedTotals = z
  .strictObject({
    currency: z.string(),
    donations: z.int(),
    donors: z.int().nullable().meta({
      description: 'Each counts once, by address; gifts without one are not counted. Null with asOf',
    }),
    gross: amount,
    refunded: amount,
    disputed: amount,
    processingFee: amount,
    disputeFee: amount,
    net: amount,
    unsettled: z.int().meta({
      description:
        'Gifts whose charge is in no balance transaction yet: their fees are not known and not in `net`',
    }),
    isEstimated: z.boolean().meta({
      description:
        'Whether a part is converted at the last rate that Stripe used, because it is not settled yet or was settled in a third currency. Everything else is converted at the rate at which Stripe settled it',
    }),
    notConverted: z.array(z.string()).meta({
      description:
        'Currencies that Stripe never exchanged for this one: their gifts are in none of these amounts',
    }),
  })
  .meta({ id: 'ConvertedTotals' })

export function convertedTotalsFrom(
  total: ConvertedFigures,
  donors: bigint | null,
): z.output<typeof convertedTotals> {
  return {
    currency: total.currency,
    donations: jsonAmount(total.donations),
    donors: donors === null ? null : jsonAmount(donors),
    gross: jsonAmount(total.grossMinor),
    refunded: jsonAmount(total.refundedMinor),
    disputed: jsonAmount(total.disputedMinor),
    processingFee: jsonAmount(total.processingFeeMinor),
    disputeFee: jsonAmount(total.disputeFeeMinor),
    net: jsonAmount(total.netMinor),
    unsettled: jsonAmount(total.unsettled),
    isEstimated: total.isEstimated,
    notConverted: [...total.notConverted],
  }
}

export const totalsAnswer = z
  .strictObject({
    rows: z.array(totalsRow),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page' }),
    inReportingCurrency: convertedTotals.meta({ description: 'Of all pages' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'Totals' })
