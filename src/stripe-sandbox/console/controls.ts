import { debitComesBack } from '../reversals/late-failure.ts'
import { answerDispute, endDispute, escalateInquiry, openDispute } from '../reversals/dispute.ts'
import type { DisputeEnd, DisputeKind } from '../reversals/dispute.ts'
import { makeRefund, refundFails, refundMoves } from '../reversals/refund.ts'
import { warnOfFraud } from '../reversals/warning.ts'
import { cancelAtPeriodEnd, endSubscription } from '../billing/cancellation.ts'
import { withAmount } from '../billing/subscription.ts'
import { book } from '../balance/balance-transaction.ts'
import { payoutFails } from '../balance/payout.ts'
import { DAY_MS } from '../settings.ts'
import type { Stage } from '../stage.ts'
import { startWork } from '../work.ts'
import type { Work } from '../work.ts'

/** What people, banks and Stripe do outside the API. Amounts in minor units; refusals are thrown as StripeRefusal. */
export type Controls = {
  /** As from Stripe's dashboard. `fails after success`: the bank sends it back some days later. Answers its id. */
  refund(
    chargeId: string,
    its?: { amount?: number; reason?: string; outcome?: 'as usual' | 'fails after success' },
  ): Promise<string>
  /** Now instead of by time; `failed` also after it has succeeded. */
  settleRefund(refundId: string, outcome: 'succeeded' | 'failed'): Promise<void>
  /** A cardholder complains. Answers the dispute's id. */
  dispute(chargeId: string, its?: { amount?: number; reason?: string; kind?: DisputeKind }): Promise<string>
  /** Evidence is in: `under_review`. */
  answerDispute(disputeId: string): Promise<void>
  /** An inquiry becomes a dispute that takes the money. */
  escalateInquiry(disputeId: string): Promise<void>
  closeDispute(disputeId: string, how: DisputeEnd): Promise<void>
  /** Answers the early fraud warning's id. */
  warnOfFraud(chargeId: string, fraudType?: string): Promise<string>
  /** A bank debit that has succeeded comes back. */
  failBankDebit(chargeId: string): Promise<void>
  /** So many of the subscription's next collections are declined. */
  declineRenewals(subscriptionId: string, times: number): Promise<void>
  cancelSubscription(subscriptionId: string, when: 'now' | 'period end'): Promise<void>
  /** From the next invoice on. */
  changeSubscription(subscriptionId: string, its: { amount: number }): Promise<void>
  /** On its way, or days after it was paid. */
  failPayout(payoutId: string, code?: string): Promise<void>
  /** Any movement of the balance, also of a type that nobody knows. Answers its id. */
  injectTransaction(its: {
    type: string
    amount: number
    currency?: string
    fee?: number
    description?: string
    source?: string
    reportingCategory?: string
  }): Promise<string>
  /** US dollars for one whole unit, as a decimal: `1.0842`. For what is converted from now on. */
  setExchangeRate(currency: string, usd: string): Promise<void>
}

const REFUND_FAILS_AFTER_DAYS = 5

export function controlsOf(stage: Stage): Controls {
  const doing = async <T>(act: (work: Work) => T): Promise<T> => {
    const work = startWork(stage.scene())
    const result = act(work)
    stage.commit(work.changes)
    return result
  }
  return {
    refund: (chargeId, { amount, reason, outcome } = {}) =>
      doing((work) => {
        const wish = { chargeId, amount: amount ?? null, reason: reason ?? null, metadata: {} }
        const { id } = makeRefund(work, wish)
        if (outcome === 'fails after success') {
          work.schedule('refund_fails', id, work.scene.nowMs + REFUND_FAILS_AFTER_DAYS * DAY_MS)
        }
        return id
      }),
    settleRefund: (refundId, outcome) =>
      doing((work) => (outcome === 'failed' ? refundFails(work, refundId) : refundMoves(work, refundId))),
    dispute: (chargeId, { amount, reason = 'fraudulent', kind = 'dispute' } = {}) =>
      doing((work) => openDispute(work, { chargeId, amount: amount ?? null, reason, kind }).id),
    answerDispute: (id) => doing((work) => void answerDispute(work, id)),
    escalateInquiry: (id) => doing((work) => void escalateInquiry(work, id)),
    closeDispute: (id, how) => doing((work) => void endDispute(work, id, how)),
    warnOfFraud: (chargeId, fraudType = 'made_with_stolen_card') =>
      doing((work) => warnOfFraud(work, work.known('charge', chargeId), fraudType).id),
    failBankDebit: (chargeId) => doing((work) => void debitComesBack(work, chargeId)),
    declineRenewals: (id, times) =>
      doing((work) => work.put('subscription', id, { ...work.known('subscription', id), declines: times })),
    cancelSubscription: (id, when) =>
      doing((work) => {
        const record = work.known('subscription', id)
        if (when === 'now') endSubscription(work, record, 'cancellation_requested')
        else cancelAtPeriodEnd(work, record, true)
      }),
    changeSubscription: (id, { amount }) =>
      doing((work) => {
        const record = work.known('subscription', id)
        const object = withAmount(work.scene, record.object, amount)
        work.put('subscription', id, { ...record, object })
        work.announce('customer.subscription.updated', object, { items: record.object.items })
      }),
    failPayout: (id, code = 'account_closed') => doing((work) => payoutFails(work, id, code)),
    injectTransaction: (its) =>
      doing((work) => {
        const { currency = 'usd', fee = 0, description = null, source = null, ...rest } = its
        return book(work, {
          ...rest,
          currency,
          fee,
          description,
          source,
          exchangeRate: null,
          available: 'at once',
        }).id
      }),
    setExchangeRate: (currency, usd) => doing((work) => work.put('rate', currency, { usd })),
  }
}
