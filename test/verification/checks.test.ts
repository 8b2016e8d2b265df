import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Payout, StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import { compareColumns, lineOf } from '../../src/verification/finding.ts'
import type { PostingRow } from '../../src/verification/checks/ledger-check.ts'
import type { BalancePostings } from '../../src/verification/checks/opening-check.ts'
import { numberFindings } from '../../src/verification/checks/receipt-check.ts'
import {
  payoutFindings,
  payoutItemFindings,
  type PayoutRow,
} from '../../src/verification/checks/settlement-check.ts'
import { checkSettlement, type Mirror } from '../../src/verification/settlement-pass.ts'
import { pageOf, pagesOf } from '../../src/verification/verification-store.ts'
import { currencyNamed } from '../kit/named.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'

const usd = currencyNamed('usd')
const MADE = new Date('2026-01-01T12:00:00Z')

const listed = (over: Partial<Payout> = {}): Payout => ({
  id: 'po_1',
  currency: usd,
  amountMinor: 500n,
  status: 'paid',
  automatic: true,
  arrivalDate: '2026-01-03',
  createdAt: MADE,
  balanceTransactionId: 'txn_1',
  failureBalanceTransactionId: null,
  failureCode: null,
  traceId: null,
  itemisable: 'now',
  ...over,
})
const stored = (over: Partial<PayoutRow> = {}): PayoutRow => {
  const { itemisable: _, ...columns } = listed()
  return { ...columns, itemisation: 'complete', itemsMinor: null, readAt: MADE, ...over }
}

describe('the check of a payout', () => {
  const failed = { status: 'failed', failureCode: 'account_closed', failureBalanceTransactionId: 'txn_2' }

  test.each([
    ['pending', 'in_transit'],
    ['pending', 'paid'],
    ['in_transit', 'canceled'],
    ['in_transit', 'failed'],
    ['paid', 'failed'],
  ])('accepts a stored status of %s when Stripe says %s by now', (before, now) => {
    const later = listed({ ...(now === 'failed' ? failed : { status: now }), arrivalDate: '2026-01-09' })
    expect(payoutFindings(later, stored({ status: before, balanceTransactionId: null }))).toEqual([])
  })

  test.each([
    ['paid', 'pending'],
    ['failed', 'paid'],
    ['canceled', 'in_transit'],
    ['in_transit', 'pending'],
  ])('reports a stored status of %s when Stripe says %s', (before, now) => {
    const [only, ...more] = payoutFindings(listed({ status: now }), stored({ status: before }))
    expect([only?.expected, only?.found, more]).toEqual([`status ${now}`, `status ${before}`, []])
  })

  test('accepts another arrival while the payout is on its way, but no other balance transaction', () => {
    const inTransit = stored({ status: 'in_transit', arrivalDate: '2026-01-02', balanceTransactionId: null })
    expect(payoutFindings(listed({ status: 'in_transit' }), inTransit)).toEqual([])
    const other = stored({ status: 'in_transit', balanceTransactionId: 'txn_9' })
    expect(payoutFindings(listed({ status: 'in_transit' }), other)).toHaveLength(1)
  })

  test('reports an itemised payout that is not the sum of its items or has an unknown item', () => {
    const itemsById = new Map([
      ['txn_a', { netMinor: 700n, currency: 'usd' }],
      ['txn_b', { netMinor: -200n, currency: 'usd' }],
      ['txn_c', { netMinor: 3n, currency: 'eur' }],
    ])
    const findingsOf = (items: string[], over: Partial<PayoutRow> = {}) =>
      payoutItemFindings(stored(over), items, (id) => itemsById.get(id) ?? null)
    expect(findingsOf(['txn_a', 'txn_b'])).toEqual([])
    expect(findingsOf(['txn_a', 'txn_b', 'txn_c'])).toEqual([]) // of another currency
    expect(findingsOf(['txn_a'])).toMatchObject([{ expected: 'sum 500', found: 'sum 700' }])
    expect(findingsOf([])).toMatchObject([{ expected: 'sum 500', found: 'sum 0' }])
    expect(findingsOf(['txn_a', 'txn_z'])).toMatchObject([
      { expected: 'unknown items nothing', found: 'unknown items txn_z' },
    ])
    expect(findingsOf(['txn_a'], { itemisation: 'awaited' })).toEqual([])
    expect(findingsOf(['txn_a', 'txn_b', 'txn_c'], { itemsMinor: 503n })).toEqual([])
    expect(findingsOf(['txn_a', 'txn_b'], { itemsMinor: 501n })).toMatchObject([
      { expected: 'kept sum 500', found: 'kept sum 501' },
    ])
  })
})

