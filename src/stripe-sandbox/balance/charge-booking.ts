import type Stripe from 'stripe'
import { book } from './balance-transaction.ts'
import { feeFor, settled } from './settlement.ts'
import type { Work } from '../work.ts'

/**
 * Stripe settles a charge some moments after it has succeeded, and says so with `charge.updated`. A bank debit it books
 * when it sends it to the bank (support.stripe.com, "Changes to Balance Transaction behavior for debit payment methods").
 */
export function bookLater(work: Work, chargeId: string): void {
  work.schedule('book_charge', chargeId, work.scene.nowMs + work.scene.settings.bookingDelayMs)
}

/** The charge's balance transaction, now: whatever moves its money again needs it first. Once only. */
export function bookCharge(work: Work, chargeId: string): Stripe.Charge {
  const charge = work.known('charge', chargeId)
  work.done('book_charge', chargeId)
  if (charge.balance_transaction !== null || charge.status === 'failed') return charge
  const money = settled(work.scene, charge.amount, charge.currency)
  const transaction = book(work, {
    type: charge.id.startsWith('py_') ? 'payment' : 'charge',
    ...money,
    fee: feeFor(work.scene, money),
    description: charge.description,
    source: charge.id,
    available: 'after some days',
  })
  const booked: Stripe.Charge = { ...charge, balance_transaction: transaction.id }
  work.put('charge', charge.id, booked)
  work.announce('charge.updated', booked, { balance_transaction: null, receipt_url: null })
  scheduleMonthlyFee(work)
  return booked
}

/** Stripe's own fee for a month in which there were charges, taken on the first of the next (UTC). */
export function takeMonthlyFee(work: Work, month: string): void {
  const { monthlyFeeMinor: fee, settlementCurrencies } = work.scene.settings
  work.done('monthly_fee', month)
  book(work, {
    type: 'stripe_fee',
    amount: -fee,
    currency: settlementCurrencies[0] ?? 'usd',
    fee: 0,
    exchangeRate: null,
    description: `Billing - Usage Fee (${month})`,
    source: null,
    available: 'at once',
  })
}

function scheduleMonthlyFee(work: Work): void {
  if (work.scene.settings.monthlyFeeMinor === 0) return
  const now = new Date(work.scene.nowMs)
  const month = now.toISOString().slice(0, 7)
  if (work.get('task', `monthly_fee:${month}`) !== undefined) return
  work.schedule('monthly_fee', month, Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))
}
