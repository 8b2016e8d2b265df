import { z } from 'zod'
import type { AccountSums } from '../../ledger/kept-tables.ts'
import { jsonAmount } from '../../money/money.ts'

/** The lines of an income statement, in its order. What adds to the result is positive, and what it costs negative. */
export const incomeLines = [
  'gifts',
  'imported_gifts',
  'refunds',
  'disputes',
  'processing_fees',
  'dispute_fees',
  'failed_debit_fees',
  'other_stripe_fees',
  'exchange',
  'other_income',
  'other_expenses',
  'write_offs',
] as const
export type IncomeLine = (typeof incomeLines)[number]

/** What is no result of the newsroom's gifts, and stands below it. */
export const linesApart = ['other_stripe_activity', 'other_programs'] as const

const amount = z.int().meta({ description: 'Minor units; what it costs is negative' })

export const incomeStatement = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        lines: z.array(z.strictObject({ line: z.enum(incomeLines), amount })),
        result: amount.meta({ description: 'The sum of the lines' }),
        apart: z
          .array(z.strictObject({ line: z.enum(linesApart), amount }))
          .meta({ description: 'Not part of the result: what moved Stripe’s balance and concerns no gift' }),
      }),
    ),
  })
  .meta({ id: 'IncomeStatement' })

export type IncomeStatement = z.output<typeof incomeStatement>

/** A part of what stands in the account `stripe_fees`; minor units. */
export type FeeSum = { readonly currency: string; readonly feeMinor: bigint }

/** Parts of the account `stripe_fees` that are lines of their own: what Stripe charged the account itself, and what it kept of failed debits. */
export type FeesApart = { readonly own: readonly FeeSum[]; readonly failedDebits: readonly FeeSum[] }

/** A currency without anything in the period is left out. */
export function incomeStatementOf(
  { from, to }: { readonly from: string; readonly to: string },
  sums: readonly AccountSums[],
  fees: FeesApart,
): IncomeStatement {
  const currencies = [...new Set(sums.map(({ currency }) => currency))].toSorted()
  return {
    from,
    to,
    currencies: currencies
      .map((currency) => statementOf(currency, sums, fees))
      .filter(({ lines, apart }) => lines.length > 0 || apart.length > 0),
  }
}

function statementOf(currency: string, sums: readonly AccountSums[], fees: FeesApart) {
  /** What the account adds to the result: its credits less its debits. */
  const gainOf = (account: string): bigint => {
    const own = sums.find((one) => one.account === account && one.currency === currency)
    return own ? own.creditMinor - own.debitMinor : 0n
  }
  const feeOf = (fee: readonly FeeSum[]) => fee.find((one) => one.currency === currency)?.feeMinor ?? 0n
  const [own, failedDebits] = [feeOf(fees.own), feeOf(fees.failedDebits)]
  const amounts: Readonly<Record<IncomeLine, bigint>> = {
    gifts: gainOf('donations') + gainOf('imported_history'),
    imported_gifts: -gainOf('imported_history'),
    refunds: gainOf('refunds'),
    disputes: gainOf('disputes'),
    processing_fees: gainOf('stripe_fees') + own + failedDebits,
    dispute_fees: gainOf('dispute_fees'),
    failed_debit_fees: -failedDebits,
    other_stripe_fees: -own,
    exchange: gainOf('fx'),
    other_income: gainOf('other_income'),
    other_expenses: gainOf('other_expenses'),
    write_offs: gainOf('write_offs'),
  }
  const listed = <Line extends string>(names: readonly Line[], amountOf: (line: Line) => bigint) =>
    names
      .map((line) => ({ line, minor: amountOf(line) }))
      .filter(({ minor }) => minor !== 0n)
      .map(({ line, minor }) => ({ line, amount: jsonAmount(minor) }))
  return {
    currency,
    lines: listed(incomeLines, (line) => amounts[line]),
    result: jsonAmount(Object.values(amounts).reduce((sum, minor) => sum + minor, 0n)),
    apart: listed(linesApart, gainOf),
  }
}
