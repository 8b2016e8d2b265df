import { z } from 'zod'
import type { AccountSums } from '../../ledger/kept-tables.ts'
import { jsonAmount } from '../../money/money.ts'

/** The lines of an income statement, in its order. What adds to the result is positive, and what it costs negative. */
const incomeLines = [
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
const linesApart = ['other_stripe_activity', 'other_programs'] as const

const amount = z.int().meta({ description: 'Minor units; what it costs is negative' })

const shareFields = {
  gifts: amount,
  reversals: amount.meta({ description: 'Refunds and disputes' }),
  fees: amount.meta({
    description: 'Processing fees and dispute fees; without a fund the other fees as well',
  }),
  result: amount,
}

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
        restricted: z.array(z.strictObject({ fund: z.string(), ...shareFields })).meta({
          description: 'What of the result belongs to restricted funds; empty: nothing is restricted',
        }),
        unrestricted: z
          .strictObject({
            ...shareFields,
            other: amount.meta({ description: 'Exchange, write-offs and other lines' }),
          })
          .meta({ description: 'The result without the restricted funds' }),
      }),
    ),
  })
  .meta({ id: 'IncomeStatement' })

export type IncomeStatement = z.output<typeof incomeStatement>

/** What the ledger booked of a restricted fund in one currency, nothing converted: a part of the income statement. */
export type FundInCurrency = {
  readonly fund: string
  readonly currency: string
  readonly giftsMinor: bigint
  /** Refunds and disputes. */
  readonly reversedMinor: bigint
  readonly feesMinor: bigint
}

/** A part of what stands in the account `stripe_fees`; minor units. */
export type FeeSum = { readonly currency: string; readonly feeMinor: bigint }

/** Parts of the account `stripe_fees` that are lines of their own: what Stripe charged the account itself, and what it kept of failed debits. */
export type FeesApart = { readonly own: readonly FeeSum[]; readonly failedDebits: readonly FeeSum[] }

/** A currency without anything in the period is left out. */
export function incomeStatementOf(
  { from, to }: { readonly from: string; readonly to: string },
  sums: readonly AccountSums[],
  fees: FeesApart,
  restricted: readonly FundInCurrency[] = [],
): IncomeStatement {
  const currencies = [...new Set(sums.map(({ currency }) => currency))].toSorted()
  return {
    from,
    to,
    currencies: currencies
      .map((currency) => statementOf(currency, sums, fees, restricted))
      .filter(({ lines, apart }) => lines.length > 0 || apart.length > 0),
  }
}

function statementOf(
  currency: string,
  sums: readonly AccountSums[],
  fees: FeesApart,
  restricted: readonly FundInCurrency[],
) {
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
  const lines = incomeLines.map((line) => ({ line, minor: amounts[line] }))
  const sumOf = (minors: readonly bigint[]) => minors.reduce((sum, minor) => sum + minor, 0n)
  const shareOf = (share: keyof typeof SHARES) =>
    sumOf(lines.filter(({ line }) => SHARES[share].includes(line)).map(({ minor }) => minor))
  const resultMinor = sumOf(lines.map(({ minor }) => minor))
  const funds = restricted
    .filter((one) => one.currency === currency)
    .map(({ fund, giftsMinor: gifts, reversedMinor, feesMinor }) => ({
      fund,
      gifts,
      reversals: -reversedMinor,
      fees: -feesMinor,
      result: gifts - reversedMinor - feesMinor,
    }))
    .filter(({ gifts, reversals, fees: taken }) => gifts !== 0n || reversals !== 0n || taken !== 0n)
  const rest = (of: 'gifts' | 'reversals' | 'fees') => shareOf(of) - sumOf(funds.map((fund) => fund[of]))
  const [gifts, reversals, feesLeft] = [rest('gifts'), rest('reversals'), rest('fees')]
  const restMinor = resultMinor - sumOf(funds.map(({ result }) => result))
  return {
    currency,
    lines: listed(incomeLines, (line) => amounts[line]),
    result: jsonAmount(resultMinor),
    apart: listed(linesApart, gainOf),
    restricted: funds.map((one) => ({
      fund: one.fund,
      gifts: jsonAmount(one.gifts),
      reversals: jsonAmount(one.reversals),
      fees: jsonAmount(one.fees),
      result: jsonAmount(one.result),
    })),
    unrestricted: {
      gifts: jsonAmount(gifts),
      reversals: jsonAmount(reversals),
      fees: jsonAmount(feesLeft),
      other: jsonAmount(restMinor - gifts - reversals - feesLeft),
      result: jsonAmount(restMinor),
    },
  }
}

/** The lines that restricted funds have a part in. */
const SHARES: Readonly<Record<'gifts' | 'reversals' | 'fees', readonly IncomeLine[]>> = {
  gifts: ['gifts', 'imported_gifts'],
  reversals: ['refunds', 'disputes'],
  fees: ['processing_fees', 'dispute_fees', 'failed_debit_fees', 'other_stripe_fees'],
}