describe('the check of Stripe’s lists', () => {
  const emptyMirror = (syncedUpTo: Date | null): Mirror => ({
    transactions: new Map(),
    payouts: new Map(),
    items: new Map(),
    opening: null,
    unreadable: [],
    syncedUpTo: { transactions: syncedUpTo, payouts: syncedUpTo },
  })
  const noPostings: BalancePostings = {
    settled: new Map(),
    concernsEarlier: new Map(),
    opened: [],
    concernsOthers: new Map(),
    oursAfterAll: new Map(),
    arrived: new Map(),
    arrivalUndone: new Map(),
  }
  const lists: StripeLists = {
    transactions: async () => ({ rows: [feeTransaction('txn_1', MADE)], unreadable: [], next: null }),
    payouts: async () => ({ rows: [listed()], unreadable: [], next: null }),
    itemsOf: () => Promise.reject(new Error('The check does not ask for items')),
  }
  const deps = {
    zones: ['UTC'],
    closings: new Map(),
    paymentOf: () => null,
    isStored: () => false,
  } as const
  const kindsFound = async (syncedUpTo: Date | null) =>
    (await checkSettlement(emptyMirror(syncedUpTo), noPostings, lists, deps)).map(({ kind }) => kind)
  const minutesAfter = (minutes: number) => new Date(MADE.getTime() + minutes * 60_000)

  test('expects an object in the tables a quarter of an hour after it was made, once the sync has read past it', async () => {
    expect(await kindsFound(null)).toEqual([])
    expect(await kindsFound(minutesAfter(0))).toEqual([])
    expect(await kindsFound(minutesAfter(15))).toEqual([])
    expect(await kindsFound(minutesAfter(16))).toEqual(['balance_transaction_missing', 'payout_missing'])
  })

  test('expects a posted balance transaction in the tables at any time', async () => {
    const posting: PostingRow = {
      id: 'one',
      source: 'txn_1',
      effect: 'settled',
      clears: 'txn_1',
      donationId: null,
      occurredAt: MADE,
      bookedOn: '2026-01-01',
      period: null,
      postedAt: MADE,
      entries: 'stripe_balance usd -5, stripe_fees usd 5',
    }
    const findings = await checkSettlement(
      emptyMirror(null),
      { ...noPostings, settled: new Map([['txn_1', posting]]) },
      lists,
      deps,
    )
    expect(findings.map(({ kind }) => kind)).toEqual(['balance_transaction_missing'])
  })

  test('accepts what an earlier release posted of a type that it did not know', async () => {
    const topup = feeTransaction('txn_1', MADE, {
      type: 'topup',
      reportingCategory: 'topup',
      amountMinor: 500n,
      netMinor: 500n,
    })
    const findingsFor = async (entries: string) => {
      const posting: PostingRow = {
        id: 'one',
        source: 'txn_1',
        effect: 'settled',
        clears: 'txn_1',
        donationId: null,
        occurredAt: MADE,
        bookedOn: '2026-01-01',
        period: null,
        postedAt: MADE,
        entries,
      }
      const mirror = { ...emptyMirror(null), transactions: new Map([['txn_1', topup]]) }
      const postings = { ...noPostings, settled: new Map([['txn_1', posting]]) }
      return (await checkSettlement(mirror, postings, null, deps)).map(({ kind }) => kind)
    }
    expect(await findingsFor('bank usd -500, stripe_balance usd 500')).toEqual([])
    expect(await findingsFor('stripe_balance usd 500, stripe_clearing usd -500')).toEqual([])
    expect(await findingsFor('stripe_balance usd 500, stripe_fees usd -500')).toEqual(['ledger_differs'])
  })

  test('fails when a list cannot be read to its end', async () => {
    const broken = { ...lists, payouts: () => Promise.reject(new Error('Stripe is away')) }
    await expect(checkSettlement(emptyMirror(null), noPostings, broken, deps)).rejects.toThrow('away')
  })
})

describe('the line of a finding', () => {
  test('names the kind, the object, and the columns that differ with both values', () => {
    const [finding] = compareColumns('report_total', '2026-01-01 usd once', [
      ['donations', 2n, 3n],
      ['gross', 500n, 500n],
    ])
    expect(finding && lineOf(finding)).toBe(
      'sum of the reports differs from what it sums  2026-01-01 usd once  expected donations 2  found donations 3',
    )
  })

  test('stays one line whatever a text contains, and quotes what could pass for another part', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite' }), fc.string(), (expected, found) => {
        const lines = compareColumns('donation_differs', 'pi_1', [['title', expected, found]]).map(lineOf)
        expect(lines).toHaveLength(expected === found ? 0 : 1)
        for (const line of lines) expect(line).toMatch(/^.+$/)
      }),
    )
    expect(compareColumns('donation_differs', 'pi_1', [['title', null, 'a\u2028b\u202ec']])).toMatchObject([
      { found: String.raw`title "a\u{2028}b\u{202e}c"` },
    ])
    expect(compareColumns('donation_differs', 'pi_1', [['title', 'nothing', null]])).toMatchObject([
      { expected: 'title "nothing"', found: 'title nothing' },
    ])
  })
})

test.each([
  [{ receipts: 3n, first: 1n, last: 3n, counter: 3n, counted: 3n }, []],
  [{ receipts: 2n, first: 1n, last: 3n, counter: 3n, counted: 2n }, ['receipt_numbers']],
  [{ receipts: 2n, first: 2n, last: 3n, counter: 3n, counted: 2n }, ['receipt_numbers']],
  [{ receipts: 3n, first: 1n, last: 3n, counter: null, counted: 3n }, ['receipt_counter']],
  [{ receipts: 0n, first: null, last: null, counter: 1n, counted: 0n }, ['receipt_counter']],
  [{ receipts: 3n, first: 1n, last: 3n, counter: 3n, counted: 4n }, ['receipt_counter']],
])('the check of a year’s receipt numbers %o finds %j', (year, kinds) => {
  expect(numberFindings({ year: 2026, ...year }).map(({ kind }) => kind)).toEqual(kinds)
})

test('reads a list page by page to its end, and fails when a page cannot be read', async () => {
  const list = Array.from({ length: 7 }, (_, index) => index + 1)
  const read = async (after: number | null) =>
    pageOf(list.filter((number) => number > (after ?? 0)).slice(0, 3), 3, (number) => number)
  const seen: number[][] = []
  for await (const page of pagesOf(read)) seen.push([...page])
  expect(seen).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  const failing = async () => {
    for await (const page of pagesOf((after: number | null) =>
      after === null ? read(null) : Promise.reject(new Error('lost')),
    ))
      expect(page).toEqual([1, 2, 3])
  }
  await expect(failing()).rejects.toThrow('lost')
})
