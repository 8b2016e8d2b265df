import { z } from 'zod'
import { MARK_KEY } from '../checkout/checkout-mark.ts'
import {
  clearedBy,
  presentmentOf,
  type BalanceSource,
  type BalanceTransaction,
} from '../settlement/balance/balance-transaction.ts'
import { itemisable, type Payout } from '../settlement/balance/stripe-balance.ts'
import { disputeMovement } from './dispute-movement-schema.ts'
import { currency, objectId, optionalText, reference, text, timestamp, word } from './field-schema.ts'
import { readBy } from './list-page-schema.ts'

/** Balance transactions and payouts of Stripe, in API version 2026-10-28.endive, translated into our types. */

const minor = z.int().transform(BigInt)
const anyReference = reference(objectId)

// Sources are objects of many kinds, and only some have these fields. A field that is missing or of another type is null.
const sourceSchema = z.object({
  id: objectId,
  payment_intent: anyReference.nullish().catch(null),
  metadata: z
    .object({ [MARK_KEY]: word })
    .nullish()
    .catch(null),
  customer: anyReference.nullish().catch(null),
  currency: currency.nullish().catch(null),
  amount: minor.nullish().catch(null),
  amount_refunded: minor.nullish().catch(null),
  balance_transactions: z.array(disputeMovement).nullish().catch(null),
})

const transactionSchema = z
  .object({
    object: z.literal('balance_transaction'),
    id: objectId.regex(/^txn_/),
    type: word,
    reporting_category: text,
    currency,
    amount: minor,
    fee: minor,
    net: minor,
    created: timestamp,
    available_on: timestamp,
    source: z.union([objectId, sourceSchema]).nullish(),
    exchange_rate: z.number().nullish(),
    description: optionalText,
  })
  .refine(({ amount, fee, net }) => net === amount - fee, { path: ['net'], error: 'is not amount less fee' })

const payoutSchema = z.object({
  object: z.literal('payout'),
  // Payouts made before 2017 were transfers and keep their ids.
  id: objectId.regex(/^(po|tr)_/),
  amount: minor,
  currency,
  status: word,
  automatic: z.boolean(),
  arrival_date: timestamp,
  created: timestamp,
  balance_transaction: anyReference.nullish(),
  failure_balance_transaction: anyReference.nullish(),
  failure_code: optionalText,
  trace_id: z.object({ value: optionalText }).nullish(),
  reconciliation_status: optionalText,
})

const transaction = transactionSchema.transform((read): BalanceTransaction => {
  const source = sourceOf(read.source)
  const movement = {
    id: read.id,
    type: read.type,
    reportingCategory: read.reporting_category,
    currency: read.currency,
    amountMinor: read.amount,
  }
  return {
    ...movement,
    feeMinor: read.fee,
    netMinor: read.net,
    createdAt: read.created,
    availableOn: read.available_on,
    source: source?.id ?? null,
    clears: clearedBy(movement, source),
    paymentIntentId: source?.paymentIntentId ?? null,
    mark: source?.mark ?? null,
    customerId: source?.customerId ?? null,
    presentment: presentmentOf(movement, source),
    exchangeRate: read.exchange_rate?.toString() ?? null,
    description: read.description ?? null,
  }
})

const payout = payoutSchema.transform((read): Payout => ({
  id: read.id,
  currency: read.currency,
  amountMinor: read.amount,
  status: read.status,
  automatic: read.automatic,
  arrivalDate: read.arrival_date.toISOString().slice(0, 10), // Stripe gives midnight UTC of that day
  createdAt: read.created,
  balanceTransactionId: read.balance_transaction ?? null,
  failureBalanceTransactionId: read.failure_balance_transaction ?? null,
  failureCode: read.failure_code ?? null,
  traceId: read.trace_id?.value ?? null,
  itemisable: itemisable(read.automatic, read.reconciliation_status ?? null),
}))

/** Reads a row of Stripe's list of balance transactions. */
export const readTransaction = readBy(transaction)
/** Reads a row of Stripe's list of payouts. */
export const readPayout = readBy(payout)

function sourceOf(read: z.infer<typeof transactionSchema>['source']): BalanceSource | null {
  if (read === null || read === undefined) return null
  if (typeof read === 'string')
    return {
      id: read,
      paymentIntentId: null,
      mark: null,
      customerId: null,
      currency: null,
      amountMinor: null,
      refundedMinor: 0n,
      movements: [],
    }
  return {
    id: read.id,
    paymentIntentId: read.payment_intent ?? null,
    mark: read.metadata?.[MARK_KEY] ?? null,
    customerId: read.customer ?? null,
    currency: read.currency ?? null,
    amountMinor: read.amount ?? null,
    refundedMinor: read.amount_refunded ?? 0n,
    movements: read.balance_transactions ?? [],
  }
}
