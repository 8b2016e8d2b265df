import type { PostingRow } from './ledger-check.ts'
import type { ExpectedPosting } from '../expectation.ts'
import { negatedText, postingKey } from '../expectation.ts'
import { compareColumns, unexpected, type Finding } from '../finding.ts'

/** What the ledger says about the day of one donation: its first booking, and the postings that moved it since. */
export type DonationPostings = {
  readonly expected: ExpectedPosting
  readonly booking: PostingRow
  readonly moves: readonly PostingRow[]
}

/**
 * Follows a donation from the day of its first booking through every move, and compares the last day with the donation's.
 * A booking that is a prior-period adjustment is never moved.
 * @param day the day on which the donation counts
 */
export function redatingFindings({ expected, booking, moves }: DonationPostings, day: string): Finding[] {
  const open = new Map(moves.map((move) => [postingKey(move), move]))
  const findings: Finding[] = []
  let bookedOn = booking.bookedOn
  if (booking.period === null)
    for (let next = moveFrom(bookedOn, open); next; next = moveFrom(bookedOn, open)) {
      const { from, to } = next
      open.delete(postingKey(from))
      open.delete(postingKey(to))
      findings.push(
        ...entriesFindings(from, negatedText(expected.entries)),
        ...entriesFindings(to, expected.entries),
      )
      bookedOn = to.bookedOn
    }
  findings.push(
    ...[...open.values()].map((move) => unexpected('ledger_unexpected', postingKey(move), move.entries)),
  )
  if (booking.period === null && bookedOn !== day)
    findings.push({ kind: 'ledger_day', object: postingKey(booking), expected: day, found: bookedOn })
  return findings
}

function moveFrom(day: string, open: ReadonlyMap<string, PostingRow>) {
  const from = [...open.values()].find(
    ({ effect, bookedOn }) => effect === 'donation_redated_from' && bookedOn === day,
  )
  const to = from && open.get(postingKey({ source: from.source, effect: 'donation_redated_to' }))
  return from && to ? { from, to } : null
}

function entriesFindings(found: PostingRow, entries: string): Finding[] {
  return compareColumns('ledger_differs', postingKey(found), [['entries', entries, found.entries]])
}
