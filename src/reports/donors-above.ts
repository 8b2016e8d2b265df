import { z } from 'zod'
import { parsedBy } from '../http/parse.ts'
import { parseCurrency } from '../money/currency.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from './report-query.ts'

/**
 * `total`: all gifts of the days together. `single`: those who gave one gift of the amount or more, as US law asks: a
 * receipt with its statement on goods and services is needed for each contribution of $250 or more (26 U.S.C. § 170(f)(8)).
 */
export const donorMeasures = ['total', 'single'] as const

/** Strict: a misspelt filter is a problem, since without it the list would name other donors than meant. */
export const donorsQuery = z
  .strictObject({
    from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
    to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-12-31' }),
    currency: z
      .string()
      .transform(parsedBy(parseCurrency, 'must be a currency such as usd'))
      .meta({ description: 'Sums are of gifts in this currency', example: 'usd' }),
    above: z
      .string()
      .regex(/^[1-9]\d{0,14}$/, 'must be a whole number of minor units above zero')
      .meta({ description: 'The smallest amount, itself included, in minor units', example: '25000' }),
    measure: z.enum(donorMeasures).default('total').meta({
      description: '`total`: the gifts of the days together; `single`: one gift of the amount or more',
    }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)
export type DonorsQuery = z.output<typeof donorsQuery>

/**
 * The donors who gave at least the amount, as SQL: one row for each address. Refunds, disputes and bank returns of the
 * gifts count as returned, whenever they came. Donors who gave no address, or were erased, are not among them.
 */
export function donorsAbove({ from, to, currency, above, measure }: DonorsQuery): {
  readonly sql: string
  readonly values: Readonly<Record<string, string>>
} {
  const returned = 'least(d.refunded_minor + d.disputed_minor, d.gross_minor)'
  const measured =
    measure === 'total' ? `sum(d.gross_minor - ${returned})` : `max(d.gross_minor - ${returned})`
  return {
    sql: `select lower(d.donor_email) as email, (array_agg(d.donor_name order by d.succeeded_at desc) filter (where d.donor_name is not null))[1] as name,
        cast(:currency as text) as currency, count(*) as gifts, sum(d.gross_minor)::bigint as gross_minor, sum(${returned})::bigint as returned_minor,
        sum(d.gross_minor - ${returned})::bigint as remains_minor, max(d.gross_minor - ${returned})::bigint as largest_minor,
        min(d.succeeded_on) as first_on, max(d.succeeded_on) as last_on, (array_agg(d.id order by d.succeeded_at desc))[1] as donation_id
      from donations d
      where d.succeeded_on between :from and :to and d.currency = :currency and d.donor_email <> ''
        and d.succeeded_at >= cast(:from as date) - 2 and d.succeeded_at < cast(:to as date) + 3
        ${measure === 'single' ? 'and d.gross_minor >= :above' : ''}
      group by lower(d.donor_email) having ${measured} >= :above`,
    values: { from, to, currency, above },
  }
}

/** A donor of the list; amounts in minor units of the currency that was asked for. */
export type DonorAbove = {
  readonly email: string
  readonly name: string | null
  readonly gifts: bigint
  readonly remains_minor: bigint
  readonly largest_minor: bigint
  readonly last_on: string
  /** One of the donor's gifts, by which the donor is addressed. */
  readonly donation_id: string
}
