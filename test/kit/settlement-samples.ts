import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import { currencyNamed } from './named.ts'

/** A balance transaction with which Stripe charges a fee of 5 cents, unless `over` says otherwise. */
export function feeTransaction(
  id: string,
  createdAt: Date,
  over: Partial<BalanceTransaction> = {},
): BalanceTransaction {
  return {
    id,
    type: 'stripe_fee',
    reportingCategory: 'fee',
    currency: currencyNamed('usd'),
    amountMinor: -5n,
    feeMinor: 0n,
    netMinor: -5n,
    createdAt,
    availableOn: createdAt,
    source: null,
    clears: id,
    paymentIntentId: null,
    presentment: null,
    exchangeRate: null,
    description: null,
    ...over,
  }
}
