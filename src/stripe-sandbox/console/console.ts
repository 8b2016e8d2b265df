import { createBalanceTransaction } from '../balance/balance-transaction.ts'
import type { BalanceTransactionParams } from '../balance/balance-transaction.ts'
import { failPayout } from '../balance/payout.ts'
import { cancelSubscription, setCancelAtPeriodEnd } from '../billing/cancellation.ts'
import { withAmount } from '../billing/subscription.ts'
import { returnBankDebit } from '../reversals/bank-debit-return.ts'
import {
  closeDispute,
  createEarlyFraudWarning,
  escalateInquiry,
  openDispute,
  submitEvidence,
  withdrawAgain,
} from '../reversals/dispute.ts'
import type { DisputeKind, DisputeOutcome } from '../reversals/dispute.ts'
import { createRefund, failRefund, settleRefund } from '../reversals/refund.ts'
import type { Runtime } from '../runtime.ts'
import type { Transaction } from '../state/transaction.ts'
import { DAY_MS } from '../time.ts'

/** What people, banks and Stripe do outside the API. Amounts in minor units. Every method may throw StripeRefusal. */
export type SandboxConsole = {
  /** As from Stripe's Dashboard. With `fails after success` the bank rejects it some days later. Returns its id. */
  refund(
    chargeId: string,
    options?: { amount?: number; reason?: string; outcome?: 'as usual' | 'fails after success' },
  ): Promise<string>
  /** Now instead of at its time; `failed` also after it has succeeded. */
  settleRefund(refundId: string, outcome: 'succeeded' | 'failed'): Promise<void>
  /** A cardholder complains. Returns the dispute's id. */
  dispute(
    chargeId: string,
    options?: { amount?: number; reason?: string; kind?: DisputeKind },
  ): Promise<string>
  /** The dispute is `under_review` then. */
  submitEvidence(disputeId: string): Promise<void>
  /** Turns an inquiry into a dispute that takes the money. */
  escalateInquiry(disputeId: string): Promise<void>
  /** Of a dispute that is lost, `reinstated` is given back. */
  closeDispute(
    disputeId: string,
    outcome: DisputeOutcome,
    options?: { readonly reinstated?: number },
  ): Promise<void>
  /** Takes the money of a dispute that was won once more: it is lost then. */
  withdrawAgain(disputeId: string): Promise<void>
  /** Returns the warning's id. */
  createEarlyFraudWarning(chargeId: string, fraudType?: string): Promise<string>
  /** The bank returns a debit that has succeeded. */
  returnBankDebit(chargeId: string): Promise<void>
  /** Makes the card decline the subscription's next payments after the first. */
  declineRenewals(subscriptionId: string, count: number): Promise<void>
  cancelSubscription(subscriptionId: string, when: 'now' | 'period end'): Promise<void>
  /** Gives the card of the subscription another last month. */
  cardExpires(subscriptionId: string, month: { readonly year: number; readonly month: number }): Promise<void>
  /** From the next invoice on. */
  changeSubscription(subscriptionId: string, changes: { amount: number }): Promise<void>
  /** In transit, or days after it was paid. */
  failPayout(payoutId: string, failureCode?: string): Promise<void>
  /** Any balance transaction, also one of a type that the service does not know. Returns its id. */
  injectBalanceTransaction(params: {
    type: string
    amount: number
    currency?: string
    fee?: number
    description?: string
    source?: string
    reportingCategory?: string
  }): Promise<string>
  /** US dollars for one whole unit, as a decimal: `1.0842`. It applies to every later conversion. */
  setExchangeRate(currency: string, usd: string): Promise<void>
}

const REFUND_FAILS_AFTER_DAYS = 5

export function createConsole(runtime: Runtime): SandboxConsole {
  // An async function, so that a refusal rejects the promise.
  const transact = async <T>(act: (transaction: Transaction) => T): Promise<T> => runtime.transact(act)
  return {
    refund: (chargeId, { amount, reason, outcome } = {}) =>
      transact((transaction) => {
        const params = { chargeId, amount: amount ?? null, reason: reason ?? null, metadata: {} }
        const { id } = createRefund(transaction, params)
        if (outcome === 'fails after success') {
          const failsAtMs = transaction.context.nowMs + REFUND_FAILS_AFTER_DAYS * DAY_MS
          transaction.schedule('fail_refund', id, failsAtMs)
        }
        return id
      }),
    settleRefund: (id, outcome) =>
      transact((transaction) =>
        outcome === 'failed' ? failRefund(transaction, id) : settleRefund(transaction, id),
      ),
    dispute: (chargeId, { amount, reason = 'fraudulent', kind = 'dispute' } = {}) =>
      transact(
        (transaction) => openDispute(transaction, { chargeId, amount: amount ?? null, reason, kind }).id,
      ),
    submitEvidence: (id) => transact((transaction) => submitEvidence(transaction, id)),
    escalateInquiry: (id) => transact((transaction) => escalateInquiry(transaction, id)),
    closeDispute: (id, outcome, { reinstated } = {}) =>
      transact((transaction) => closeDispute(transaction, id, outcome, reinstated)),
    withdrawAgain: (id) => transact((transaction) => withdrawAgain(transaction, id)),
    createEarlyFraudWarning: (chargeId, fraudType = 'made_with_stolen_card') =>
      transact((transaction) => {
        const charge = transaction.getOrThrow('charge', chargeId)
        return createEarlyFraudWarning(transaction, charge, fraudType).id
      }),
    returnBankDebit: (chargeId) => transact((transaction) => returnBankDebit(transaction, chargeId)),
    declineRenewals: (id, count) =>
      transact((transaction) => {
        const record = transaction.getOrThrow('subscription', id)
        transaction.put('subscription', id, { ...record, declines: count })
      }),
    cancelSubscription: (id, when) =>
      transact((transaction) => {
        const record = transaction.getOrThrow('subscription', id)
        if (when === 'now') cancelSubscription(transaction, record, 'cancellation_requested')
        else setCancelAtPeriodEnd(transaction, record, true)
      }),
    cardExpires: (id, { year, month }) =>
      transact((transaction) => {
        const { object } = transaction.getOrThrow('subscription', id)
        const card = transaction.getOrThrow('payment_method', String(object.default_payment_method))
        if (card.card === undefined || card.card === null) return
        const shown = { ...card.card, exp_month: month, exp_year: year }
        transaction.put('payment_method', card.id, { ...card, card: shown })
      }),
    changeSubscription: (id, { amount }) =>
      transact((transaction) => {
        const record = transaction.getOrThrow('subscription', id)
        const object = withAmount(transaction.context, record.object, amount)
        transaction.put('subscription', id, { ...record, object })
        transaction.emit('customer.subscription.updated', object, { items: record.object.items })
      }),
    failPayout: (id, failureCode = 'account_closed') =>
      transact((transaction) => failPayout(transaction, id, failureCode)),
    injectBalanceTransaction: (params) =>
      transact((transaction) => {
        const defaults = { currency: 'usd', fee: 0, description: null, source: null, exchangeRate: null }
        const complete: BalanceTransactionParams = { ...defaults, ...params, available: 'at once' }
        return createBalanceTransaction(transaction, complete).id
      }),
    setExchangeRate: (currency, usd) => transact((transaction) => transaction.put('rate', currency, { usd })),
  }
}
