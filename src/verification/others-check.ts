import { entriesOfOthers, entriesOfOursAfterAll, mayBeOfOthers } from '../settlement/activity-of-others.ts'
import type { BalanceTransaction } from '../settlement/balance-transaction.ts'
import type { BooksOpening } from '../settlement/opening.ts'
import { entriesText, type ExpectedPosting } from './expectation.ts'
import type { Finding } from './finding.ts'
import { postingFindings, unexpectedPosting, type LedgerCheckDeps, type PostingRow } from './ledger-check.ts'
import type { BalancePostings } from './opening-check.ts'

/**
 * Movements that left the clearing account as another program's, and those that came back as ours. Until the next whole
 * sync neither need be posted.
 */
export function othersFindings(
  transactions: Iterable<BalanceTransaction>,
  opening: BooksOpening | null,
  { concernsOthers, oursAfterAll }: Pick<BalancePostings, 'concernsOthers' | 'oursAfterAll'>,
  deps: LedgerCheckDeps,
): Finding[] {
  const unproven = new Set<PostingRow>([...concernsOthers.values(), ...oursAfterAll.values()])
  const findings: Finding[] = []
  const check = (expected: ExpectedPosting, found: PostingRow): void => {
    unproven.delete(found)
    findings.push(...postingFindings(expected, found, deps))
  }
  for (const transaction of transactions) {
    const { id: source, clears, createdAt } = transaction
    const [left, back] = [concernsOthers.get(source), oursAfterAll.get(source)]
    if (!left || !mayBeOfOthers(transaction)) continue
    const days = opening ? { earliestDay: opening.opensOn } : {}
    const movement = { source, clears, payment: null, instants: [createdAt], ...days }
    const away = entriesText(entriesOfOthers(transaction))
    check({ ...movement, effect: 'concerns_others', entries: away }, left)
    const returned = entriesText(entriesOfOursAfterAll(transaction))
    if (back) check({ ...movement, effect: 'is_ours_after_all', entries: returned }, back)
  }
  return [...findings, ...[...unproven].map(unexpectedPosting)]
}
