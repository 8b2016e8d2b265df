import { z } from 'zod'
import { jsonAmount } from '../money/money.ts'
import { reportAsOf, reportDay } from './report-query.ts'

export const trialBalanceQuery = z.strictObject({
  to: reportDay
    .optional()
    .meta({ description: 'Up to this day, in the newsroom’s timezone', example: '2026-01-31' }),
  asOf: reportAsOf,
})
export type TrialBalanceQuery = z.output<typeof trialBalanceQuery>

/** Every account's balance. The balances of a currency always sum to zero. */
export const trialBalance = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        account: z.string(),
        currency: z.string(),
        balance: z.int().meta({ description: 'Minor units; debit positive, credit negative' }),
      }),
    ),
    sums: z.array(z.strictObject({ currency: z.string(), balance: z.int() })).meta({
      description: 'The sum of all accounts, by currency; always zero',
    }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'TrialBalance' })

export type AccountBalance = {
  readonly account: string
  readonly currency: string
  readonly balanceMinor: bigint
}

export function trialBalanceFrom(
  rows: readonly AccountBalance[],
  asOf: string,
): z.output<typeof trialBalance> {
  const sums = new Map<string, bigint>()
  for (const { currency, balanceMinor } of rows) sums.set(currency, (sums.get(currency) ?? 0n) + balanceMinor)
  return {
    rows: rows.map(({ account, currency, balanceMinor }) => ({
      account,
      currency,
      balance: jsonAmount(balanceMinor),
    })),
    sums: [...sums].map(([currency, balance]) => ({ currency, balance: jsonAmount(balance) })),
    asOf,
  }
}
