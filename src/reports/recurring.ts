import { z } from 'zod'
import { jsonAmount } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { AgreementMonth, FailingAgreement, RunningAgreements } from '../subscriptions/agreement.ts'

/** Of a frequency, and of both together. */
export const recurringKinds = ['monthly', 'yearly'] as const
export type RecurringKind = (typeof recurringKinds)[number]

/** A month of one frequency: what it brought, in the reporting currency, and how the agreements changed. */
export type RecurringMonth = AgreementMonth & { readonly grossMinor: bigint; readonly netMinor: bigint }

export type Recurring = {
  readonly currency: CurrencyCode
  /** The month in which payments are expected, `2026-02`. */
  readonly nextMonth: string
  readonly running: readonly (RunningAgreements & { readonly expectedConverted: bigint | null })[]
  /** What is expected of all, converted; null: a currency has no rate. */
  readonly expectedMinor: bigint | null
  readonly months: Readonly<Record<RecurringKind, readonly RecurringMonth[]>>
  readonly failing: readonly FailingAgreement[]
  /** All that fail; `failing` has the latest of them. */
  readonly failingCount: number
}

/** Half a minor unit is rounded away from zero, as the totals do. @returns null without a rate */
export function convertedMinor(
  minor: bigint,
  rate: { readonly from: bigint; readonly to: bigint } | undefined,
): bigint | null {
  if (minor === 0n) return 0n
  return rate === undefined ? null : (minor * rate.to * 2n + rate.from) / (rate.from * 2n)
}

export const recurringQuery = z.strictObject({})

const amount = z.int().meta({ description: 'Minor units of `currency`' })

const monthRecord = z.strictObject({
  month: z.string(),
  started: z.int(),
  ended: z.array(z.strictObject({ reason: z.string().nullable(), agreements: z.int() })),
  running: z.int().meta({ description: 'At the end of the month; in the running month, now' }),
  gross: amount.meta({ description: 'Minor units of the reporting currency' }),
  net: amount.meta({
    description: 'Minor units of the reporting currency, after refunds, disputes and fees',
  }),
})

export const recurringRecord = z
  .strictObject({
    currency: z.string().meta({ description: 'The reporting currency' }),
    nextMonth: z.string(),
    expected: z.int().nullable().meta({
      description: 'Of all currencies next month, in the reporting currency; null: one has no rate',
    }),
    running: z.array(
      z.strictObject({
        frequency: z.enum(recurringKinds),
        currency: z.string(),
        agreements: z.int(),
        ending: z.int().meta({ description: 'Will end, by request, with the paid period' }),
        paused: z.int().meta({ description: 'Of which nothing is collected for now' }),
        amount: amount.meta({ description: 'One payment of each' }),
        expectedPayments: z.int(),
        expected: amount.meta({ description: 'Next month' }),
      }),
    ),
    monthly: z.array(monthRecord),
    yearly: z.array(monthRecord),
    failing: z.int().meta({ description: 'Recurring donations whose last payment failed' }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'Recurring' })

/** @throws RangeError for an amount that a JSON number cannot hold */
export function recurringRecordFrom(recurring: Recurring, asOf: Date): z.output<typeof recurringRecord> {
  const { currency, nextMonth, expectedMinor, months, failingCount } = recurring
  const monthFields = (row: RecurringMonth): z.output<typeof monthRecord> => ({
    month: row.month,
    started: jsonAmount(row.started),
    ended: row.ended.map(({ reason, agreements }) => ({ reason, agreements: jsonAmount(agreements) })),
    running: jsonAmount(row.running),
    gross: jsonAmount(row.grossMinor),
    net: jsonAmount(row.netMinor),
  })
  return {
    currency,
    nextMonth,
    expected: expectedMinor === null ? null : jsonAmount(expectedMinor),
    running: recurring.running.map((one) => ({
      frequency: one.frequency,
      currency: one.currency,
      agreements: jsonAmount(one.agreements),
      ending: jsonAmount(one.ending),
      paused: jsonAmount(one.paused),
      amount: jsonAmount(one.amountMinor),
      expectedPayments: jsonAmount(one.expected),
      expected: jsonAmount(one.expectedMinor),
    })),
    monthly: months.monthly.map(monthFields),
    yearly: months.yearly.map(monthFields),
    failing: failingCount,
    asOf: asOf.toISOString(),
  }
}
