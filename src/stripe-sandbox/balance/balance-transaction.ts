import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import type { Transaction } from '../state/transaction.ts'
import { dayStart, DAY_MS, seconds } from '../time.ts'

/** Amounts in minor units of the settlement currency. */
export type BalanceTransactionParams = {
  readonly type: string
  /** Negative when money leaves the balance. */
  readonly amount: number
  readonly currency: string
  readonly fee: number
  readonly exchangeRate: number | null
  readonly description: string | null
  readonly source: string | null
  /** Charges become available after some days, everything else at once. */
  readonly available: 'at once' | 'after some days'
  /** The automatic payout whose own balance transaction this is. */
  readonly payout?: string
  /** For types that CATEGORIES does not have, or where the category differs. */
  readonly reportingCategory?: string
}

/** `reporting_category` by type, from Stripe's page "Reporting categories". */
const CATEGORIES: Readonly<Record<string, string>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  payment_failure_refund: 'charge_failure',
  payout: 'payout',
  payout_failure: 'payout_reversal',
  payout_cancel: 'payout_reversal',
  stripe_fee: 'fee',
  adjustment: 'other_adjustment',
}

/** Moves money on Stripe's balance. Nothing else does. */
export function createBalanceTransaction(
  transaction: Transaction,
  params: BalanceTransactionParams,
): Stripe.BalanceTransaction {
  const { nowMs, settings, newId } = transaction.context
  const { amount, currency, fee, type } = params
  const availableAtMs =
    params.available === 'at once' ? nowMs : dayStart(nowMs) + settings.availableAfterDays * DAY_MS
  const feeDescription = type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees'
  const object: Stripe.BalanceTransaction = {
    id: newId('txn_'),
    object: 'balance_transaction',
    amount,
    available_on: seconds(availableAtMs),
    balance_type: 'payments',
    created: seconds(nowMs),
    currency,
    description: params.description,
    exchange_rate: params.exchangeRate,
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency, description: feeDescription, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: params.reportingCategory ?? CATEGORIES[type] ?? 'other_adjustment',
    source: params.source,
    status: 'pending', // presentBalanceTransaction shows the current status
    type,
  }
  transaction.put('balance_transaction', object.id, { object, payout: params.payout ?? null })
  if (settings.payouts === 'daily' && params.payout === undefined) schedulePayout(transaction, object)
  return object
}

/** The balance transaction as the API shows it now: pending until its money is available. */
export function presentBalanceTransaction(
  object: Stripe.BalanceTransaction,
  { nowMs }: Context,
): Stripe.BalanceTransaction {
  return { ...object, status: object.available_on * 1000 <= nowMs ? 'available' : 'pending' }
}

/** The account's balance in a currency, in minor units. */
export function balanceOf(
  { state, nowMs }: Context,
  currency: string,
): { available: number; pending: number } {
  const sum = { available: 0, pending: 0 }
  for (const { object } of state.balance_transaction.values()) {
    if (object.currency !== currency) continue
    sum[object.available_on * 1000 <= nowMs ? 'available' : 'pending'] += object.net
  }
  return sum
}

/** Schedules the payout for the first midnight (UTC) at which the money is available. */
function schedulePayout(
  transaction: Transaction,
  { available_on, currency }: Stripe.BalanceTransaction,
): void {
  const availableAtMs = Math.max(available_on * 1000, transaction.context.nowMs + 1)
  const payoutAtMs = Math.ceil(availableAtMs / DAY_MS) * DAY_MS
  const subject = `${currency}/${new Date(payoutAtMs).toISOString().slice(0, 10)}`
  if (transaction.get('task', `create_payout:${subject}`) === undefined) {
    transaction.schedule('create_payout', subject, payoutAtMs)
  }
}
