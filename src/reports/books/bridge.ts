import { z } from 'zod'
import type { AccountSums } from '../../ledger/kept-tables.ts'
import { jsonAmount } from '../../money/money.ts'
import { accounts } from './chart-of-accounts.ts'

/** What leads from one balance at Stripe to the next, in the order in which a bookkeeper reads it. */
const bridgeLines = [
  'gifts',
  'reversals',
  'processing_fees',
  'dispute_fees',
  'deposits',
  'exchange',
  'reserve',
  'other_stripe_activity',
  'other_programs',
  'before_the_books',
  'written_off',
  'not_settled',
] as const
export type BridgeLine = (typeof bridgeLines)[number]

/** The accounts of each line. Every account but `stripe_balance` is in one, or the bridge would not close. */
const ACCOUNTS_OF_LINE: Readonly<Record<BridgeLine, readonly string[]>> = {
  // An imported gift stands in both, so it moves nothing at Stripe.
  gifts: ['donations', 'imported_history'],
  reversals: ['refunds', 'disputes'],
  processing_fees: ['stripe_fees'],
  dispute_fees: ['dispute_fees'],
  deposits: ['bank', 'payouts_in_transit'],
  exchange: ['fx'],
  reserve: ['stripe_reserve'],
  other_stripe_activity: ['other_stripe_activity'],
  other_programs: ['other_programs'],
  before_the_books: ['opening_balance'],
  written_off: ['write_offs', 'other_income', 'other_expenses'],
  not_settled: ['stripe_clearing'],
}

const amount = z.int().meta({ description: 'Minor units; what leaves Stripe’s balance is negative' })

const bridge = z.strictObject({
  currency: z.string(),
  opening: amount.meta({ description: 'What the books say of Stripe’s balance before the period' }),
  lines: z.array(z.strictObject({ line: z.enum(bridgeLines), amount })),
  closing: amount.meta({ description: 'The opening balance and all lines' }),
  stripe: z
    .strictObject({
      closing: amount.meta({ description: 'The sum of Stripe’s list of balance transactions up to then' }),
      source: z.literal('balance_transactions'),
      complete: z
        .boolean()
        .meta({ description: 'Whether Stripe’s list has been read to the end of the period' }),
      adjustedLater: amount.meta({
        description: 'What belongs to the period and was posted after it, since its month was closed',
      }),
      difference: amount.meta({ description: 'What neither the books nor later adjustments explain' }),
    })
    .meta({ description: 'What Stripe says of the closing balance' }),
})

export const bridges = z.array(bridge)
export type Bridge = z.output<typeof bridge>

/** Stripe's balance at the end of the period in one currency; minor units. */
export type StripeStatement = {
  readonly currency: string
  readonly closingMinor: bigint
  readonly adjustedLaterMinor: bigint
}

/** The bridge of each currency in which Stripe has ever held anything. */
export function bridgesOf(
  sums: readonly AccountSums[],
  statements: readonly StripeStatement[],
  isComplete: boolean,
): Bridge[] {
  const currencies = new Set([
    ...sums.filter(({ account }) => account === 'stripe_balance').map(({ currency }) => currency),
    ...statements.map(({ currency }) => currency),
  ])
  return [...currencies].toSorted().map((currency) => {
    const own = sums.filter((one) => one.currency === currency)
    const movedOf = (names: readonly string[]) =>
      own
        .filter(({ account }) => names.includes(account))
        .reduce((sum, { debitMinor, creditMinor }) => sum + creditMinor - debitMinor, 0n)
    const openingMinor = own.find(({ account }) => account === 'stripe_balance')?.openingMinor ?? 0n
    const lines = bridgeLines.map((line) => ({ line, minor: movedOf(ACCOUNTS_OF_LINE[line]) }))
    const closingMinor = lines.reduce((sum, { minor }) => sum + minor, openingMinor)
    const statement = statements.find((one) => one.currency === currency)
    const stripeMinor = statement?.closingMinor ?? 0n
    const laterMinor = statement?.adjustedLaterMinor ?? 0n
    return {
      currency,
      opening: jsonAmount(openingMinor),
      lines: lines
        .filter(({ minor }) => minor !== 0n)
        .map(({ line, minor }) => ({ line, amount: jsonAmount(minor) })),
      closing: jsonAmount(closingMinor),
      stripe: {
        closing: jsonAmount(stripeMinor),
        source: 'balance_transactions',
        complete: isComplete,
        adjustedLater: jsonAmount(laterMinor),
        difference: jsonAmount(stripeMinor - closingMinor - laterMinor),
      },
    }
  })
}

/** The accounts that no line has: always `stripe_balance` alone. */
export function accountsWithoutLine(): string[] {
  const inLines = Object.values(ACCOUNTS_OF_LINE).flat()
  return accounts.filter((account) => !inLines.includes(account))
}
