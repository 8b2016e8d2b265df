import { describe, expect, test } from 'vitest'
import { synthesisedEvents } from '../../src/stripe/object-events.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import type { InboxEvent } from '../../src/inbox/inbox-event.ts'
import { API_VERSION, checkoutSession } from '../kit/stripe-events.ts'

/** Moments in seconds: asked for at 1000, paid at 2000, the bank's money there at 300000. */
const session = (how: string, over: object = {}) => ({
  ...checkoutSession({ id: 'cs_test_1', paymentIntentId: null }),
  created: 1000,
  expires_at: 87_400,
  payment_intent: {
    id: 'pi_1',
    status: 'succeeded',
    latest_charge: {
      id: 'ch_1',
      created: 2000,
      payment_method_details: { type: how },
      balance_transaction: { id: 'txn_1', created: 300_000 },
    },
  },
  ...over,
})
function told(object: object, announcedAt: Date | null = null): InboxEvent[] {
  const events = synthesisedEvents(object, false, announcedAt)
  if (!events) throw new Error('it could not be read')
  return events
}
const inShort = (events: readonly InboxEvent[]) =>
  events.map(({ eventId, type, createdAt }) => [eventId, type, createdAt.getTime() / 1000])
const objectOf = ({ body }: InboxEvent) =>
  (JSON.parse(body) as { data: { object: Record<string, unknown> } }).data.object // just printed

describe('a session’s state', () => {
  test.each([
    ['paid by card: the moment of its charge', session('card'), ['paid', 'completed', 2000]],
    ['paid by debit: when the money was there', session('us_bank_account'), ['paid', 'completed', 300_000]],
    [
      'a debit under way',
      session('us_bank_account', {
        payment_status: 'unpaid',
        payment_intent: { id: 'pi_1', status: 'processing', latest_charge: { created: 2000 } },
      }),
      ['unpaid', 'completed', 2000],
    ],
    [
      'a debit that was refused',
      session('us_bank_account', {
        payment_status: 'unpaid',
        payment_intent: { id: 'pi_1', status: 'requires_payment_method', latest_charge: { created: 2000 } },
      }),
      ['failed', 'async_payment_failed', 2000],
    ],
    [
      'expired',
      session('card', { status: 'expired', payment_status: 'unpaid', payment_intent: null }),
      ['expired', 'expired', 87_400],
    ],
  ])('%s', (_name, object, [state, type, at]) => {
    const events = told(object)
    expect(inShort(events)).toEqual([[`evt_made_cs_test_1_${state}`, `checkout.session.${type}`, at]])
    expect(events.map((event) => readEvent(event.type, event.createdAt, JSON.parse(event.body)))).toEqual([
      expect.objectContaining({ correlationId: state === 'paid' ? 'pi_1' : 'cs_test_1' }),
    ])
  })

  test('is as an event carries it: ids, our version, and the object’s own mode before the key’s', () => {
    const [event] = told({ ...session('card'), livemode: true })
    expect(event).toMatchObject({ apiVersion: API_VERSION, livemode: true, account: null })
    expect(event && objectOf(event)['payment_intent']).toBe('pi_1')
    const { livemode: _none, ...silent } = session('card')
    expect(synthesisedEvents(silent, true)).toMatchObject([{ livemode: true }])
  })

  test('is not older than the event that told of it', () => {
    const announcedAt = new Date(2_500_000)
    expect(told(session('card'), announcedAt)).toMatchObject([{ createdAt: announcedAt }])
    expect(told(session('us_bank_account'), announcedAt)).toMatchObject([
      { createdAt: new Date(300_000_000) },
    ])
  })

  test('open says nothing yet', () => {
    expect(told(session('card', { status: 'open', payment_status: 'unpaid' }))).toEqual([])
  })
})

const charge = {
  id: 'py_1',
  object: 'charge',
  created: 1000,
  livemode: false,
  status: 'failed',
  payment_intent: 'pi_1',
  amount: 500,
  amount_refunded: 0,
  currency: 'usd',
}

const failure = { id: 'txn_2', created: 9000, amount: -500, currency: 'usd' }

test('a debit that came back had succeeded before; one that moved nothing says nothing', () => {
  expect(inShort(told({ ...charge, failure_balance_transaction: failure }))).toEqual([
    ['evt_made_py_1_succeeded', 'charge.succeeded', 1000],
    ['evt_made_py_1_returned', 'charge.failed', 9000],
  ])
  expect(told({ ...charge, failure_balance_transaction: null })).toEqual([])
  expect(told({ ...charge, status: 'succeeded', payment_intent: null })).toEqual([])
})

test('a try to collect a payment that another charge paid says nothing', () => {
  const paidBy = (latest: string) => ({ id: 'pi_1', latest_charge: latest })
  const failed = { ...charge, failure_balance_transaction: failure }
  expect(told({ ...failed, payment_intent: paidBy('py_2') })).toEqual([])
  const [, returned] = told({ ...failed, payment_intent: paidBy('py_1') })
  expect(returned && objectOf(returned)['payment_intent']).toBe('pi_1')
})

test('what came back of a debit is what its movement says, though a refund before it has failed since', () => {
  const partly = { ...failure, amount: -350 }
  const returned = (its: object) =>
    told({ ...charge, ...its }).map((event) => readEvent(event.type, event.createdAt, JSON.parse(event.body)))
  expect(returned({ failure_balance_transaction: partly })).toMatchObject([
    { fact: { kind: 'charge_succeeded' } },
    { fact: { kind: 'bank_return', chargeId: 'py_1', refund: { amount: { minor: 350n } } } },
  ])
  // Settled in another currency: the charge alone tells.
  const abroad = { ...failure, amount: -460, currency: 'eur' }
  expect(returned({ amount_refunded: 100, failure_balance_transaction: abroad })).toMatchObject([
    { fact: { kind: 'charge_succeeded' } },
    { fact: { refund: { amount: { minor: 400n } } } },
  ])
})

test('a warning about something else’s charge names no payment, and says nothing', () => {
  const warning = { id: 'issfr_1', object: 'radar.early_fraud_warning', created: 1000, livemode: false }
  expect(told({ ...warning, charge: 'ch_1', fraud_type: 'misc', actionable: true })).toEqual([])
})

test('a dispute’s state is its word and what it moved', () => {
  const moved = (...amounts: number[]) => amounts.map((amount, at) => ({ amount, created: 2000 + at }))
  const dispute = { id: 'dp_1', object: 'dispute', created: 1000, livemode: false, payment_intent: 'pi_1' }
  expect(inShort(told({ ...dispute, status: 'needs_response', balance_transactions: moved(-500) }))).toEqual([
    ['evt_made_dp_1_needs_response_taken', 'charge.dispute.updated', 2000],
  ])
  expect(inShort(told({ ...dispute, status: 'won', balance_transactions: moved(-500, 500) }))).toEqual([
    ['evt_made_dp_1_won_taken_given', 'charge.dispute.closed', 2001],
  ])
})

test('an invoice of something that is no recurring gift says nothing', () => {
  const invoice = {
    id: 'in_1',
    object: 'invoice',
    created: 1000,
    livemode: false,
    status: 'paid',
    attempted: true,
  }
  expect(told({ ...invoice, parent: null })).toEqual([])
})

test.each([
  null,
  'x',
  {},
  { object: 'charge' },
  { ...charge, created: 'yesterday' },
  { ...charge, object: 'moon' },
])('%j cannot be read, and is not passed over in silence', (object) =>
  expect(synthesisedEvents(object, false)).toBeNull(),
)
