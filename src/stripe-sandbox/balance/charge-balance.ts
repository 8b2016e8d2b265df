import type Stripe from 'stripe'
import type { Transaction } from '../state/transaction.ts'
import { createBalanceTransaction } from './balance-transaction.ts'
import { feeFor, inSettlementCurrency } from './settlement.ts'

/**
 * Stripe creates a charge's balance transaction a few moments after the charge and reports it with `charge.updated`.
 * A bank debit's it creates when it sends the debit to the bank (support.stripe.com, "Changes to Balance Transaction
 * behavior for debit payment methods").
 */
export function scheduleBalanceTransaction(transaction: Transaction, chargeId: string): void {
  const { nowMs, settings } = transaction.context
  transaction.schedule('create_balance_transaction', chargeId, nowMs + settings.balanceTransactionDelayMs)
}

/**
 * Creates the charge's balance transaction now unless it exists or the charge has failed. Whatever moves the charge's
 * money again needs it first.
 */
export function ensureBalanceTransaction(transaction: Transaction, chargeId: string): Stripe.Charge {
  const { context } = transaction
  const charge = transaction.getOrThrow('charge', chargeId)
  transaction.unschedule('create_balance_transaction', chargeId)
  if (charge.balance_transaction !== null || charge.status === 'failed') return charge
  const settled = inSettlementCurrency(context, charge.amount, charge.currency)
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: charge.id.startsWith('py_') ? 'payment' : 'charge',
    ...settled,
    fee: feeFor(context, settled),
    description: charge.description,
    source: charge.id,
    available: 'after some days',
  })
  const updated: Stripe.Charge = { ...charge, balance_transaction: balanceTransaction.id }
  transaction.put('charge', charge.id, updated)
  transaction.emit('charge.updated', updated, { balance_transaction: null, receipt_url: null })
  scheduleMonthlyFee(transaction)
  return updated
}

/**
 * Stripe's own fee for a month with charges, taken on the first of the next month (UTC).
 * @param month `2026-11`.
 */
export function chargeMonthlyFee(transaction: Transaction, month: string): void {
  const { monthlyFeeMinor, settlementCurrencies } = transaction.context.settings
  transaction.unschedule('charge_monthly_fee', month)
  createBalanceTransaction(transaction, {
    type: 'stripe_fee',
    amount: -monthlyFeeMinor,
    currency: settlementCurrencies[0] ?? 'usd',
    fee: 0,
    exchangeRate: null,
    description: `Billing - Usage Fee (${month})`,
    source: null,
    available: 'at once',
  })
}

function scheduleMonthlyFee(transaction: Transaction): void {
  const { nowMs, settings } = transaction.context
  if (settings.monthlyFeeMinor === 0) return
  const now = new Date(nowMs)
  const month = now.toISOString().slice(0, 7)
  if (transaction.get('task', `charge_monthly_fee:${month}`) !== undefined) return
  transaction.schedule('charge_monthly_fee', month, Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))
}
