import { describe, expect, test } from 'vitest'
import {
  clearingDifference,
  type ClearingItem,
  type FurtherItems,
} from '../../src/reconciliation/items/clearing-item.ts'
import { isUnexplained } from '../../src/reconciliation/items/difference.ts'
import {
  payoutDifferences,
  reconciliationOf,
  type MonthFacts,
  type PayoutFacts,
  type SignOff,
} from '../../src/reconciliation/reconciliation.ts'
import { monthNamed } from '../kit/named.ts'

const READ_UP_TO = new Date('2026-12-10T12:00:00Z')
const HOUR = 60
const DAY = 24 * HOUR
const minutesBefore = (minutes: number) => new Date(READ_UP_TO.getTime() - minutes * 60_000)

const clearingItem = (fields: Partial<ClearingItem> = {}): ClearingItem => ({
  object: 'txn_1',
  currency: 'usd',
  eventsMinor: null,
  balanceMinor: -55n,
  writtenOffMinor: 0n,
  hasOtherCurrency: false,
  types: ['adjustment'],
  paymentIntentId: null,
  lastEventAt: null,
  lastMovementAt: minutesBefore(DAY),
  ...fields,
})
const facts = (fields: Partial<MonthFacts> = {}): MonthFacts => ({
  month: monthNamed('2026-11'),
  closing: null,
  completeUpTo: READ_UP_TO,
  clearingItems: [],
  furtherItems: [],
  monthEndItems: [],
  payouts: [],
  overReversedGifts: [],
  unprocessedEvents: [],
  unreadableRows: [],
  stripeActivity: { otherActivity: [], reserves: [], unknownPayouts: [] },
  signOffs: [],
  writeOffs: [],
  standingExplanations: [],
  priorPeriodAdjustments: [],
  beforeTheBooks: { opening: null, reversals: [] },
  otherPrograms: { rule: null, movements: [] },
  ...fields,
})

describe('a sign-off', () => {
  const signOff: SignOff = {
    object: 'txn_1',
    kind: 'adjustment',
    currency: 'usd',
    amountMinor: -55n,
    reason: 'goodwill of Stripe',
    signedOffBy: 'finance@news.example',
    signedOffAt: minutesBefore(1),
    month: '2026-11',
  }
  const judged = (fields: Partial<SignOff>) => {
    const { differences, signOffs, unexplained } = reconciliationOf(
      facts({ clearingItems: [clearingItem()], signOffs: [{ ...signOff, ...fields }] }),
    )
    return [differences.length, signOffs.length, unexplained.length]
  }

  test('explains the difference that was looked at', () => {
    expect(judged({})).toEqual([0, 1, 0])
  })

  test.each<[string, Partial<SignOff>]>([
    ['object', { object: 'txn_2' }],
    ['kind', { kind: 'unknown_type' }],
    ['currency', { currency: 'eur' }],
    ['amount', { amountMinor: -56n }],
  ])('of another %s explains nothing', (_, fields) => {
    expect(judged(fields)).toEqual([1, 0, 1])
  })
})

test('leaves out an event that waits for a payment which is missing here, but not one that failed', () => {
  const missing = clearingItem({ object: 'pi_1', types: ['charge'], balanceMinor: -500n })
  const event = { object: 'evt_1', type: 'refund.created', reason: 'why', currency: 'usd', amountMinor: 100n }
  const kinds = (isWaiting: boolean, correlationId: string | null) =>
    reconciliationOf(
      facts({ clearingItems: [missing], unprocessedEvents: [{ ...event, isWaiting, correlationId }] }),
    ).differences.map(({ kind }) => kind)
  expect(kinds(true, 'pi_1')).toEqual(['missing_here'])
  expect(kinds(true, 'pi_2')).toEqual(['missing_here', 'unprocessed_event'])
  expect(kinds(true, null)).toEqual(['missing_here', 'unprocessed_event'])
  expect(kinds(false, 'pi_1')).toEqual(['missing_here', 'unprocessed_event'])
})

