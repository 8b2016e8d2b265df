import { describe, expect, test } from 'vitest'
import { synthesisedEvents } from '../../src/stripe/object-events.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import type { InboxEvent } from '../../src/inbox/inbox-event.ts'
import { API_VERSION, checkoutSession } from '../kit/stripe-events.ts'
import { ownership } from '../kit/marks.ts'

/** 2026-01-01T00:00:00Z, a Unix time in seconds. Stripe has no times near zero, and none is read. */
const BEGIN = 1_767_225_600

/** A paid session; seconds after `BEGIN`: created at 1000, completed at 2000, and a debit settled at 300000. */
const session = (paymentMethod: string, over: object = {}) => ({
  ...checkoutSession({ id: 'cs_test_1', paymentIntentId: null }),
  created: BEGIN + 1000,
  expires_at: BEGIN + 87_400,
  payment_intent: {
    id: 'pi_1',
    status: 'succeeded',
    latest_charge: {
      id: 'ch_1',
      created: BEGIN + 2000,
      payment_method_details: { type: paymentMethod },
      balance_transaction: { id: 'txn_1', created: BEGIN + 300_000 },
    },
  },
  ...over,
})
function eventsOf(object: object, announcedAt: Date | null = null): InboxEvent[] {
  const events = synthesisedEvents(object, false, announcedAt)
  if (!events) throw new Error('The object could not be read')
  return events
}
const summary = (events: readonly InboxEvent[]) =>
  events.map(({ eventId, type, createdAt }) => [eventId, type, createdAt.getTime() / 1000 - BEGIN])
const objectOf = ({ body }: InboxEvent) =>
  (JSON.parse(body) as { data: { object: Record<string, unknown> } }).data.object // the body was printed from such an object

describe('the event of a session', () => {
  test.each([
    ['paid by card has the time of its charge', session('card'), ['paid', 'completed', 2000]],
    [
      'paid by debit has the time at which the money arrived',
      session('us_bank_account'),
      ['paid', 'completed', 300_000],
    ],
    [
      'with a debit under way says that it is unpaid',
      session('us_bank_account', {
        payment_status: 'unpaid',
        payment_intent: { id: 'pi_1', status: 'processing', latest_charge: { created: BEGIN + 2000 } },
      }),
      ['unpaid', 'completed', 2000],
    ],
    [
      'with a refused debit says that it failed',
      session('us_bank_account', {
        payment_status: 'unpaid',
        payment_intent: {
          id: 'pi_1',
          status: 'requires_payment_method',
          latest_charge: { created: BEGIN + 2000 },
        },
      }),
      ['failed', 'async_payment_failed', 2000],
    ],
    [
      'that expired has the time of its expiry',
      session('card', { status: 'expired', payment_status: 'unpaid', payment_intent: null }),
      ['expired', 'expired', 87_400],
    ],
  ])('%s', (_name, object, [state, type, at]) => {
    const events = eventsOf(object)
    expect(summary(events)).toEqual([[`evt_made_cs_test_1_${state}`, `checkout.session.${type}`, at]])
    expect(
      events.map((event) => readEvent(event.type, event.createdAt, JSON.parse(event.body), ownership)),
    ).toEqual([expect.objectContaining({ correlationId: state === 'paid' ? 'pi_1' : 'cs_test_1' })])
  })

  test('has ids, our API version, and the mode of the object or else of the API key', () => {
    const [event] = eventsOf({ ...session('card'), livemode: true })
    expect(event).toMatchObject({ apiVersion: API_VERSION, livemode: true, account: null })
    expect(event && objectOf(event)['payment_intent']).toBe('pi_1')
    const { livemode: _none, ...withoutMode } = session('card')
    expect(synthesisedEvents(withoutMode, true)).toMatchObject([{ livemode: true }])
  })

  test('is not older than the event that announced it', () => {
    const announcedAt = new Date(BEGIN * 1000 + 2_500_000)
    expect(eventsOf(session('card'), announcedAt)).toMatchObject([{ createdAt: announcedAt }])
    expect(eventsOf(session('us_bank_account'), announcedAt)).toMatchObject([
      { createdAt: new Date(BEGIN * 1000 + 300_000_000) },
    ])
  })

  test('is missing while the session is open', () => {
    expect(eventsOf(session('card', { status: 'open', payment_status: 'unpaid' }))).toEqual([])
  })
})

