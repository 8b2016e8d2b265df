import {
  entriesOfOthers,
  entriesOfOursAfterAll,
  mayBeOfOthers,
} from '../../settlement/ownership/activity-of-others.ts'
import { asPostedBefore } from '../../settlement/balance/balance-posting.ts'
import type { BalanceTransaction } from '../../settlement/balance/balance-transaction.ts'
import { reversedEntries, type LedgerEntry } from '../../ledger/ledger.ts'
import {
  entriesOfEarlierCharge,
  reversesCharge,
  type BooksOpening,
} from '../../settlement/opening/opening.ts'
import { entriesText, type ExpectedPosting } from '../expectation.ts'
import type { Finding } from '../finding.ts'
import { postingFindings, unexpectedPosting, type LedgerCheckDeps, type PostingRow } from './ledger-check.ts'
import type { BalancePostings } from './opening-check.ts'

/**
 * Movements that left the clearing account as another program's, and those that came back as ours, also reversals of
 * charges before the books. Until the next whole sync none need be posted.
 */
export function othersFindings(
  transactions: Iterable<BalanceTransaction>,
  opening: BooksOpening | null,
  postings: Pick<BalancePostings, 'concernsEarlier' | 'concernsOthers' | 'oursAfterAll'>,
  deps: LedgerCheckDeps,
): Finding[] {
  const { concernsEarlier, concernsOthers, oursAfterAll } = postings
  const unproven = new Set<PostingRow>([...concernsOthers.values(), ...oursAfterAll.values()])
  const findings: Finding[] = []
  const check = (expected: ExpectedPosting, found: PostingRow): void => {
    unproven.delete(found)
    findings.push(...postingFindings(expected, found, deps))
  }
  const checkEither = (
    transaction: BalanceTransaction,
    expected: Omit<ExpectedPosting, 'entries'>,
    entries: readonly LedgerEntry[],
    found: PostingRow,
  ): void => {
    const before = entriesText(asPostedBefore(transaction, entries))
    check({ ...expected, entries: found.entries === before ? before : entriesText(entries) }, found)
  }
  for (const transaction of transactions) {
    const { id: source, clears, createdAt } = transaction
    const [left, back] = [concernsOthers.get(source), oursAfterAll.get(source)]
    const days = opening ? { earliestDay: opening.opensOn } : {}
    const movement = { source, clears, payment: null, instants: [createdAt], ...days }
    if (back && concernsEarlier.has(source) && reversesCharge(transaction)) {
      const entries = entriesText(reversedEntries(entriesOfEarlierCharge(transaction)))
      check({ ...movement, effect: 'is_ours_after_all', entries }, back)
    }
    if (!left || !mayBeOfOthers(transaction)) continue
    checkEither(transaction, { ...movement, effect: 'concerns_others' }, entriesOfOthers(transaction), left)
    const returned = entriesOfOursAfterAll(transaction)
    if (back) checkEither(transaction, { ...movement, effect: 'is_ours_after_all' }, returned, back)
  }
  return [...findings, ...[...unproven].map(unexpectedPosting)]
}
