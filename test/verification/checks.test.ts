import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCurrency, type CurrencyCode } from '../../src/money/currency.ts'
import type { BalanceTransaction } from '../../src/settlement/balance-transaction.ts'
import type { Payout } from '../../src/settlement/payout.ts'
import type { StripeLists } from '../../src/settlement/stripe-lists.ts'
import { dayTotalDifferences, dayTotals } from '../../src/verification/day-total-check.ts'
import { compare, lineOf } from '../../src/verification/finding.ts'
import type { FoundPosting } from '../../src/verification/ledger-check.ts'
import { pageOf, pagesOf } from '../../src/verification/pages.ts'
import { itemDifferences, payoutDifferences, type FoundPayout } from '../../src/verification/payout-check.ts'
import { numberDifferences } from '../../src/verification/receipt-check.ts'
import { checkSettlement, type Mirror } from '../../src/verification/settlement-pass.ts'

const code = (text: string): CurrencyCode => {
  const known = parseCurrency(text)
  if (!known) throw new Error(`${text} is not in the table`)
  return known
}
const usd = code('usd')
const MADE = new Date('2026-01-01T12:00:00Z')

const told = (over: Partial<Payout> = {}): Payout => ({
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
  itemisable: 'now',
  ...over,
})
const kept = (over: Partial<FoundPayout> = {}): FoundPayout => {
  const { itemisable: _, ...same } = told()
  return { ...same, itemisation: 'complete', ...over }
}

describe('a payout', () => {
  const failed = { status: 'failed', failureCode: 'account_closed', failureBalanceTransactionId: 'txn_2' }

  test.each([
    ['pending', 'in_transit'],
    ['pending', 'paid'],
    ['in_transit', 'canceled'],
    ['in_transit', 'failed'],
    ['paid', 'failed'],
  ])('that was %s may be %s by now', (before, now) => {
    const later = told({ ...(now === 'failed' ? failed : { status: now }), arrivalDate: '2026-01-09' })
    expect(payoutDifferences(later, kept({ status: before, balanceTransactionId: null }))).toEqual([])
  })

  test.each([
    ['paid', 'pending'],
    ['failed', 'paid'],
    ['canceled', 'in_transit'],
    ['in_transit', 'pending'],
  ])('that was %s is never %s again', (before, now) => {
    const [only, ...more] = payoutDifferences(told({ status: now }), kept({ status: before }))
    expect([only?.expected, only?.found, more]).toEqual([`status ${now}`, `status ${before}`, []])
  })

  test('on its way may arrive on another day, and gets its movement once', () => {
    const underway = kept({ status: 'in_transit', arrivalDate: '2026-01-02', balanceTransactionId: null })
    expect(payoutDifferences(told({ status: 'in_transit' }), underway)).toEqual([])
    const other = kept({ status: 'in_transit', balanceTransactionId: 'txn_9' })
    expect(payoutDifferences(told({ status: 'in_transit' }), other)).toHaveLength(1)
  })

  test('is the sum of its parts once they are all known', () => {
    const parts = new Map([
      ['txn_a', { netMinor: 700n, currency: 'usd' }],
      ['txn_b', { netMinor: -200n, currency: 'usd' }],
      ['txn_c', { netMinor: 3n, currency: 'eur' }],
    ])
    const of = (items: string[], over: Partial<FoundPayout> = {}) =>
      itemDifferences(kept(over), items, (id) => parts.get(id) ?? null)
    expect(of(['txn_a', 'txn_b'])).toEqual([])
    expect(of(['txn_a', 'txn_b', 'txn_c'])).toEqual([]) // of another currency
    expect(of(['txn_a'])).toMatchObject([{ expected: 'sum 500', found: 'sum 700' }])
    expect(of([])).toMatchObject([{ expected: 'sum 500', found: 'sum 0' }])
    expect(of(['txn_a', 'txn_z'])).toMatchObject([
      { expected: 'unknown parts nothing', found: 'unknown parts txn_z' },
    ])
    expect(of(['txn_a'], { itemisation: 'awaited' })).toEqual([])
  })
})

