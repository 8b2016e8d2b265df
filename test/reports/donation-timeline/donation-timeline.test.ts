import { expect, test } from 'vitest'
import {
  donationTimeline,
  type TimelineFacts,
  type TimelineMovement,
} from '../../../src/reports/donation-timeline/donation-timeline.ts'
import type { HistoryEntry } from '../../../src/reports/donation-timeline/donation-history.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const paidAt = new Date('2026-01-05T12:00:00Z')
const after = (ms: number, from = paidAt) => new Date(from.getTime() + ms)

const payout: NonNullable<TimelineMovement['payout']> = {
  id: 'po_1',
  status: 'paid',
  currency: 'usd',
  amountMinor: 455n,
  createdAt: after(2 * DAY),
  arrivalDate: '2026-01-09',
  readAt: after(2 * DAY + HOUR),
  arrivalRecordedAt: new Date('2026-01-10T06:00:00Z'),
  bankDay: '2026-01-12',
}
const charge: TimelineMovement = {
  id: 'txn_1',
  type: 'charge',
  kind: 'payment',
  currency: 'usd',
  amountMinor: 500n,
  feeMinor: 45n,
  netMinor: 455n,
  at: paidAt,
  readAt: after(HOUR),
  payout,
}
const refund = {
  id: 're_1',
  kind: 'refund',
  status: 'succeeded',
  currency: 'usd',
  amountMinor: 500n,
  createdAt: after(DAY),
  failedAt: null,
} as const
const dispute = {
  id: 'du_1',
  status: 'needs_response',
  reason: 'fraudulent',
  amount: 500,
  evidenceDueBy: null,
  createdAt: after(DAY).toISOString(),
}
const posting = (source: string, effect: string, at: Date): HistoryEntry => ({
  kind: 'ledger_posting',
  at: at.toISOString(),
  source,
  effect,
  period: null,
  entries: [],
})
const disputeEvent = (at: Date): HistoryEntry => ({
  kind: 'stripe_event',
  at: at.toISOString(),
  type: 'charge.dispute.created',
  eventId: 'evt_1',
  outcome: 'applied',
  reason: null,
})

const timelineOf = (over: Partial<TimelineFacts>) =>
  donationTimeline({
    donation: { paymentIntentId: 'pi_1', checkoutId: null, subscriptionId: null, disputes: [] },
    succeededAt: paidAt,
    sessionId: null,
    invoiceId: null,
    checkoutAt: paidAt,
    agreement: null,
    movements: [],
    refunds: [],
    disputeMovements: [],
    history: [],
    now: after(30 * DAY),
    ...over,
  })

/** How late each step of a kind is, in milliseconds. */
const lateness = (kind: string, over: Partial<TimelineFacts>): (number | null)[] =>
  timelineOf(over)
    .filter((step) => step.kind === kind)
    .map(({ lateMs }) => lateMs)

test('lets a payment follow its payment page within one second, which Stripe rounds down', () => {
  const steps = timelineOf({ checkoutAt: after(900), sessionId: 'cs_1' })
  expect(steps.map(({ kind }) => kind)).toEqual(['read', 'paid'])
})

test('marks a booking and a settlement only beyond what is usual', () => {
  const booked = (ms: number) =>
    lateness('booked', { history: [posting('pi_1', 'donation_succeeded', after(ms))] })
  expect([booked(HOUR), booked(HOUR + 1)]).toEqual([[null], [HOUR + 1]])
  const settled = (ms: number) => lateness('settled', { movements: [{ ...charge, readAt: after(ms) }] })
  expect([settled(DAY), settled(3 * DAY)]).toEqual([[null], [3 * DAY]])
})

test('marks a refund and its failure that the ledger got late', () => {
  const known = (ms: number) => ({
    refunds: [refund],
    history: [posting('re_1', 'refunded', after(ms, refund.createdAt))],
  })
  expect(lateness('refunded', known(HOUR))).toEqual([null])
  expect(lateness('refunded', known(2 * DAY))).toEqual([2 * DAY])
  expect(lateness('refunded', { refunds: [refund] })).toEqual([null])
  const failed = { ...refund, status: 'failed', failedAt: after(2 * DAY) }
  const history = [
    posting('re_1', 'refunded', refund.createdAt),
    posting('re_1', 'refund_failed', after(5 * DAY)),
    posting('re_2', 'refund_failed', after(9 * DAY)),
  ]
  expect(lateness('refund_failed', { refunds: [failed], history })).toEqual([3 * DAY])
  expect(lateness('refund_failed', { refunds: [{ ...failed, failedAt: null }], history })).toEqual([null])
  const returned = { ...refund, kind: 'bank_return' as const }
  const returnedLate = [posting('re_1', 'bank_returned', after(3 * DAY))]
  expect(lateness('bank_returned', { refunds: [returned], history: returnedLate })).toEqual([2 * DAY])
})

test('marks a dispute and its movements that were known late', () => {
  const donation = { paymentIntentId: 'pi_1', checkoutId: null, subscriptionId: null, disputes: [dispute] }
  const openedAt = after(DAY)
  const received = (ms: number) =>
    lateness('disputed', { donation, history: [disputeEvent(after(ms, openedAt))] })
  expect([received(HOUR), received(6 * HOUR)]).toEqual([[null], [6 * HOUR]])
  const two = { ...donation, disputes: [dispute, { ...dispute, id: 'du_2' }] }
  const history = [
    disputeEvent(after(6 * HOUR, openedAt)),
    posting('du_2', 'dispute_withdrawn', after(DAY, openedAt)),
  ]
  expect(lateness('disputed', { donation: two, history })).toEqual([null, DAY])

  const moved = { dispute: 'du_1', currency: 'usd', at: openedAt }
  const disputeMovements = [
    { ...moved, source: 'du_1', amountMinor: -500n },
    { ...moved, source: 'du_1#2', amountMinor: -100n },
    { ...moved, source: 'du_1', amountMinor: 500n },
  ]
  const postings = [
    posting('du_1', 'dispute_withdrawn', openedAt),
    posting('du_1#2', 'dispute_withdrawn', after(2 * DAY, openedAt)),
    posting('du_1', 'dispute_reinstated', after(4 * DAY, openedAt)),
  ]
  expect(lateness('withdrawn', { disputeMovements, history: postings })).toEqual([null, 2 * DAY])
  expect(lateness('reinstated', { disputeMovements, history: postings })).toEqual([4 * DAY])
})

test('marks a deposit that was read late, recorded late, booked late by the bank, or is overdue', () => {
  const of = (kind: string, over: Partial<typeof payout>, now = after(30 * DAY)) =>
    lateness(kind, { movements: [{ ...charge, payout: { ...payout, ...over } }], now })
  for (const kind of ['deposited', 'arrived', 'on_statement']) expect(of(kind, {})).toEqual([null])
  expect(of('deposited', { readAt: after(5 * DAY) })).toEqual([3 * DAY])
  expect(of('arrived', { arrivalRecordedAt: new Date('2026-01-14T23:59:59Z') })).toEqual([5 * DAY])
  expect(of('on_statement', { bankDay: '2026-01-14' })).toEqual([null])
  expect(of('on_statement', { bankDay: '2026-01-15' })).toEqual([6 * DAY])
  const away = { status: 'in_transit', arrivalRecordedAt: null }
  expect(of('expected', away, new Date('2026-01-14T23:59:59Z'))).toEqual([null])
  expect(of('expected', away, new Date('2026-01-16T23:59:59Z'))).toEqual([7 * DAY])
  expect(of('not_arrived', { status: 'failed' })).toEqual([null])
})
