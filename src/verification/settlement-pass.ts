import type { Queryable } from '../db/database.ts'
import type { BalanceTransaction } from '../settlement/balance/balance-transaction.ts'
import { isBeforeOpening, type BooksOpening } from '../settlement/opening/opening.ts'
import { readOpening } from '../settlement/opening/opening-store.ts'
import type { Page, Payout, StripeLists } from '../settlement/balance/stripe-balance.ts'
import type { UnreadableRow } from '../settlement/unreadable-row.ts'
import {
  withReturnedAmount,
  failuresIn,
  isBankReturn,
  type RefundFailure,
} from '../settlement/balance/returned-debit.ts'
import { syncState } from '../sync/sync-state-store.ts'
import { openRows, type OpenRow } from '../sync/unreadable-rows-store.ts'
import { arrivalFindings } from './checks/arrival-check.ts'
import { missing, type Finding } from './finding.ts'
import {
  missingPosting,
  postingFindings,
  unexpectedPosting,
  type LedgerCheckDeps,
} from './checks/ledger-check.ts'
import {
  earlierChargeFindings,
  earlierSettlementOf,
  openingFindings,
  type BalancePostings,
} from './checks/opening-check.ts'
import { othersFindings } from './checks/others-check.ts'
import * as check from './checks/settlement-check.ts'
import type { PayoutItem, PayoutRow } from './checks/settlement-check.ts'
import * as store from './verification-store.ts'

/** What the tables hold of Stripe's balance. It is read first and compared after Stripe has been asked. */
export type Mirror = {
  readonly transactions: ReadonlyMap<string, BalanceTransaction>
  readonly payouts: ReadonlyMap<string, PayoutRow>
  /** The ids of a payout's items, by the payout's id. */
  readonly items: ReadonlyMap<string, readonly string[]>
  readonly opening: BooksOpening | null
  /** Rows of Stripe's lists that could not be read and are kept apart. */
  readonly unreadable: readonly OpenRow[]
  /** Everything of each list up to then must be in the tables; null: nothing must. */
  readonly syncedUpTo: { readonly transactions: Date | null; readonly payouts: Date | null }
}

export async function readMirror(tx: Queryable): Promise<Mirror> {
  const transactions = new Map<string, BalanceTransaction>()
  for await (const page of store.pagesOf((after: string | null) => store.transactionRows(tx, after)))
    for (const row of page) transactions.set(row.id, row)
  const payouts = await store.payoutRows(tx)
  return {
    transactions,
    payouts: new Map(payouts.map((payout) => [payout.id, payout])),
    items: await store.payoutItems(tx),
    opening: await readOpening(tx),
    unreadable: await openRows(tx),
    syncedUpTo: {
      transactions: (await syncState(tx, 'balance_transactions')).completeUpTo,
      payouts: (await syncState(tx, 'payouts')).completeUpTo,
    },
  }
}

/**
 * Compares the ledger and the mirror with Stripe's lists. Without lists, the ledger is compared with the mirror. Uses no
 * database. Stripe is asked after the tables were read, so that it knows everything the tables held.
 */
