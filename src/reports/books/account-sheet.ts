import { z } from 'zod'
import type { AccountSums } from '../../ledger/kept-tables.ts'
import { jsonAmount } from '../../money/money.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from '../report-query.ts'
import { inChartOrder } from './chart-of-accounts.ts'

/** The days of a report of the books. Both are inclusive. */
export const booksQuery = z
  .strictObject({
    from: reportDay.meta({ description: 'First day, in the newsroom’s timezone', example: '2026-03-01' }),
    to: reportDay.meta({ description: 'Last day, inclusive', example: '2026-03-31' }),
  })
  .refine(daysInOrder, NOT_BEFORE_FROM)

const amount = z.int().meta({ description: 'Minor units' })
const balance = amount.meta({ description: 'Minor units; debit positive, credit negative' })

const accountLine = z.strictObject({
  account: z.string(),
  currency: z.string(),
  opening: balance,
  debits: amount,
  credits: amount,
  closing: balance,
  entries: z.int().meta({ description: 'How many entries the period has' }),
})

export const accountSheet = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    rows: z.array(accountLine),
    sums: z
      .array(z.strictObject({ currency: z.string(), opening: balance, debits: amount, credits: amount }))
      .meta({
        description: 'By currency: the debits equal the credits, and the opening balances sum to zero',
      }),
  })
  .meta({ id: 'AccountSheet' })

export type AccountSheet = z.output<typeof accountSheet>
export type AccountLine = z.output<typeof accountLine>

/** Accounts without an entry in the period and without a balance are left out. */
export function accountSheetOf(
  { from, to }: { readonly from: string; readonly to: string },
  sums: readonly AccountSums[],
): AccountSheet {
  const rows = inChartOrder(sums)
    .filter(({ openingMinor, entries }) => openingMinor !== 0n || entries !== 0n)
    .map(({ account, currency, openingMinor, debitMinor, creditMinor, entries }) => ({
      account,
      currency,
      opening: jsonAmount(openingMinor),
      debits: jsonAmount(debitMinor),
      credits: jsonAmount(creditMinor),
      closing: jsonAmount(openingMinor + debitMinor - creditMinor),
      entries: jsonAmount(entries),
    }))
  const sumOf = (some: readonly AccountLine[], column: 'opening' | 'debits' | 'credits') =>
    jsonAmount(some.reduce((total, row) => total + BigInt(row[column]), 0n))
  return {
    from,
    to,
    rows,
    sums: [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, own]) => ({
      currency,
      opening: sumOf(own, 'opening'),
      debits: sumOf(own, 'debits'),
      credits: sumOf(own, 'credits'),
    })),
  }
}
