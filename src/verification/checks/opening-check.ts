import type { CurrencyCode } from '../../money/currency.ts'
import { asPostedBefore } from '../../settlement/balance/balance-posting.ts'
import type { BalanceTransaction } from '../../settlement/balance/balance-transaction.ts'
import {
  entriesOfEarlierCharge,
  entriesThroughOpening,
  isBeforeOpening,
  openingEntries,
  postedEntries,
  reversesCharge,
  type BooksOpening,
} from '../../settlement/opening/opening.ts'
import { entriesText, type ExpectedPosting } from '../expectation.ts'
import type { Finding } from '../finding.ts'
import {
  missingPosting,
  postingFindings,
  unexpectedPosting,
  type LedgerCheckDeps,
  type PostingRow,
} from './ledger-check.ts'
import { settlementOf } from './settlement-check.ts'

/** What the ledger holds because of Stripe's balance: settlements, opening balances and reversals of earlier charges. */
export type BalancePostings = {
  /** By the balance transaction's id. */
  readonly settled: ReadonlyMap<string, PostingRow>
  readonly concernsEarlier: ReadonlyMap<string, PostingRow>
  readonly opened: readonly PostingRow[]
  readonly concernsOthers: ReadonlyMap<string, PostingRow>
  readonly oursAfterAll: ReadonlyMap<string, PostingRow>
  /** By the payout's id. */
  readonly arrived: ReadonlyMap<string, PostingRow>
  readonly arrivalUndone: ReadonlyMap<string, PostingRow>
}

/** What an earlier balance transaction may be in the ledger; it need not be there. */
export function earlierSettlementOf(
  transaction: BalanceTransaction,
  opening: BooksOpening,
  found: PostingRow,
): ExpectedPosting | null {
  const expected = settlementOf(transaction)
  const through = entriesThroughOpening(transaction)
  const possible = [postedEntries(transaction, opening), asPostedBefore(transaction, through)].map(
    entriesText,
  )
  if (expected === null) return null
  const entries = possible.find((one) => one === found.entries) ?? entriesText(through)
  return { ...expected, entries, earliestDay: opening.opensOn }
}

/** The opening balances: what moved Stripe's balance before, but for what changed an opening balance later. */
export function openingFindings(
  transactions: Iterable<BalanceTransaction>,
  opening: BooksOpening | null,
  { opened, settled }: BalancePostings,
  deps: LedgerCheckDeps,
): Finding[] {
  const sums = new Map<CurrencyCode, bigint>()
  for (const transaction of opening?.balancePostedAt ? transactions : []) {
    if (!isBeforeOpening(transaction, opening)) continue
    const { id, netMinor, currency } = transaction
    const isLate = settled.get(id)?.entries === entriesText(postedEntries(transaction, opening))
    if (!isLate) sums.set(currency, (sums.get(currency) ?? 0n) + netMinor)
  }
  const unproven = new Map(opened.map((row) => [row.source, row]))
  const findings: Finding[] = []
  for (const [currency, minor] of sums) {
    if (minor === 0n || opening === null) continue
    const source = `opening ${currency}`
    const entries = entriesText(openingEntries(currency, minor))
    const expected: ExpectedPosting = {
      source,
      effect: 'opened',
      clears: source,
      payment: null,
      entries,
      instants: [opening.opensAt],
    }
    const found = unproven.get(source)
    unproven.delete(source)
    findings.push(...(found ? postingFindings(expected, found, deps) : [missingPosting(expected)]))
  }
  return [...findings, ...[...unproven.values()].map(unexpectedPosting)]
}

/** Reversals in the books' time of earlier charges that are no donations: each leaves the clearing account. */
export function earlierChargeFindings(
  transactions: Iterable<BalanceTransaction>,
  opening: BooksOpening | null,
  { concernsEarlier }: BalancePostings,
  deps: LedgerCheckDeps,
): Finding[] {
  const all = [...transactions]
  const earlierPayments = new Set(
    all
      .filter((one) => isBeforeOpening(one, opening) && (one.type === 'charge' || one.type === 'payment'))
      .flatMap(({ paymentIntentId }) => paymentIntentId ?? []),
  )
  const unproven = new Map(concernsEarlier)
  const findings: Finding[] = []
  for (const transaction of all) {
    const { id, clears, paymentIntentId: payment, createdAt } = transaction
    const found = unproven.get(id)
    // Until the next whole sync it need not be posted.
    if (!found || isBeforeOpening(transaction, opening) || !reversesCharge(transaction)) continue
    if (payment === null || !earlierPayments.has(payment)) continue
    unproven.delete(id)
    const entries = entriesText(entriesOfEarlierCharge(transaction))
    const expected: ExpectedPosting = {
      source: id,
      effect: 'concerns_earlier',
      clears,
      payment: null,
      entries,
      instants: [createdAt],
    }
    findings.push(...postingFindings(expected, found, deps))
  }
  return [...findings, ...[...unproven.values()].map(unexpectedPosting)]
}