export async function checkSettlement(
  mirror: Mirror,
  postings: BalancePostings,
  lists: StripeLists | null,
  deps: LedgerCheckDeps,
): Promise<Finding[]> {
  const { transactions, payouts, items, opening, syncedUpTo } = mirror
  const { settled } = postings
  const unreadable: UnreadableRow[] = []
  const noting = notingUnreadable(unreadable)
  const findings: Finding[] = []
  const unprovenPostings = new Map(settled)
  const knownItems = new Map<string, PayoutItem>()
  const checkPosting = (transaction: BalanceTransaction, mustBePosted: boolean): void => {
    const { id, netMinor, currency } = transaction
    knownItems.set(id, { netMinor, currency })
    const found = settled.get(id)
    const isEarlier = opening !== null && isBeforeOpening(transaction, opening)
    if (isEarlier && !found) return
    const expected =
      isEarlier && found ? earlierSettlementOf(transaction, opening, found) : check.settlementOf(transaction)
    if (!expected) return
    unprovenPostings.delete(id)
    if (found) {
      const differing = postingFindings(expected, found, deps)
      const agreesWithEarlier = check
        .settlementsOfEarlierReleases(transaction)
        .some((earlier) => postingFindings(earlier, found, deps).length === 0)
      if (!agreesWithEarlier) findings.push(...differing)
    } else if (mustBePosted) findings.push(missingPosting(expected))
  }
  const unlisted = new Map(transactions)
  const failures: RefundFailure[] = []
  if (lists)
    for await (const page of store.pagesOf((after: string | null) =>
      lists.transactions({ since: null, after }).then(noting),
    )) {
      // The list is newest first: a refund failure that came after a bank return is read before it.
      failures.push(...failuresIn(page))
      for (const row of page) {
        const listed = isBankReturn(row) ? withReturnedAmount(row, failures) : row
        const stored = transactions.get(listed.id)
        unlisted.delete(listed.id)
        if (!stored && !settled.has(listed.id) && !mustBeSynced(listed, syncedUpTo.transactions)) continue
        if (stored) findings.push(...check.transactionFindings(listed, stored))
        else findings.push(check.missingTransaction(listed))
        checkPosting(listed, stored !== undefined)
      }
    }
  for (const stored of unlisted.values()) {
    if (lists) findings.push(check.unexpectedTransaction(stored))
    checkPosting(stored, true)
  }
  for (const posting of unprovenPostings.values()) findings.push(unexpectedPosting(posting))
  findings.push(...openingFindings(transactions.values(), opening, postings, deps))
  findings.push(...earlierChargeFindings(transactions.values(), opening, postings, deps))
  findings.push(...othersFindings(transactions.values(), opening, postings, deps))
  findings.push(...arrivalFindings(transactions.values(), payouts.values(), opening, postings, deps))
  if (lists) findings.push(...(await checkPayouts(payouts, syncedUpTo.payouts, lists, noting)))
  findings.push(...unreadableFindings(unreadable, mirror))
  const keptApart = new Set(mirror.unreadable.map(({ id }) => id))
  for (const payout of payouts.values()) {
    const itemIds = items.get(payout.id) ?? []
    // Its sum lacks what cannot be read, which is reported already.
    if (itemIds.some((id) => keptApart.has(id))) continue
    findings.push(...check.payoutItemFindings(payout, itemIds, (id) => knownItems.get(id) ?? null))
  }
  return findings
}

async function checkPayouts(
  payouts: ReadonlyMap<string, PayoutRow>,
  syncedUpTo: Date | null,
  lists: StripeLists,
  noting: (page: Page<Payout>) => Page<Payout>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const unlisted = new Map(payouts)
  for await (const page of store.pagesOf((after: string | null) =>
    lists.payouts({ since: null, after }).then(noting),
  ))
    for (const listed of page) {
      const stored = payouts.get(listed.id)
      unlisted.delete(listed.id)
      if (stored) findings.push(...check.payoutFindings(listed, stored))
      else if (mustBeSynced(listed, syncedUpTo)) findings.push(check.missingPayout(listed))
    }
  return [...findings, ...[...unlisted.values()].map(check.unexpectedPayout)]
}

/** Collects the unreadable rows of every page that passes. */
function notingUnreadable(unreadable: UnreadableRow[]) {
  return <Row>(page: Page<Row>): Page<Row> => {
    unreadable.push(...page.unreadable)
    return page
  }
}

/** A row that cannot be read is in order as long as it is kept apart: reconciliation names it then. */
function unreadableFindings(rows: readonly UnreadableRow[], { unreadable, syncedUpTo }: Mirror): Finding[] {
  const kept = new Set(unreadable.map(({ list, id }) => `${list} ${id}`))
  return rows
    .filter(({ list, id }) => !kept.has(`${list} ${id}`))
    .filter(({ list, createdAt }) => {
      const upTo = list === 'payouts' ? syncedUpTo.payouts : syncedUpTo.transactions
      return createdAt === null || mustBeSynced({ createdAt }, upTo)
    })
    .map(({ list, id, reason }) => missing('unreadable_row_missing', id, `${list} ${reason}`))
}

// Stripe may list an object some time after the instant that dates it. The sync therefore overlaps by as much.
const LISTED_WITHIN_MS = 15 * 60 * 1000

function mustBeSynced({ createdAt }: Pick<Payout, 'createdAt'>, syncedUpTo: Date | null): boolean {
  return syncedUpTo !== null && createdAt.getTime() < syncedUpTo.getTime() - LISTED_WITHIN_MS
}
