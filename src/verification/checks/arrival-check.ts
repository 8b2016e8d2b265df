import { localDate } from '../../calendar/local-date.ts'
import { arrivalDay, arrivalPostings, type PayoutInBooks } from '../../settlement/payouts/arrival.ts'
import type { BalanceTransaction } from '../../settlement/balance/balance-transaction.ts'
import type { BooksOpening } from '../../settlement/opening/opening.ts'
import { entriesText, type ExpectedPosting } from '../expectation.ts'
import type { Finding } from '../finding.ts'
import {
  missingPosting,
  postingFindings,
  unexpectedPosting,
  type LedgerCheckDeps,
  type PostingRow,
} from './ledger-check.ts'
import type { BalancePostings } from './opening-check.ts'
import type { PayoutRow } from './settlement-check.ts'

/** What payouts that arrived, and those that came back from the bank, must have posted beside their movements. */
export function arrivalFindings(
  transactions: Iterable<BalanceTransaction>,
  payouts: Iterable<PayoutRow>,
  opening: BooksOpening | null,
  { settled, arrived, arrivalUndone }: Pick<BalancePostings, 'settled' | 'arrived' | 'arrivalUndone'>,
  deps: LedgerCheckDeps,
): Finding[] {
  const movements = Map.groupBy(transactions, ({ clears }) => clears)
  const unproven = new Set<PostingRow>([...arrived.values(), ...arrivalUndone.values()])
  const findings: Finding[] = []
  for (const payout of payouts) {
    const posted = (movements.get(payout.id) ?? []).flatMap((movement) => {
      const posting = settled.get(movement.id)
      return posting ? [{ movement, posting }] : []
    })
    const isArrived = arrived.has(payout.id)
    const expected = deps.zones.flatMap((zone) =>
      arrivalPostings(inBooks(payout, posted, isArrived), (instant) => localDate(instant, zone)),
    )
    for (const [effect, found] of [
      ['arrived', arrived.get(payout.id)],
      ['arrival_undone', arrivalUndone.get(payout.id)],
    ] as const) {
      const possible = expected.filter((one) => one.effect === effect)
      const [first] = possible
      if (!first) continue
      const posting: ExpectedPosting = {
        source: payout.id,
        effect,
        clears: payout.id,
        payment: null,
        entries: entriesText(first.entries),
        instants: possible.map(({ occurredAt }) => occurredAt),
        days: new Set(possible.map(({ happenedOn }) => happenedOn)),
        ...(opening ? { earliestDay: opening.opensOn } : {}),
      }
      if (found) {
        unproven.delete(found)
        findings.push(...postingFindings(posting, found, deps))
      } else if (wasReadAfter(payout, posted)) findings.push(missingPosting(posting))
    }
  }
  return [...findings, ...[...unproven].map(unexpectedPosting)]
}

type Posted = { readonly movement: BalanceTransaction; readonly posting: PostingRow }

function inBooks(payout: PayoutRow, posted: readonly Posted[], isArrived: boolean): PayoutInBooks {
  const { id, currency, status, arrivalDate } = payout
  const onTheWay = posted.filter(({ posting }) => posting.entries.includes('payouts_in_transit'))
  const direct = posted.filter(({ posting }) => posting.entries.includes('bank '))
  const sum = (some: readonly Posted[]) => some.reduce((total, one) => total - one.movement.amountMinor, 0n)
  const back = onTheWay.filter(({ movement }) => movement.type !== 'payout')
  const at = new Date(Math.max(...back.map(({ movement }) => movement.createdAt.getTime())))
  return {
    id,
    currency,
    status,
    arrivalDate: arrivalDay(arrivalDate),
    sentMinor: sum(onTheWay.filter(({ movement }) => movement.type === 'payout')),
    directMinor: sum(direct),
    returned: back.length === 0 ? null : { minor: -sum(back), at },
    isArrived,
  }
}

/** Reading a payout posts its arrival, as far as its movements were posted by then. */
function wasReadAfter({ readAt }: PayoutRow, posted: readonly Posted[]): boolean {
  return posted.every(({ posting }) => posting.postedAt <= readAt)
}