const charge = {
  id: 'py_1',
  object: 'charge',
  created: BEGIN + 1000,
  livemode: false,
  status: 'failed',
  payment_intent: 'pi_1',
  amount: 500,
  amount_refunded: 0,
  currency: 'usd',
}

const failure = { id: 'txn_2', created: BEGIN + 9000, amount: -500, currency: 'usd' }

test('a returned debit makes an event of its success and one of its return; a debit that moved nothing makes none', () => {
  expect(summary(eventsOf({ ...charge, failure_balance_transaction: failure }))).toEqual([
    ['evt_made_py_1_succeeded', 'charge.succeeded', 1000],
    ['evt_made_py_1_returned', 'charge.failed', 9000],
  ])
  expect(eventsOf({ ...charge, failure_balance_transaction: null })).toEqual([])
  expect(eventsOf({ ...charge, status: 'succeeded', payment_intent: null })).toEqual([])
})

test('a failed charge makes no event when another charge paid the payment', () => {
  const paidBy = (latest: string) => ({ id: 'pi_1', latest_charge: latest })
  const failed = { ...charge, failure_balance_transaction: failure }
  expect(eventsOf({ ...failed, payment_intent: paidBy('py_2') })).toEqual([])
  const [, returned] = eventsOf({ ...failed, payment_intent: paidBy('py_1') })
  expect(returned && objectOf(returned)['payment_intent']).toBe('pi_1')
})

test('a returned debit has the amount of its reversal, although an earlier refund has failed since', () => {
  const partly = { ...failure, amount: -350 }
  const returned = (fields: object) =>
    eventsOf({ ...charge, ...fields }).map((event) =>
      readEvent(event.type, event.createdAt, JSON.parse(event.body), ownership),
    )
  expect(returned({ failure_balance_transaction: partly })).toMatchObject([
    { fact: { kind: 'charge_succeeded' } },
    { fact: { kind: 'bank_return', chargeId: 'py_1', refund: { amount: { minor: 350n } } } },
  ])
  // A reversal in another settlement currency does not say it, so the charge does.
  const inEuros = { ...failure, amount: -460, currency: 'eur' }
  expect(returned({ amount_refunded: 100, failure_balance_transaction: inEuros })).toMatchObject([
    { fact: { kind: 'charge_succeeded' } },
    { fact: { refund: { amount: { minor: 400n } } } },
  ])
})

test('a fraud warning without a payment makes no event', () => {
  const warning = {
    id: 'issfr_1',
    object: 'radar.early_fraud_warning',
    created: BEGIN + 1000,
    livemode: false,
  }
  expect(eventsOf({ ...warning, charge: 'ch_1', fraud_type: 'misc', actionable: true })).toEqual([])
})

test('the event of a dispute is named by its status and its movements', () => {
  const moved = (...amounts: number[]) =>
    amounts.map((amount, index) => ({ amount, created: BEGIN + 2000 + index }))
  const dispute = {
    id: 'dp_1',
    object: 'dispute',
    created: BEGIN + 1000,
    livemode: false,
    payment_intent: 'pi_1',
  }
  expect(
    summary(eventsOf({ ...dispute, status: 'needs_response', balance_transactions: moved(-500) })),
  ).toEqual([['evt_made_dp_1_needs_response_taken', 'charge.dispute.updated', 2000]])
  expect(summary(eventsOf({ ...dispute, status: 'won', balance_transactions: moved(-500, 500) }))).toEqual([
    ['evt_made_dp_1_won_taken_given', 'charge.dispute.closed', 2001],
  ])
})

test('an invoice without a subscription makes no event', () => {
  const invoice = {
    id: 'in_1',
    object: 'invoice',
    created: BEGIN + 1000,
    livemode: false,
    status: 'paid',
    attempted: true,
  }
  expect(eventsOf({ ...invoice, parent: null })).toEqual([])
})

test.each([
  null,
  'x',
  {},
  { object: 'charge' },
  { ...charge, created: 'yesterday' },
  { ...charge, object: 'moon' },
])('%j is reported as unreadable', (object) => expect(synthesisedEvents(object, false)).toBeNull())
