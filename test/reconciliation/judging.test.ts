import { describe, expect, test } from 'vitest'
import { classify } from '../../src/reconciliation/difference.ts'
import { payoutDifferences, type PayoutRow } from '../../src/reconciliation/payout-differences.ts'
import { reconciliationOf, type SignOff, type MonthFacts } from '../../src/reconciliation/reconciliation.ts'
import type { ClearingItem } from '../../src/reconciliation/clearing-items.ts'
import { monthNamed } from '../kit/month.ts'

/** How a month is judged once all of it is known, without a database. */

const READ = new Date('2026-12-10T12:00:00Z')
const HOUR = 60
const DAY = 24 * HOUR
const before = (minutes: number) => new Date(READ.getTime() - minutes * 60_000)

const clearingItems = (its: Partial<ClearingItem> = {}): ClearingItem => ({
  object: 'txn_1',
  currency: 'usd',
  oursMinor: null,
  theirsMinor: -55n,
  otherCurrency: false,
  types: ['adjustment'],
  paymentIntentId: null,
  oursAt: null,
  theirsAt: before(DAY),
  ...its,
})
const facts = (its: Partial<MonthFacts> = {}): MonthFacts => ({
  month: monthNamed('2026-11'),
  closing: null,
  completeUpTo: READ,
  clearingItems: [],
  payouts: [],
  overGiven: [],
  setApart: [],
  signatures: [],
  late: [],
  ...its,
})

describe('a signature', () => {
  const signature: SignOff = {
    object: 'txn_1',
    kind: 'adjustment',
    currency: 'usd',
    amountMinor: -55n,
    reason: 'goodwill',
    signedOffBy: 'finance@news.example',
    signedOffAt: before(1),
    month: '2026-11',
  }
  const judged = (its: Partial<SignOff>) => {
    const { differences, signed, unexplained } = reconciliationOf(
      facts({ clearingItems: [clearingItems()], signatures: [{ ...signature, ...its }] }),
    )
    return [differences.length, signed.length, unexplained.length]
  }

  test('explains the difference that was looked at', () => {
    expect(judged({})).toEqual([0, 1, 0])
  })

  test.each<[string, Partial<SignOff>]>([
    ['object', { object: 'txn_2' }],
    ['kind', { kind: 'unknown_type' }],
    ['currency', { currency: 'eur' }],
    ['amount', { amountMinor: -56n }],
  ])('of another %s explains nothing', (_, its) => {
    expect(judged(its)).toEqual([1, 0, 1])
  })
})

test('an event that waits for what is missing tells the same; one that could not be applied is a second matter', () => {
  const missing = clearingItems({ object: 'pi_1', types: ['charge'], theirsMinor: -500n })
  const event = { object: 'evt_1', type: 'refund.created', reason: 'why', currency: 'usd', amountMinor: 100n }
  const kinds = (isWaiting: boolean, correlationId: string | null) =>
    reconciliationOf(
      facts({ clearingItems: [missing], setApart: [{ ...event, isWaiting, correlationId }] }),
    ).differences.map(({ kind }) => kind)
  expect(kinds(true, 'pi_1')).toEqual(['missing_here'])
  expect(kinds(true, 'pi_2')).toEqual(['missing_here', 'unprocessed_event'])
  expect(kinds(true, null)).toEqual(['missing_here', 'unprocessed_event'])
  expect(kinds(false, 'pi_1')).toEqual(['missing_here', 'unprocessed_event'])
})

describe('what one side said', () => {
  const kind = (its: Partial<ClearingItem>, readUpTo: Date | null = READ) =>
    classify(clearingItems({ object: 'pi_1', types: ['charge'], ...its }), readUpTo).kind
  const ours = (minutes: number) => ({
    oursMinor: 500n,
    oursAt: before(minutes),
    theirsMinor: null,
    theirsAt: null,
  })
  const theirs = (minutes: number) => ({ theirsMinor: -500n, theirsAt: before(minutes) })
  const both = (mine: number, other: number) => ({
    ...ours(mine),
    theirsMinor: -400n,
    theirsAt: before(other),
  })

  test('the other has a week to say too, or an hour where it is us', () => {
    expect(kind(ours(7 * DAY - 1))).toBe('not_settled')
    expect(kind(ours(7 * DAY))).toBe('missing_at_stripe')
    expect(kind(theirs(HOUR - 1))).toBe('not_booked_yet')
    expect(kind(theirs(HOUR))).toBe('missing_here')
  })

  test('in another amount is no mistake while either spoke within the hour', () => {
    expect(kind(both(HOUR - 1, DAY))).toBe('not_settled')
    expect(kind(both(DAY, HOUR - 1))).toBe('not_booked_yet')
    expect(kind(both(HOUR, HOUR))).toBe('amount_mismatch')
  })

  test('proves nothing while Stripe was never read to its end', () => {
    expect([kind(ours(30 * DAY), null), kind(theirs(30 * DAY), null), kind(both(DAY, DAY), null)]).toEqual([
      'not_settled',
      'not_booked_yet',
      'not_settled',
    ])
  })
})

describe('a payout', () => {
  const payout = (its: Partial<PayoutRow> = {}): PayoutRow => ({
    id: 'po_1',
    status: 'paid',
    currency: 'usd',
    amountMinor: 500n,
    arrivalDate: '2026-11-20',
    createdAt: before(DAY),
    itemisation: 'complete',
    bankMinor: 500n,
    returnIsUnread: false,
    itemsMinor: 500n,
    unknownItems: [],
    isLeftOver: false,
    ...its,
  })
  const found = (its: Partial<PayoutRow>) =>
    payoutDifferences(payout(its), READ).map(({ kind, object, amountMinor }) => [kind, object, amountMinor])

  test('that just left may not be in the balance yet', () => {
    expect(found({})).toEqual([])
    expect(found({ bankMinor: 0n, createdAt: before(HOUR - 1) })).toEqual([['not_settled', 'po_1', 500n]])
    expect(found({ bankMinor: 0n, createdAt: before(HOUR) })).toEqual([
      ['payout_amount_mismatch', 'po_1', 500n],
    ])
  })

  test('of which several parts were not read: what they are worth together is counted once', () => {
    expect(found({ itemsMinor: 200n, unknownItems: ['txn_a', 'txn_b'] })).toEqual([
      ['payout_item_unknown', 'txn_a', 300n],
      ['payout_item_unknown', 'txn_b', 0n],
    ])
  })

  test('left over from a closed month counts only when something is to be explained', () => {
    const kept = (its: Partial<PayoutRow>) =>
      reconciliationOf(facts({ payouts: [payout({ isLeftOver: true, ...its })] })).payouts.length
    expect(kept({})).toBe(0)
    expect(kept({ itemisation: 'not_possible', itemsMinor: null })).toBe(0)
    expect(kept({ itemsMinor: 499n })).toBe(1)
  })
})
