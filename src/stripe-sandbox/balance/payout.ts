import type Stripe from 'stripe'
import { refused } from '../api/errors.ts'
import type { Transaction } from '../state/transaction.ts'
import { DAY_MS, dayStart, seconds } from '../time.ts'
import { balanceOf, createBalanceTransaction } from './balance-transaction.ts'

type PayoutParams = {
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly metadata: Record<string, string>
  readonly statementDescriptor: string | null
  readonly method: string
}

/**
 * Pays out everything that is available and not yet in a payout. A balance below zero waits for the next charges.
 * @param subject `usd/2026-11-04`.
 */
export function createAutomaticPayout(transaction: Transaction, subject: string): void {
  const { nowMs, state } = transaction.context
  transaction.unschedule('create_payout', subject)
  const [currency = ''] = subject.split('/')
  const records = [...state.balance_transaction.values()].filter(
    ({ object, payout }) =>
      payout === null && object.currency === currency && object.available_on * 1000 <= nowMs,
  )
  const amount = records.reduce((sum, { object }) => sum + object.net, 0)
  if (amount <= 0) return
  const payout = createPayout(transaction, {
    amount,
    currency,
    metadata: {},
    statementDescriptor: null,
    description: 'STRIPE PAYOUT',
    method: 'standard',
    automatic: true,
  })
  for (const record of records) {
    transaction.put('balance_transaction', record.object.id, { ...record, payout: payout.id })
  }
}

/** @throws StripeRefusal when the available balance is smaller. */
export function createManualPayout(transaction: Transaction, params: PayoutParams): Stripe.Payout {
  const { available } = balanceOf(transaction.context, params.currency)
  if (params.amount > available) {
    const message =
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. ' +
      'You can use the the /v1/balance endpoint to view your Stripe balance.'
    throw refused('balance_insufficient', message)
  }
  return createPayout(transaction, { ...params, automatic: false })
}

function createPayout(
  transaction: Transaction,
  { amount, currency, automatic, ...params }: PayoutParams & { readonly automatic: boolean },
): Stripe.Payout {
  const { nowMs, newId, settings } = transaction.context
  const id = newId('po_')
  const arrivalMs = dayStart(nowMs) + settings.payoutArrivalDays * DAY_MS
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: 'payout',
    amount: -amount,
    currency,
    fee: 0,
    exchangeRate: null,
    description: params.description,
    source: id,
    available: 'at once',
    ...(automatic ? { payout: id } : {}),
  })
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: seconds(arrivalMs),
    automatic,
    balance_transaction: balanceTransaction.id,
    created: seconds(nowMs),
    currency,
    description: params.description,
    destination: `ba_1OfflineStripe${currency.toUpperCase()}`,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: params.metadata,
    method: params.method,
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: params.statementDescriptor,
    status: automatic ? 'in_transit' : 'pending', // only a pending payout can still be canceled
    trace_id: null,
    type: 'bank_account',
  }
  transaction.put('payout', id, payout)
  transaction.emit('payout.created', payout)
  transaction.schedule('mark_payout_paid', id, Math.max(arrivalMs, nowMs))
  return payout
}

/** The payout reaches the bank. Stripe itemises automatic payouts only, a little later. */
export function markPayoutPaid(transaction: Transaction, id: string): void {
  const { nowMs, settings } = transaction.context
  const payout = transaction.getOrThrow('payout', id)
  transaction.unschedule('mark_payout_paid', id)
  // The bank's id of the transfer, which also stands on its statement.
  const trace_id = { status: 'supported', value: `TR${id.slice(-14).toUpperCase()}` }
  const paid: Stripe.Payout = { ...payout, status: 'paid', trace_id }
  transaction.put('payout', id, paid)
  transaction.emit('payout.updated', paid, { status: payout.status })
  transaction.emit('payout.paid', paid)
  if (!paid.automatic) return
  transaction.schedule('complete_payout_reconciliation', id, nowMs + settings.payoutReconciliationDelayMs)
}

export function completePayoutReconciliation(transaction: Transaction, id: string): void {
  transaction.unschedule('complete_payout_reconciliation', id)
  const payout = transaction.getOrThrow('payout', id)
  const completed: Stripe.Payout = { ...payout, reconciliation_status: 'completed' }
  transaction.put('payout', id, completed)
  transaction.emit('payout.reconciliation_completed', completed)
}

/**
 * The bank rejects the payout, in transit or days after it was paid. The money returns to the balance.
 * @throws StripeRefusal when the payout has failed or was canceled before.
 */
export function failPayout(transaction: Transaction, id: string, code: string): void {
  const payout = transaction.getOrThrow('payout', id)
  if (payout.status === 'failed' || payout.status === 'canceled') {
    throw refused(undefined, `This payout is already ${payout.status}.`)
  }
  transaction.unschedule('mark_payout_paid', id)
  const failed: Stripe.Payout = {
    ...payout,
    status: 'failed',
    failure_balance_transaction: returnToBalance(transaction, payout, 'payout_failure'),
    failure_code: code,
    failure_message: `The payout failed (${code}).`,
  }
  transaction.put('payout', id, failed)
  transaction.emit('payout.updated', failed, { status: payout.status })
  transaction.emit('payout.failed', failed)
}

/** @throws StripeRefusal unless the payout is still pending. */
export function cancelPayout(transaction: Transaction, payout: Stripe.Payout): Stripe.Payout {
  if (payout.status !== 'pending') {
    const message = `Payouts can only be canceled while they are pending; this one is ${payout.status}.`
    throw refused(undefined, message)
  }
  transaction.unschedule('mark_payout_paid', payout.id)
  const canceled: Stripe.Payout = {
    ...payout,
    status: 'canceled',
    failure_balance_transaction: returnToBalance(transaction, payout, 'payout_cancel'),
  }
  transaction.put('payout', payout.id, canceled)
  transaction.emit('payout.canceled', canceled)
  return canceled
}

/** Returns the id of the balance transaction. */
function returnToBalance(
  transaction: Transaction,
  { amount, currency, id }: Stripe.Payout,
  type: 'payout_failure' | 'payout_cancel',
): string {
  const balanceTransaction = createBalanceTransaction(transaction, {
    type,
    amount,
    currency,
    description: `Payout ${type === 'payout_failure' ? 'failed' : 'canceled'}: ${id}`,
    fee: 0,
    exchangeRate: null,
    source: id,
    available: 'at once',
  })
  return balanceTransaction.id
}
