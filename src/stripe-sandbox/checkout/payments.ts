import type Stripe from 'stripe'
import { ensureBalanceTransaction, scheduleBalanceTransaction } from '../balance/charge-balance.ts'
import { startSubscription } from '../billing/start-subscription.ts'
import { bankDebitFor } from '../currencies.ts'
import { failBankDebit } from '../reversals/bank-debit-return.ts'
import type { BankDebit, Donor, SessionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { newCharge, succeededCharge } from './charge.ts'
import { completed, intentIdOf, withAttempt } from './checkout-session.ts'
import { failedIntent, newIntent, processingIntent, succeededIntent } from './payment-intent.ts'

/** What the reader presses on the checkout page. `outcome` is what the bank will report later. */
export type PaymentAttempt =
  | { readonly how: 'card' | 'declined' }
  | { readonly how: 'bank_debit'; readonly outcome: BankDebit['outcome']; readonly settlesAtMs: number }

/** The session is not open, or does not offer this payment method. */
export class CannotPay extends Error {
  override readonly name = 'CannotPay'
}

/**
 * One attempt to pay a session. The first one makes the PaymentIntent.
 * @throws CannotPay unless the session is open and offers the payment method.
 */
export function attemptPayment(
  transaction: Transaction,
  record: SessionRecord,
  donor: Donor,
  attempt: PaymentAttempt,
): void {
  if (donor.presented !== undefined && record.object.adaptive_pricing?.enabled !== true)
    throw new CannotPay('This session offers no other currency: Adaptive Pricing is off.')
  if (record.object.status !== 'open') throw new CannotPay(`This session is ${record.object.status}.`)
  const existing = intentOf(transaction, record)
  const intent = existing ?? newIntent(transaction.context, record)
  if (existing === undefined) transaction.emit('payment_intent.created', intent)
  const attempted = withAttempt(record, donor, intent.id)
  switch (attempt.how) {
    case 'card':
      if (record.object.mode === 'subscription')
        return startSubscription(transaction, attempted, intent, donor)
      return payByCard(transaction, attempted, intent, donor)
    case 'declined':
      return declineCard(transaction, attempted, intent, donor)
    case 'bank_debit':
      return startBankDebit(transaction, attempted, intent, donor, attempt)
  }
}

/**
 * The bank reports the outcome of a completed session's debit.
 * @throws CannotPay when no bank debit is pending.
 */
export function settleBankDebit(
  transaction: Transaction,
  debit: BankDebit,
  outcome: BankDebit['outcome'],
): void {
  const record = transaction.get('session', debit.sessionId)
  const intent = record === undefined ? undefined : intentOf(transaction, record)
  const charge =
    typeof intent?.latest_charge === 'string' ? transaction.get('charge', intent.latest_charge) : undefined
  if (debit.settled || record === undefined || intent === undefined || charge === undefined) {
    throw new CannotPay('No bank debit of this session is pending.')
  }
  transaction.put('bank_debit', debit.sessionId, { ...debit, outcome, settled: true })
  if (outcome === 'succeeded') {
    const succeeded = succeededCharge(ensureBalanceTransaction(transaction, charge.id))
    putCharge(transaction, 'charge.succeeded', succeeded)
    putIntent(transaction, 'payment_intent.succeeded', succeededIntent(intent, succeeded))
    return putSession(transaction, 'checkout.session.async_payment_succeeded', completed(record, 'paid'))
  }
  const failed = failBankDebit(transaction, charge.id)
  putCharge(transaction, 'charge.failed', failed)
  putIntent(transaction, 'payment_intent.payment_failed', failedIntent(intent, failed))
  return putSession(transaction, 'checkout.session.async_payment_failed', completed(record, 'unpaid'))
}

function payByCard(
  transaction: Transaction,
  attempted: SessionRecord,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): void {
  const charge = newCharge(transaction.context, intent, donor, 'succeeded')
  putCharge(transaction, 'charge.succeeded', charge)
  putIntent(transaction, 'payment_intent.succeeded', succeededIntent(intent, charge))
  putSession(transaction, 'checkout.session.completed', completed(attempted, 'paid'))
}

function declineCard(
  transaction: Transaction,
  attempted: SessionRecord,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): void {
  const charge = newCharge(transaction.context, intent, donor, 'declined')
  putCharge(transaction, 'charge.failed', charge)
  putIntent(transaction, 'payment_intent.payment_failed', failedIntent(intent, charge))
  transaction.put('session', attempted.object.id, attempted)
}

function startBankDebit(
  transaction: Transaction,
  attempted: SessionRecord,
  intent: Stripe.PaymentIntent,
  donor: Donor,
  { outcome, settlesAtMs }: Extract<PaymentAttempt, { how: 'bank_debit' }>,
): void {
  const method = bankDebitFor(intent.currency)
  if (method === null || !attempted.object.payment_method_types.includes(method)) {
    throw new CannotPay(`This session offers no bank debit (${intent.currency}).`)
  }
  const charge = newCharge(transaction.context, intent, donor, method)
  putCharge(transaction, 'charge.pending', charge)
  putIntent(transaction, 'payment_intent.processing', processingIntent(intent, charge))
  putSession(transaction, 'checkout.session.completed', completed(attempted, 'unpaid'))
  const sessionId = attempted.object.id
  transaction.put('bank_debit', sessionId, { sessionId, outcome, settlesAtMs, settled: false })
}

function intentOf(transaction: Transaction, record: SessionRecord): Stripe.PaymentIntent | undefined {
  const id = intentIdOf(record)
  return id === null ? undefined : transaction.get('payment_intent', id)
}

function putCharge(
  transaction: Transaction,
  type: 'charge.succeeded' | 'charge.pending' | 'charge.failed',
  charge: Stripe.Charge,
): void {
  transaction.put('charge', charge.id, charge)
  transaction.emit(type, charge)
  if (type !== 'charge.failed' && charge.balance_transaction === null) {
    scheduleBalanceTransaction(transaction, charge.id)
  }
}

function putIntent(
  transaction: Transaction,
  type: 'payment_intent.succeeded' | 'payment_intent.processing' | 'payment_intent.payment_failed',
  intent: Stripe.PaymentIntent,
): void {
  transaction.put('payment_intent', intent.id, intent)
  transaction.emit(type, intent)
}

function putSession(
  transaction: Transaction,
  type:
    | 'checkout.session.completed'
    | 'checkout.session.async_payment_succeeded'
    | 'checkout.session.async_payment_failed',
  record: SessionRecord,
): void {
  transaction.put('session', record.object.id, record)
  transaction.emit(type, record.object)
}
