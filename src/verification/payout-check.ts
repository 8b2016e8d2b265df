import type { Payout } from '../settlement/payout.ts'
import { compare, NOTHING, type Finding, type Compared } from './finding.ts'

/** A row of payouts. */
export type FoundPayout = Omit<Payout, 'itemisable'> & {
  readonly itemisation: 'not_possible' | 'awaited' | 'complete'
}

// What may have happened since the last sweep looked. A payout that was paid can still fail.
const LATER: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['pending', new Set(['in_transit', 'paid', 'failed', 'canceled'])],
  ['in_transit', new Set(['paid', 'failed', 'canceled'])],
  ['paid', new Set(['failed'])],
])

/** Only what cannot have changed since it was read. */
export function payoutDifferences(told: Payout, kept: FoundPayout): Finding[] {
  const movedOn = LATER.get(kept.status)?.has(told.status) ?? false
  const later = (name: string, now: string | null, then: string | null): Compared =>
    then === null || movedOn ? [name, null, null] : [name, now, then]
  return compare('payout_differs', told.id, [
    ['amount', `${told.amountMinor} ${told.currency}`, `${kept.amountMinor} ${kept.currency}`],
    ['automatic', told.automatic, kept.automatic],
    ['made', told.createdAt, kept.createdAt],
    ['status', movedOn ? kept.status : told.status, kept.status],
    // Stripe moves the day of one that is still on its way.
    ['arrival', kept.status === 'paid' && !movedOn ? told.arrivalDate : kept.arrivalDate, kept.arrivalDate],
    later('movement', told.balanceTransactionId, kept.balanceTransactionId),
    later('movement back', told.failureBalanceTransactionId, kept.failureBalanceTransactionId),
    ['failure', movedOn ? kept.failureCode : told.failureCode, kept.failureCode],
  ])
}

/** A movement of the balance as a part of a payout. */
export type Part = { readonly netMinor: bigint; readonly currency: string }

/** What an itemised payout is made of adds up to it. @param partOf null for a movement that nobody knows */
export function itemDifferences(
  payout: Pick<FoundPayout, 'id' | 'itemisation' | 'amountMinor' | 'currency'>,
  items: readonly string[],
  partOf: (id: string) => Part | null,
): Finding[] {
  const { id, itemisation, amountMinor, currency } = payout
  if (itemisation !== 'complete') return []
  const unknown = items.filter((item) => partOf(item) === null)
  const own = items.flatMap((item) => partOf(item) ?? []).filter((part) => part.currency === currency)
  const sum = own.reduce((total, { netMinor }) => total + netMinor, 0n)
  return compare('payout_items', id, [
    ['unknown parts', null, unknown.length === 0 ? null : unknown.join(' ')],
    ['sum', unknown.length === 0 ? amountMinor : sum, sum],
  ])
}

export function missingPayout(told: Payout): Finding {
  const expected = `${told.amountMinor} ${told.currency}`
  return { kind: 'payout_missing', object: told.id, expected, found: NOTHING }
}

export function unexpectedPayout(kept: FoundPayout): Finding {
  const found = `${kept.amountMinor} ${kept.currency}`
  return { kind: 'payout_unexpected', object: kept.id, expected: NOTHING, found }
}
