import { z } from 'zod'
import { parsedBy } from '../http/parse.ts'
import type {
  ChargeId,
  CheckoutSessionId,
  DisputeId,
  FraudWarningId,
  InvoiceId,
  PaymentIntentId,
  RefundId,
  SubscriptionId,
} from '../ids.ts'
import { parseCurrency } from '../money/currency.ts'
import { money } from '../money/money.ts'
import { storableText } from '../text/storable-text.ts'

/** Fields that Stripe's objects share, in API version 2026-10-28.endive. Only these schemas give the ids their brands. */

// Stripe began in 2010, and the examples of its documentation are of 2009. A time beyond these bounds is a mistake, and
// dates, calendars and Postgres fail on it in ways of their own.
const EARLIEST_S = Date.UTC(2009, 0) / 1000
const LATEST_S = Date.UTC(2100, 0) / 1000

/** Whether a time of Stripe's can be one. */
export function isPlausible(instant: Date): boolean {
  const seconds = instant.getTime() / 1000
  return seconds >= EARLIEST_S && seconds <= LATEST_S
}

/** Unix time in seconds, read as an instant between 2009 and 2100. */
export const timestamp = z
  .int()
  .min(EARLIEST_S)
  .max(LATEST_S)
  .transform((seconds) => new Date(seconds * 1000))

/** Stripe writes currency codes in lower case, as our table does. */
export const currency = z.string().transform(parsedBy(parseCurrency, 'unknown currency'))

/** Any text of an object of Stripe, as Postgres can store it. Other schemas take no `z.string()`: a test keeps that. */
export const text = z.string().transform(storableText)
export const optionalText = text.nullish()
/** One of Stripe's words, such as a status. The set of words is open. */
export const word = text.pipe(z.string().min(1).max(100))
export const metadata = z.record(z.string(), text).nullish()

/** What the reader was shown and charged where that is another currency (https://docs.stripe.com/payments/currencies/localize-prices/adaptive-pricing). */
export const presentmentDetails = z
  .object({ presentment_amount: z.int().positive(), presentment_currency: currency })
  .transform(({ presentment_amount, presentment_currency }) =>
    money(BigInt(presentment_amount), presentment_currency),
  )
  .nullish()
  .catch(null)

/** The id of any object: visible ASCII. Stripe lets an id have 255 characters (docs.stripe.com/upgrades). */
export const objectId = z.string().regex(/^[!-~]{1,255}$/)

export const checkoutSessionId = idOf<CheckoutSessionId>(/^cs_\w+$/)
export const paymentIntentId = idOf<PaymentIntentId>(/^pi_\w+$/)
export const chargeId = idOf<ChargeId>(/^(ch|py)_\w+$/)
export const refundId = idOf<RefundId>(/^(re|pyr)_\w+$/)
export const disputeId = idOf<DisputeId>(/^(dp|du)_\w+$/)
export const fraudWarningId = idOf<FraudWarningId>(/^issfr_\w+$/)
export const invoiceId = idOf<InvoiceId>(/^in_\w+$/)
export const subscriptionId = idOf<SubscriptionId>(/^sub_\w+$/)
export const customerId = objectId.regex(/^cus_\w+$/)
export const balanceTransactionId = objectId.regex(/^txn_\w+$/)

function idOf<Id extends string>(pattern: RegExp) {
  return objectId.regex(pattern).transform((id) => id as Id) // checked by the pattern
}

/** A field that refers to another object: its id, or the whole object where the request expanded it. */
export function reference<Id extends string>(id: z.ZodType<Id>) {
  return z.union([id, z.object({ id }).transform((object) => object.id)])
}
