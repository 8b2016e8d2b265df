import type { LedgerEntry } from '../../ledger/ledger.ts'
import { settlementEntries } from '../balance/balance-posting.ts'
import type { BalanceTransaction } from '../balance/balance-transaction.ts'
import { balanceKind, type BalanceKind } from '../balance/balance-types.ts'

/** Kinds whose object another program on the Stripe account may have made: the rest is the account's own. */
const OF_A_PROGRAM: ReadonlySet<BalanceKind> = new Set([
  'payment',
  'refund',
  'refund_failure',
  'bank_return',
  'dispute',
])

export function mayBeOfOthers(transaction: BalanceTransaction): boolean {
  return OF_A_PROGRAM.has(balanceKind(transaction))
}

/**
 * A movement of another program leaves the clearing account, and its fee leaves our fees: what it changed on Stripe's
 * balance stands against `other_programs`.
 */
export function entriesOfOthers(transaction: BalanceTransaction): LedgerEntry[] {
  const { netMinor, currency } = transaction
  const leaving = settlementEntries(transaction)
    .filter(({ account }) => account !== 'stripe_balance')
    .map(({ account, amount }): LedgerEntry => ({ account, amount: { ...amount, minor: -amount.minor } }))
  const onBalance: LedgerEntry = { account: 'other_programs', amount: { minor: -netMinor, currency } }
  return netMinor === 0n ? leaving : [...leaving, onBalance]
}

/** The movement was ours after all: everything is as it was settled. */
export function entriesOfOursAfterAll(transaction: BalanceTransaction): LedgerEntry[] {
  return entriesOfOthers(transaction).map(({ account, amount }) => ({
    account,
    amount: { ...amount, minor: -amount.minor },
  }))
}
