import type { Queryable } from '../db/database.ts'
import type { BalanceTransaction } from '../settlement/balance-transaction.ts'
import type { Payout } from '../settlement/payout.ts'
import { asItReturned, failuresIn, type RefundFailure } from '../settlement/returned-debit.ts'
import type { StripeLists } from '../settlement/stripe-lists.ts'
import { syncState } from '../sync/sync-state-store.ts'
import type { Finding } from './finding.ts'
import {
  missingPosting,
  postingDifferences,
  unexpectedPosting,
  type FoundPosting,
  type LedgerCheckDeps,
} from './ledger-check.ts'
import * as mirror from './mirror-reading-store.ts'
import { pagesOf } from './pages.ts'
import * as payoutCheck from './payout-check.ts'
import type { FoundPayout, Part } from './payout-check.ts'
import * as settlement from './settlement-check.ts'

/** What the tables say of Stripe's own books, held until Stripe has been asked. */
export type Mirror = {
  readonly transactions: Map<string, BalanceTransaction>
  readonly payouts: Map<string, FoundPayout>
  readonly items: ReadonlyMap<string, readonly string[]>
  /** Everything of each list until then must be in the tables; null: nothing must. */
  readonly sweptUpTo: { readonly transactions: Date | null; readonly payouts: Date | null }
}

export async function readMirror(tx: Queryable): Promise<Mirror> {
  const transactions = new Map<string, BalanceTransaction>()
  for await (const page of pagesOf((after: string | null) => mirror.transactionRows(tx, after)))
    for (const row of page) transactions.set(row.id, row)
  const payouts = await mirror.payoutRows(tx)
  return {
    transactions,
    payouts: new Map(payouts.map((payout) => [payout.id, payout])),
    items: await mirror.payoutItems(tx),
    sweptUpTo: {
      transactions: (await syncState(tx, 'balance_transactions')).completeUpTo,
      payouts: (await syncState(tx, 'payouts')).completeUpTo,
    },
  }
}

// A movement is dated when it happened and may be listed some moments later: the sweep reads so far back again.
const LISTED_WITHIN_MS = 15 * 60 * 1000

/**
 * What the ledger and the tables say of Stripe's own books against Stripe's answer; without one, the ledger against
 * the tables. Asked after the tables were read: whatever they held then, Stripe knows. Takes no database.
 * @param settled of the ledger, by the movement
 */
export async function checkSettlement(
  mirrored: Mirror,
  settled: ReadonlyMap<string, FoundPosting>,
  books: StripeLists | null,
  deps: LedgerCheckDeps,
): Promise<Finding[]> {
  const { transactions, payouts, items, sweptUpTo } = mirrored
  const differences: Finding[] = []
  const unproven = new Map(settled)
  const parts = new Map<string, Part>()
  const book = (movement: BalanceTransaction, mustBePosted: boolean): void => {
    const { id, netMinor, currency } = movement
    parts.set(id, { netMinor, currency })
    const expected = settlement.settlementOf(movement)
    const found = settled.get(id)
    if (!expected) return
    unproven.delete(id)
    if (found) differences.push(...postingDifferences(expected, found, deps))
    else if (mustBePosted) differences.push(missingPosting(expected))
  }
  const unknown = new Map(transactions)
  const failures: RefundFailure[] = []
  if (books)
    for await (const page of pagesOf((after: string | null) => books.transactions({ since: null, after }))) {
      // The list is newest first: what failed after a return was read before it.
      failures.push(...failuresIn(page))
      for (const listed of page) {
        const told = listed.type === 'payment_failure_refund' ? asItReturned(listed, failures) : listed
        const kept = transactions.get(told.id)
        unknown.delete(told.id)
        if (!kept && !settled.has(told.id) && !isDue(told, sweptUpTo.transactions)) continue
        if (kept) differences.push(...settlement.transactionDifferences(told, kept))
        else differences.push(settlement.missingTransaction(told))
        book(told, kept !== undefined)
      }
    }
  for (const kept of unknown.values()) {
    if (books) differences.push(settlement.unexpectedTransaction(kept))
    book(kept, true)
  }
  for (const row of unproven.values()) differences.push(unexpectedPosting(row))
  if (books) differences.push(...(await checkPayouts(payouts, sweptUpTo.payouts, books)))
  for (const payout of payouts.values()) {
    const own = items.get(payout.id) ?? []
    differences.push(...payoutCheck.itemDifferences(payout, own, (id) => parts.get(id) ?? null))
  }
  return differences
}

async function checkPayouts(
  payouts: ReadonlyMap<string, FoundPayout>,
  sweptUpTo: Date | null,
  books: StripeLists,
): Promise<Finding[]> {
  const differences: Finding[] = []
  const unknown = new Map(payouts)
  for await (const page of pagesOf((after: string | null) => books.payouts({ since: null, after })))
    for (const told of page) {
      const kept = payouts.get(told.id)
      unknown.delete(told.id)
      if (kept) differences.push(...payoutCheck.payoutDifferences(told, kept))
      else if (isDue(told, sweptUpTo)) differences.push(payoutCheck.missingPayout(told))
    }
  return [...differences, ...[...unknown.values()].map(payoutCheck.unexpectedPayout)]
}

function isDue({ createdAt }: Payout | BalanceTransaction, sweptUpTo: Date | null): boolean {
  return sweptUpTo !== null && createdAt.getTime() < sweptUpTo.getTime() - LISTED_WITHIN_MS
}
