import type Stripe from 'stripe'
import { firstCollection } from '../billing/first-collection.ts'
import { reversedDebit } from '../reversals/late-failure.ts'
import { bookCharge, bookLater } from '../balance/charge-booking.ts'
import { newCharge, succeededCharge } from './charge.ts'
import { completed, withTry } from './checkout-session.ts'
import { bankDebitFor } from '../currencies.ts'
import { failedIntent, newIntent, processingIntent, succeededIntent } from './payment-intent.ts'
import type { BankDebit, Donor, SessionRecord } from '../state.ts'
import type { Work } from '../work.ts'

/** What the reader presses on the hosted page. `settles` is what the bank will say later. */
export type Try =
  | { readonly how: 'card' | 'declined' }
  | { readonly how: 'bank_debit'; readonly settles: 'succeeded' | 'failed'; readonly settlesAtMs: number }

/** A try cannot be made: the session is not open, or does not offer this kind of payment. */
export class CannotPay extends Error {
  override readonly name = 'CannotPay'
}

/** One try to pay an open session: payment intent (made now if it is the first try), charge, session, events. */
export function tryToPay(work: Work, record: SessionRecord, donor: Donor, attempt: Try): void {
  if (record.object.status !== 'open') throw new CannotPay(`This session is ${record.object.status}.`)
  const known = intentOf(work, record)
  const intent = known ?? newIntent(work.scene, record)
  if (known === undefined) work.announce('payment_intent.created', intent)
  const tried = withTry(record, donor, intent.id)
  switch (attempt.how) {
    case 'card':
      if (tried.object.mode === 'subscription') return firstCollection(work, tried, intent, donor)
      return payByCard(work, tried, intent, donor)
    case 'declined':
      return decline(work, tried, intent, donor)
    case 'bank_debit':
      return payByDebit(work, tried, intent, donor, attempt)
  }
}

/** The bank has spoken: the debit of a completed session succeeds or comes back. */
export function settle(work: Work, debit: BankDebit, says: BankDebit['outcome']): void {
  const record = work.get('session', debit.sessionId)
  const intent = record === undefined ? undefined : intentOf(work, record)
  const charge =
    typeof intent?.latest_charge === 'string' ? work.get('charge', intent.latest_charge) : undefined
  if (debit.settled || record === undefined || intent === undefined || charge === undefined) {
    throw new CannotPay('No bank debit of this session is under way.')
  }
  work.put('bank_debit', debit.sessionId, { ...debit, outcome: says, settled: true })
  if (says === 'succeeded') {
    const done = succeededCharge(bookCharge(work, charge.id))
    keepCharge(work, 'charge.succeeded', done)
    keepIntent(work, 'payment_intent.succeeded', succeededIntent(intent, done))
    return keepSession(work, 'checkout.session.async_payment_succeeded', completed(record, 'paid'))
  }
  const failed = reversedDebit(work, charge.id)
  keepCharge(work, 'charge.failed', failed)
  keepIntent(work, 'payment_intent.payment_failed', failedIntent(intent, failed))
  return keepSession(work, 'checkout.session.async_payment_failed', completed(record, 'unpaid'))
}

function payByCard(work: Work, tried: SessionRecord, intent: Stripe.PaymentIntent, donor: Donor): void {
  const charge = newCharge(work.scene, intent, donor, 'succeeded')
  keepCharge(work, 'charge.succeeded', charge)
  keepIntent(work, 'payment_intent.succeeded', succeededIntent(intent, charge))
  keepSession(work, 'checkout.session.completed', completed(tried, 'paid'))
}

function decline(work: Work, tried: SessionRecord, intent: Stripe.PaymentIntent, donor: Donor): void {
  const charge = newCharge(work.scene, intent, donor, 'declined')
  keepCharge(work, 'charge.failed', charge)
  keepIntent(work, 'payment_intent.payment_failed', failedIntent(intent, charge))
  work.put('session', tried.object.id, tried)
}

function payByDebit(
  work: Work,
  tried: SessionRecord,
  intent: Stripe.PaymentIntent,
  donor: Donor,
  { settles, settlesAtMs }: Extract<Try, { how: 'bank_debit' }>,
): void {
  const method = bankDebitFor(intent.currency)
  if (method === null || !tried.object.payment_method_types.includes(method)) {
    throw new CannotPay(`This session offers no bank debit (${intent.currency}).`)
  }
  const charge = newCharge(work.scene, intent, donor, method)
  keepCharge(work, 'charge.pending', charge)
  keepIntent(work, 'payment_intent.processing', processingIntent(intent, charge))
  keepSession(work, 'checkout.session.completed', completed(tried, 'unpaid'))
  const sessionId = tried.object.id
  work.put('bank_debit', sessionId, { sessionId, outcome: settles, settlesAtMs, settled: false })
}

function intentOf(work: Work, { object, triedIntent }: SessionRecord): Stripe.PaymentIntent | undefined {
  const id = object.payment_intent ?? triedIntent
  return typeof id === 'string' ? work.get('payment_intent', id) : undefined
}

function keepCharge(
  work: Work,
  type: 'charge.succeeded' | 'charge.pending' | 'charge.failed',
  charge: Stripe.Charge,
): void {
  work.put('charge', charge.id, charge)
  work.announce(type, charge)
  if (type !== 'charge.failed' && charge.balance_transaction === null) bookLater(work, charge.id)
}

function keepIntent(
  work: Work,
  type: 'payment_intent.succeeded' | 'payment_intent.processing' | 'payment_intent.payment_failed',
  intent: Stripe.PaymentIntent,
): void {
  work.put('payment_intent', intent.id, intent)
  work.announce(type, intent)
}

function keepSession(
  work: Work,
  type:
    | 'checkout.session.completed'
    | 'checkout.session.async_payment_succeeded'
    | 'checkout.session.async_payment_failed',
  record: SessionRecord,
): void {
  work.put('session', record.object.id, record)
  work.announce(type, record.object)
}
