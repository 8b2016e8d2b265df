import type Stripe from 'stripe'
import { balanceOf, book } from './balance-transaction.ts'
import { refused } from '../api/errors.ts'
import { DAY_MS, dayStart } from '../settings.ts'
import { seconds } from '../state.ts'
import type { Work } from '../work.ts'

export type ManualPayout = {
  readonly amount: number
  readonly currency: string
  readonly description: string | null
  readonly metadata: Record<string, string>
  readonly statementDescriptor: string | null
  readonly method: string
}

/** @param subject `usd/2026-11-04`: everything available and not yet paid out goes to the bank. */
export function payOut(work: Work, subject: string): void {
  const { scene } = work
  work.done('pay_out', subject)
  const [currency = ''] = subject.split('/')
  const items = [...scene.state.balance_transaction.values()].filter(
    ({ object, payout }) =>
      payout === null && object.currency === currency && object.available_on * 1000 <= scene.nowMs,
  )
  // A balance below zero waits for the next charges.
  const amount = items.reduce((sum, { object }) => sum + object.net, 0)
  if (amount <= 0) return
  const payout = send(work, {
    amount,
    currency,
    metadata: {},
    statementDescriptor: null,
    description: 'STRIPE PAYOUT',
    method: 'standard',
    automatic: true,
  })
  for (const item of items) work.put('balance_transaction', item.object.id, { ...item, payout: payout.id })
}

/** @throws StripeRefusal when the available balance is smaller. */
export function payOutByHand(work: Work, asked: ManualPayout): Stripe.Payout {
  const { available } = balanceOf(work.scene, asked.currency)
  if (asked.amount > available) {
    const message =
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. ' +
      'You can use the the /v1/balance endpoint to view your Stripe balance.'
    throw refused('balance_insufficient', message)
  }
  return send(work, { ...asked, automatic: false })
}

function send(work: Work, asked: ManualPayout & { readonly automatic: boolean }): Stripe.Payout {
  const { nowMs, newId, settings } = work.scene
  const id = newId('po_')
  const arrivalMs = dayStart(nowMs) + settings.payoutArrivalDays * DAY_MS
  const transaction = book(work, {
    type: 'payout',
    amount: -asked.amount,
    currency: asked.currency,
    fee: 0,
    exchangeRate: null,
    description: asked.description,
    source: id,
    available: 'at once',
    ...(asked.automatic ? { payout: id } : {}),
  })
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount: asked.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: seconds(arrivalMs),
    automatic: asked.automatic,
    balance_transaction: transaction.id,
    created: seconds(nowMs),
    currency: asked.currency,
    description: asked.description,
    destination: `ba_1OfflineStripe${asked.currency.toUpperCase()}`,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: asked.metadata,
    method: asked.method,
    original_payout: null,
    payout_method: null,
    reconciliation_status: asked.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: asked.statementDescriptor,
    status: asked.automatic ? 'in_transit' : 'pending', // what is pending can still be canceled
    trace_id: null,
    type: 'bank_account',
  }
  work.put('payout', id, payout)
  work.announce('payout.created', payout)
  work.schedule('payout_arrives', id, Math.max(arrivalMs, nowMs))
  return payout
}

/** The bank has it. What it is made of is known a little later, for automatic payouts only. */
export function payoutArrives(work: Work, id: string): void {
  const payout = work.known('payout', id)
  work.done('payout_arrives', id)
  const paid: Stripe.Payout = { ...payout, status: 'paid' }
  work.put('payout', id, paid)
  work.announce('payout.updated', paid, { status: payout.status })
  work.announce('payout.paid', paid)
  if (paid.automatic) {
    work.schedule('payout_itemised', id, work.scene.nowMs + work.scene.settings.itemisationDelayMs)
  }
}

export function payoutItemised(work: Work, id: string): void {
  work.done('payout_itemised', id)
  const payout: Stripe.Payout = { ...work.known('payout', id), reconciliation_status: 'completed' }
  work.put('payout', id, payout)
  work.announce('payout.reconciliation_completed', payout)
}

/** The bank sends it back, on its way or days after it was paid; the money is on the balance again. */
export function payoutFails(work: Work, id: string, code: string): void {
  const payout = work.known('payout', id)
  if (payout.status === 'failed' || payout.status === 'canceled') {
    throw refused(undefined, `This payout is already ${payout.status}.`)
  }
  work.done('payout_arrives', id)
  const failed: Stripe.Payout = {
    ...payout,
    status: 'failed',
    failure_balance_transaction: comesBack(work, payout, 'payout_failure'),
    failure_code: code,
    failure_message: `The payout failed (${code}).`,
  }
  work.put('payout', id, failed)
  work.announce('payout.updated', failed, { status: payout.status })
  work.announce('payout.failed', failed)
}

/** @throws StripeRefusal unless it is still pending. */
export function cancelPayout(work: Work, payout: Stripe.Payout): Stripe.Payout {
  if (payout.status !== 'pending') {
    throw refused(
      undefined,
      `Payouts can only be canceled while they are pending; this one is ${payout.status}.`,
    )
  }
  work.done('payout_arrives', payout.id)
  const canceled: Stripe.Payout = {
    ...payout,
    status: 'canceled',
    failure_balance_transaction: comesBack(work, payout, 'payout_cancel'),
  }
  work.put('payout', payout.id, canceled)
  work.announce('payout.canceled', canceled)
  return canceled
}

function comesBack(work: Work, payout: Stripe.Payout, type: 'payout_failure' | 'payout_cancel'): string {
  const { amount, currency, id } = payout
  const words = type === 'payout_failure' ? 'failed' : 'canceled'
  const description = `Payout ${words}: ${id}`
  return book(work, {
    type,
    amount,
    currency,
    description,
    fee: 0,
    exchangeRate: null,
    source: id,
    available: 'at once',
  }).id
}
