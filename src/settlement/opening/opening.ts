import type { LocalDate } from '../../calendar/local-date.ts'
import type { LedgerEntry } from '../../ledger/ledger.ts'
import type { CurrencyCode } from '../../money/currency.ts'
import { settlementEntries } from '../balance/balance-posting.ts'
import type { BalanceTransaction } from '../balance/balance-transaction.ts'
import { balanceKind, type BalanceKind } from '../balance/balance-types.ts'

/**
 * The first day of the books. What Stripe's balance held before it is one opening balance for each currency, and what
 * moved it before is not the service's to explain.
 */
export type BooksOpening = {
  readonly opensOn: LocalDate
  /** The beginning of that day in the newsroom's timezone. */
  readonly opensAt: Date
  /** When the opening balances were posted; null until Stripe's balance has been read to its beginning. */
  readonly balancePostedAt: Date | null
}

export function isBeforeOpening({ createdAt }: BalanceTransaction, opening: BooksOpening | null): boolean {
  return opening !== null && createdAt < opening.opensAt
}

/** The day in the books on which something happened: what happened before them counts for their first day. */
export function dayInBooks(happenedOn: LocalDate, opening: BooksOpening | null): LocalDate {
  return opening !== null && happenedOn < opening.opensOn ? opening.opensOn : happenedOn
}

/** An opening balance as ledger entries. @param minor what the balance at Stripe held, in minor units */
export function openingEntries(currency: CurrencyCode, minor: bigint): LedgerEntry[] {
  return [
    { account: 'stripe_balance', amount: { minor, currency } },
    { account: 'opening_balance', amount: { minor: -minor, currency } },
  ]
}

/**
 * A balance transaction as it is posted once: in full when it lies in the books' time. An earlier one is part of the
 * opening balance; when it becomes known only after that was posted, it changes the opening balance.
 */
export function postedEntries(transaction: BalanceTransaction, opening: BooksOpening | null): LedgerEntry[] {
  if (opening === null || !isBeforeOpening(transaction, opening)) return settlementEntries(transaction)
  const { netMinor, currency } = transaction
  return opening.balancePostedAt === null || netMinor === 0n ? [] : openingEntries(currency, netMinor)
}

/**
 * An earlier balance transaction that settles what the books know: a donation that was recovered, or a payout that
 * arrives in the books' time. The balance at Stripe already holds it as part of the opening balance.
 */
export function entriesThroughOpening(transaction: BalanceTransaction): LedgerEntry[] {
  return settlementEntries(transaction).map((entry) =>
    entry.account === 'stripe_balance' ? { ...entry, account: 'opening_balance' } : entry,
  )
}

/**
 * A reversal in the books' time of a charge before them: it leaves the clearing account at the expense of the opening
 * balance, since no donation of the books was reversed.
 */
export function entriesOfEarlierCharge(transaction: BalanceTransaction): LedgerEntry[] {
  const cleared = settlementEntries(transaction).filter(({ account }) => account === 'stripe_clearing')
  return cleared.flatMap(({ amount }) => [
    { account: 'stripe_clearing', amount: { ...amount, minor: -amount.minor } },
    { account: 'opening_balance', amount },
  ])
}

/** Whether the balance transaction takes back or returns what a charge brought. */
export function reversesCharge(transaction: BalanceTransaction): boolean {
  return REVERSALS.has(balanceKind(transaction))
}

const REVERSALS: ReadonlySet<BalanceKind> = new Set(['refund', 'refund_failure', 'bank_return', 'dispute'])