describe('what Stripe lists', () => {
  const movement = (id: string, createdAt: Date): BalanceTransaction => ({
    id,
    type: 'stripe_fee',
    reportingCategory: 'fee',
    currency: usd,
    amountMinor: -5n,
    feeMinor: 0n,
    netMinor: -5n,
    createdAt,
    availableOn: createdAt,
    source: null,
    clears: id,
    paymentIntentId: null,
    presentment: null,
    exchangeRate: null,
    description: null,
  })
  const empty = (sweptUpTo: Date | null): Mirror => ({
    transactions: new Map(),
    payouts: new Map(),
    items: new Map(),
    sweptUpTo: { transactions: sweptUpTo, payouts: sweptUpTo },
  })
  const books: StripeLists = {
    transactions: async () => ({ rows: [movement('txn_1', MADE)], next: null }),
    payouts: async () => ({ rows: [told()], next: null }),
    itemsOf: () => Promise.reject(new Error('nobody asks')),
  }
  const processing = {
    zones: ['UTC'],
    closings: new Map(),
    paymentOf: () => null,
    isKept: () => false,
  } as const
  const found = async (sweptUpTo: Date | null) =>
    (await checkSettlement(empty(sweptUpTo), new Map(), books, processing)).map(({ kind }) => kind)
  const after = (minutes: number) => new Date(MADE.getTime() + minutes * 60_000)

  test('must be in the tables a quarter of an hour before the sweep’s mark, and not later', async () => {
    expect(await found(null)).toEqual([])
    expect(await found(after(0))).toEqual([])
    expect(await found(after(15))).toEqual([])
    expect(await found(after(16))).toEqual(['balance_transaction_missing', 'payout_missing'])
  })

  test('and stands in the ledger must be in the tables, whenever it was', async () => {
    const posting: FoundPosting = {
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
    const differences = await checkSettlement(empty(null), new Map([['txn_1', posting]]), books, processing)
    expect(differences.map(({ kind }) => kind)).toEqual(['balance_transaction_missing'])
  })

  test('that cannot be read to its end is no answer', async () => {
    const broken = { ...books, payouts: () => Promise.reject(new Error('away')) }
    await expect(checkSettlement(empty(null), new Map(), broken, processing)).rejects.toThrow('away')
  })
})

describe('a line', () => {
  test('names what, of what, what should be and what is', () => {
    const [one] = compare('day_total', '2026-01-01 usd once', [
      ['gifts', 2n, 3n],
      ['gross', 500n, 500n],
    ])
    expect(one && lineOf(one)).toBe('day total differs  2026-01-01 usd once  expected gifts 2  found gifts 3')
  })

  test('stays one line, and texts cannot pass for what they are not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite' }), fc.string(), (expected, found) => {
        const lines = compare('donation_differs', 'pi_1', [['title', expected, found]]).map(lineOf)
        expect(lines).toHaveLength(expected === found ? 0 : 1)
        for (const line of lines) expect(line).toMatch(/^.+$/)
      }),
    )
    expect(compare('donation_differs', 'pi_1', [['title', null, 'a\u2028b\u202ec']])).toMatchObject([
      { found: String.raw`title "a\u{2028}b\u{202e}c"` },
    ])
    expect(compare('donation_differs', 'pi_1', [['title', 'nothing', null]])).toMatchObject([
      { expected: 'title "nothing"', found: 'title nothing' },
    ])
  })
})

describe('sums of days', () => {
  const gift = fc.record({
    day: fc.constantFrom('2026-01-01', '2026-01-02'),
    currency: fc.constantFrom('usd', 'eur'),
    frequency: fc.constantFrom('once', 'monthly'),
    grossMinor: fc.bigInt(1n, 1000n),
  })

  test('are the same in every order, and each cent that is off is found at its place', () => {
    fc.assert(
      fc.property(fc.array(gift, { minLength: 1 }), fc.nat(), fc.bigInt(-9n, 9n), (gifts, at, off) => {
        const totals = dayTotals(gifts)
        expect(dayTotalDifferences(totals, dayTotals(gifts.toReversed()))).toEqual([])
        const wrong = at % totals.length
        const changed = totals.map((one, n) =>
          n === wrong ? { ...one, grossMinor: one.grossMinor + off } : one,
        )
        const { day, currency, frequency } = totals[wrong] ?? { day: '', currency: '', frequency: '' }
        expect(dayTotalDifferences(totals, changed).map(({ object }) => object)).toEqual(
          off === 0n ? [] : [`${day} ${currency} ${frequency}`],
        )
      }),
    )
  })

  test('of zero are none', () => {
    const zero = { day: '2026-01-01', currency: 'usd', frequency: 'once', donations: 0n, grossMinor: 0n }
    expect(dayTotalDifferences([], [zero])).toEqual([])
  })
})

test.each([
  [{ receipts: 3n, first: 1n, last: 3n, counter: 3n }, []],
  [{ receipts: 2n, first: 1n, last: 3n, counter: 3n }, ['receipt_numbers']],
  [{ receipts: 2n, first: 2n, last: 3n, counter: 3n }, ['receipt_numbers']],
  [{ receipts: 3n, first: 1n, last: 3n, counter: null }, ['receipt_counter']],
  [{ receipts: 0n, first: null, last: null, counter: 1n }, ['receipt_counter']],
])('a year of receipts with %o', (year, kinds) => {
  expect(numberDifferences({ year: 2026, ...year }).map(({ kind }) => kind)).toEqual(kinds)
})

test('a list in pages is the list, and a page that fails is not its end', async () => {
  const all = Array.from({ length: 7 }, (_, at) => at + 1)
  const read = async (after: number | null) =>
    pageOf(all.filter((one) => one > (after ?? 0)).slice(0, 3), 3, (one) => one)
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
