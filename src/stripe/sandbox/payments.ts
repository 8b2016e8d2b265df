import type Stripe from 'stripe'
import { bankDebitFor } from './currencies.ts'
import { failedCharge, newCharge, succeededCharge } from './charge.ts'
import { completed, withTry } from './checkout-session.ts'
import { announce } from './events.ts'
import { failedIntent, newIntent, processingIntent, succeededIntent } from './payment-intent.ts'
import type { BankDebit, Change, Donor, Scene, SessionRecord } from './state.ts'

/** What the reader presses on the hosted page. `settles` is what the bank will say later. */
export type Try =
  | { readonly how: 'card' | 'declined' }
  | { readonly how: 'bank_debit'; readonly settles: 'succeeded' | 'failed'; readonly settlesAtMs: number }

/** A try cannot be made: the session is not open, or does not offer this kind of payment. */
export class CannotPay extends Error {
  override readonly name = 'CannotPay'
}

/** One try to pay an open session: payment intent (made now if it is the first try), charge, session, events. */
export function tryToPay(scene: Scene, record: SessionRecord, donor: Donor, attempt: Try): Change[] {
  if (record.object.status !== 'open') throw new CannotPay(`This session is ${record.object.status}.`)
  const known = intentOf(scene, record)
  const intent = known ?? newIntent(scene, record)
  const tried = withTry(record, donor, intent.id)
  const created = known === undefined ? announce(scene, 'payment_intent.created', intent) : []
  return [...created, ...outcome(scene, tried, intent, donor, attempt)]
}

/** The bank has spoken: the debit of a completed session succeeds or comes back. */
export function settle(scene: Scene, debit: BankDebit, says: BankDebit['outcome']): Change[] {
  const record = scene.state.session.get(debit.sessionId)
  const intent = record === undefined ? undefined : intentOf(scene, record)
  const charge =
    typeof intent?.latest_charge === 'string' ? scene.state.charge.get(intent.latest_charge) : undefined
  if (debit.settled || record === undefined || intent === undefined || charge === undefined) {
    throw new CannotPay('No bank debit of this session is under way.')
  }
  const settled: Change = {
    table: 'bank_debit',
    id: debit.sessionId,
    value: { ...debit, outcome: says, settled: true },
  }
  if (says === 'succeeded') {
    const done = succeededCharge(charge)
    return [
      settled,
      ...chargeChange(scene, 'charge.succeeded', done),
      ...intentChange(scene, 'payment_intent.succeeded', succeededIntent(intent, done)),
      ...sessionChange(scene, 'checkout.session.async_payment_succeeded', completed(record, 'paid')),
    ]
  }
  const failed = failedCharge(charge, 'insufficient_funds', 'The bank account has insufficient funds.')
  return [
    settled,
    ...chargeChange(scene, 'charge.failed', failed),
    ...intentChange(scene, 'payment_intent.payment_failed', failedIntent(intent, failed)),
    ...sessionChange(scene, 'checkout.session.async_payment_failed', completed(record, 'unpaid')),
  ]
}

function outcome(
  scene: Scene,
  tried: SessionRecord,
  intent: Stripe.PaymentIntent,
  donor: Donor,
  attempt: Try,
): Change[] {
  switch (attempt.how) {
    case 'card': {
      const charge = newCharge(scene, intent, donor, 'succeeded')
      return [
        ...chargeChange(scene, 'charge.succeeded', charge),
        ...intentChange(scene, 'payment_intent.succeeded', succeededIntent(intent, charge)),
        ...sessionChange(scene, 'checkout.session.completed', completed(tried, 'paid')),
      ]
    }
    case 'declined': {
      const charge = newCharge(scene, intent, donor, 'declined')
      return [
        ...chargeChange(scene, 'charge.failed', charge),
        ...intentChange(scene, 'payment_intent.payment_failed', failedIntent(intent, charge)),
        { table: 'session', id: tried.object.id, value: tried },
      ]
    }
    case 'bank_debit': {
      const method = bankDebitFor(intent.currency)
      if (method === null || !tried.object.payment_method_types.includes(method)) {
        throw new CannotPay(`This session offers no bank debit (${intent.currency}).`)
      }
      const charge = newCharge(scene, intent, donor, method)
      const { settles, settlesAtMs } = attempt
      const sessionId = tried.object.id
      const debit: BankDebit = { sessionId, outcome: settles, settlesAtMs, settled: false }
      return [
        ...chargeChange(scene, 'charge.pending', charge),
        ...intentChange(scene, 'payment_intent.processing', processingIntent(intent, charge)),
        ...sessionChange(scene, 'checkout.session.completed', completed(tried, 'unpaid')),
        { table: 'bank_debit', id: sessionId, value: debit },
      ]
    }
  }
}

function intentOf(scene: Scene, record: SessionRecord): Stripe.PaymentIntent | undefined {
  const id = record.object.payment_intent
  return typeof id === 'string' ? scene.state.payment_intent.get(id) : undefined
}

function chargeChange(
  scene: Scene,
  type: 'charge.succeeded' | 'charge.pending' | 'charge.failed',
  charge: Stripe.Charge,
): Change[] {
  return [{ table: 'charge', id: charge.id, value: charge }, ...announce(scene, type, charge)]
}

function intentChange(
  scene: Scene,
  type: 'payment_intent.succeeded' | 'payment_intent.processing' | 'payment_intent.payment_failed',
  intent: Stripe.PaymentIntent,
): Change[] {
  return [{ table: 'payment_intent', id: intent.id, value: intent }, ...announce(scene, type, intent)]
}

function sessionChange(
  scene: Scene,
  type:
    | 'checkout.session.completed'
    | 'checkout.session.async_payment_succeeded'
    | 'checkout.session.async_payment_failed',
  record: SessionRecord,
): Change[] {
  const { object } = record
  return [{ table: 'session', id: object.id, value: record }, ...announce(scene, type, object)]
}
