import { z } from 'zod'
import { parseCurrency, type CurrencyCode } from '../money/currency.ts'
import {
  clearedBy,
  presentmentOf,
  type BalanceSource,
  type BalanceTransaction,
} from '../settlement/balance-transaction.ts'
import { itemisable, type Payout } from '../settlement/payout.ts'

/** Stripe's books as API version 2026-10-28.endive writes them, and their translation into our words. */

const currency = z.string().transform((code, context): CurrencyCode => {
  const known = parseCurrency(code)
  if (known) return known
  context.issues.push({ code: 'custom', message: 'unknown currency', input: code })
  return z.NEVER
})
const minor = z.int().transform(BigInt)
const moment = z
  .int()
  .nonnegative()
  .transform((seconds) => new Date(seconds * 1000))
const id = z.string().min(1)
const idOrObject = z.union([id, z.object({ id }).transform((object) => object.id)])

// Sources are of many kinds, and only some have an amount: what is not there, or is something else, is left out.
const source = z.object({
  id,
  payment_intent: idOrObject.nullish().catch(null),
  currency: currency.nullish().catch(null),
  amount: minor.nullish().catch(null),
  amount_refunded: minor.nullish().catch(null),
})

const transactionSchema = z.object({
  object: z.literal('balance_transaction'),
  id: id.regex(/^txn_/),
  type: z.string().min(1),
  reporting_category: z.string(),
  currency,
  amount: minor,
  fee: minor,
  net: minor,
  created: moment,
  available_on: moment,
  source: z.union([id, source]).nullish(),
  exchange_rate: z.number().nullish(),
  description: z.string().nullish(),
})

const payoutSchema = z.object({
  object: z.literal('payout'),
  id: id.regex(/^po_/),
  amount: minor,
  currency,
  status: z.string().min(1),
  automatic: z.boolean(),
  arrival_date: moment,
  created: moment,
  balance_transaction: idOrObject.nullish(),
  failure_balance_transaction: idOrObject.nullish(),
  failure_code: z.string().nullish(),
  reconciliation_status: z.string(),
})

const transaction = transactionSchema.transform((read): BalanceTransaction => {
  const about = aboutOf(read.source)
  const moved = {
    type: read.type,
    reportingCategory: read.reporting_category,
    currency: read.currency,
    amountMinor: read.amount,
  }
  return {
    id: read.id,
    ...moved,
    feeMinor: read.fee,
    netMinor: read.net,
    createdAt: read.created,
    availableOn: read.available_on,
    source: about?.id ?? null,
    clears: clearedBy(read.id, read.type, about),
    paymentIntentId: about?.paymentIntentId ?? null,
    presentment: presentmentOf(moved, about),
    exchangeRate: read.exchange_rate?.toString() ?? null,
    // Postgres text cannot hold NUL.
    description: read.description?.replaceAll('\u0000', '') ?? null,
  }
})

const payout = payoutSchema.transform((read): Payout => ({
  id: read.id,
  currency: read.currency,
  amountMinor: read.amount,
  status: read.status,
  automatic: read.automatic,
  arrivalDate: read.arrival_date.toISOString().slice(0, 10), // Stripe gives midnight UTC of the day
  createdAt: read.created,
  balanceTransactionId: read.balance_transaction ?? null,
  failureBalanceTransactionId: read.failure_balance_transaction ?? null,
  failureCode: read.failure_code ?? null,
  itemisable: itemisable(read.automatic, read.reconciliation_status),
}))

export const transactionPage = z.object({ data: z.array(transaction), has_more: z.boolean() })
export const payoutPage = z.object({ data: z.array(payout), has_more: z.boolean() })

function aboutOf(read: z.infer<typeof transactionSchema>['source']): BalanceSource | null {
  if (read === null || read === undefined) return null
  if (typeof read === 'string')
    return { id: read, paymentIntentId: null, currency: null, amountMinor: null, refundedMinor: 0n }
  return {
    id: read.id,
    paymentIntentId: read.payment_intent ?? null,
    currency: read.currency ?? null,
    amountMinor: read.amount ?? null,
    refundedMinor: read.amount_refunded ?? 0n,
  }
}