describe('an open clearing item', () => {
  const kindOf = (fields: Partial<ClearingItem>, readUpTo: Date | null = READ_UP_TO) =>
    clearingDifference(clearingItem({ object: 'pi_1', types: ['charge'], ...fields }), readUpTo).kind
  const fromEvents = (minutes: number) => ({
    eventsMinor: 500n,
    lastEventAt: minutesBefore(minutes),
    balanceMinor: null,
    lastMovementAt: null,
  })
  const fromBalance = (minutes: number) => ({
    balanceMinor: -500n,
    lastMovementAt: minutesBefore(minutes),
  })
  const fromBoth = (eventMinutes: number, movementMinutes: number) => ({
    ...fromEvents(eventMinutes),
    balanceMinor: -400n,
    lastMovementAt: minutesBefore(movementMinutes),
  })

  test('is a difference when Stripe has not settled it within a week, or the service not booked it within an hour', () => {
    expect(kindOf(fromEvents(7 * DAY - 1))).toBe('not_settled')
    expect(kindOf(fromEvents(7 * DAY))).toBe('missing_at_stripe')
    expect(kindOf(fromBalance(HOUR - 1))).toBe('not_booked_yet')
    expect(kindOf(fromBalance(HOUR))).toBe('missing_here')
  })

  test('with two amounts is a difference once both are older than an hour', () => {
    expect(kindOf(fromBoth(HOUR - 1, DAY))).toBe('not_settled')
    expect(kindOf(fromBoth(DAY, HOUR - 1))).toBe('not_booked_yet')
    expect(kindOf(fromBoth(HOUR, HOUR))).toBe('amount_mismatch')
  })

  test('is no difference while Stripe has never been read to its end', () => {
    expect([
      kindOf(fromEvents(30 * DAY), null),
      kindOf(fromBalance(30 * DAY), null),
      kindOf(fromBoth(DAY, DAY), null),
    ]).toEqual(['not_settled', 'not_booked_yet', 'not_settled'])
  })

  test.each([
    ['of a card’s charge is missing here after a day', 'charge', 1, 'missing_here', true],
    ['of a bank debit is under way while the bank may still answer', 'payment', 1, 'debit_under_way', false],
    ['of a bank debit is under way on its 13th day', 'payment', 13, 'debit_under_way', false],
    ['of a bank debit is missing here on its 15th day', 'payment', 15, 'missing_here', true],
  ] as const)('%s', (_, type, days, kind, unexplained) => {
    const item = { types: [type], paymentIntentId: 'pi_1', ...fromBalance(days * DAY) }
    expect(kindOf(item)).toBe(kind)
    expect(isUnexplained(kind)).toBe(unexplained)
  })
})

test('items that are too many to be listed are one difference for each kind, currency and type', () => {
  const further = (fields: Partial<FurtherItems>): FurtherItems => ({
    currency: 'usd',
    hasEvents: true,
    hasBalance: false,
    isWrittenOff: false,
    isMovement: false,
    types: [],
    count: 2n,
    openMinor: 500n,
    lastEventBy: minutesBefore(8 * DAY),
    lastMovementBy: null,
    ...fields,
  })
  const movement = {
    hasEvents: false,
    hasBalance: true,
    lastEventBy: null,
    lastMovementBy: minutesBefore(DAY),
  }
  const furtherItems = [
    further({}),
    further({ lastEventBy: minutesBefore(9 * DAY) }),
    further({ lastEventBy: minutesBefore(DAY) }),
    further({ currency: 'eur' }),
    further({ isWrittenOff: true }),
    further({ ...movement, types: ['charge'] }),
    further({ ...movement, isMovement: true, types: ['new_type'] }),
    further({ ...movement, isMovement: true, types: ['other_type'] }),
  ]
  const { differences } = reconciliationOf(facts({ furtherItems }))
  expect(
    differences.map(({ kind, object, currency, amountMinor, type }) => [
      kind,
      object,
      currency,
      amountMinor,
      type,
    ]),
  ).toEqual([
    ['missing_at_stripe', '4 further objects', 'usd', 1000n, null],
    ['not_settled', '2 further objects', 'usd', 500n, null],
    ['missing_at_stripe', '2 further objects', 'eur', 500n, null],
    ['changed_after_write_off', '2 further objects', 'usd', 500n, null],
    ['missing_here', '2 further objects', 'usd', 500n, null],
    ['unknown_type', '2 further objects', 'usd', 500n, 'new_type'],
    ['unknown_type', '2 further objects', 'usd', 500n, 'other_type'],
  ])
})

describe('a payout', () => {
  const payout = (fields: Partial<PayoutFacts> = {}): PayoutFacts => ({
    id: 'po_1',
    status: 'paid',
    currency: 'usd',
    amountMinor: 500n,
    arrivalDate: '2026-11-20',
    createdAt: minutesBefore(DAY),
    automatic: true,
    itemisation: 'complete',
    bankMinor: 500n,
    returnIsUnread: false,
    itemsMinor: 500n,
    unknownItems: [],
    isCarriedForward: false,
    ...fields,
  })
  const differencesOf = (fields: Partial<PayoutFacts>) =>
    payoutDifferences(payout(fields), READ_UP_TO).map(({ kind, object, amountMinor }) => [
      kind,
      object,
      amountMinor,
    ])

  test('has an hour to leave the balance', () => {
    expect(differencesOf({})).toEqual([])
    expect(differencesOf({ bankMinor: 0n, createdAt: minutesBefore(HOUR - 1) })).toEqual([
      ['not_settled', 'po_1', 500n],
    ])
    expect(differencesOf({ bankMinor: 0n, createdAt: minutesBefore(HOUR) })).toEqual([
      ['payout_amount_mismatch', 'po_1', 500n],
    ])
  })

  test('with several unread items counts their sum once', () => {
    expect(differencesOf({ itemsMinor: 200n, unknownItems: ['txn_a', 'txn_b'] })).toEqual([
      ['payout_item_unknown', 'txn_a', 300n],
      ['payout_item_unknown', 'txn_b', 0n],
    ])
  })

  test('of a closed month is carried forward only while something is unexplained', () => {
    const carriedForward = (fields: Partial<PayoutFacts>) =>
      reconciliationOf(facts({ payouts: [payout({ isCarriedForward: true, ...fields })] })).payouts.length
    expect(carriedForward({})).toBe(0)
    expect(carriedForward({ itemisation: 'not_possible', itemsMinor: null })).toBe(0)
    expect(carriedForward({ itemsMinor: 499n })).toBe(1)
  })
})
