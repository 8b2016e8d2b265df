import { z } from 'zod'
import type { Frequency } from '../../checkout/attribution.ts'
import { money } from '../../money/money.ts'
import {
  currency,
  customerId,
  invoiceId,
  metadata,
  objectId,
  optionalText,
  paymentIntentId,
  reference,
  subscriptionId,
  text,
  timestamp,
} from '../field-schema.ts'
import { attributionOf, coveredIn, eventReader, printable } from './event-reader.ts'
import { collapsed, type StripeObject, type SynthesisedEvent } from './synthesised-event.ts'

/**
 * Payments of subscriptions. In this API version neither an invoice nor its payment intent names the other:
 * `invoice.paid` says who gave, and each `invoice_payment.paid` how much by which payment.
 */

const invoiceLine = z.object({
  amount: z.int().nullish(),
  period: z.object({ start: z.int(), end: z.int() }).nullish(),
  // Of another program's lines only a product that can be read counts.
  pricing: z
    .object({ price_details: z.object({ product: reference(objectId) }) })
    .nullish()
    .catch(null),
})

const invoice = z.object({
  id: invoiceId,
  object: z.literal('invoice'),
  amount_paid: z.int().nonnegative(),
  currency,
  customer: reference(customerId).nullish(),
  customer_name: optionalText,
  customer_email: optionalText,
  billing_reason: optionalText,
  parent: z
    .object({
      subscription_details: z.object({ subscription: reference(subscriptionId), metadata }).nullish(),
    })
    .nullish(),
  lines: z.object({ data: z.array(invoiceLine), has_more: z.boolean().optional() }).nullish(),
  status_transitions: z.object({ paid_at: timestamp.nullish() }).nullish(),
})
type Invoice = z.infer<typeof invoice>

export const invoicePaid = eventReader(invoice, (object, createdAt, { marks, donationProducts }) => {
  const details = object.parent?.subscription_details
  // An invoice without a subscription is no gift, and a free period has no payment.
  if (!details || object.amount_paid === 0) return null
  const checkoutId = marks.checkoutIn(details.metadata)
  const isOfDonationProducts = chargesOnly(donationProducts, object)
  // What another program wrote into its metadata attributes no gift of an older system.
  const ownMetadata = (isOfDonationProducts && checkoutId === null ? null : details.metadata) ?? {}
  return {
    fact: {
      kind: 'invoice_paid',
      invoiceId: object.id,
      subscriptionId: details.subscription,
      customerId: object.customer ?? null,
      checkoutId,
      isFirst: object.billing_reason === 'subscription_create',
      isOfDonationProducts,
      gross: money(BigInt(object.amount_paid), object.currency),
      covered: coveredIn(ownMetadata),
      paidAt: object.status_transitions?.paid_at ?? createdAt,
      donor: { name: printable(object.customer_name), email: printable(object.customer_email) },
      attribution: attributionOf(ownMetadata, frequencyOf(ownMetadata, object)),
    },
    correlationId: object.id,
  }
})

export const invoicePaymentFailed = eventReader(invoice, (object, failedAt, { marks }) => {
  const details = object.parent?.subscription_details
  if (!details) return null
  const id = details.subscription
  const checkoutId = marks.checkoutIn(details.metadata)
  return {
    fact: { kind: 'subscription_changed', subscription: { id, checkoutId, failedAt } },
    correlationId: id,
  }
})

/** Whether each line of an invoice is of one of the products. An invoice whose lines are not all here may have others. */
function chargesOnly(products: ReadonlySet<string>, { lines }: Invoice): boolean {
  if (products.size === 0 || !lines || lines.has_more || lines.data.length === 0) return false
  return lines.data.every(({ pricing }) => pricing && products.has(pricing.price_details.product))
}

const LONGEST_MONTH_S = 60 * 24 * 60 * 60

/**
 * As the period that the invoice charges for: the reader may have changed the interval since the checkout. A line
 * without a positive amount gives an unused part of another period back.
 */
function frequencyOf(ownMetadata: Readonly<Record<string, string>>, { lines }: Invoice): Frequency {
  const charged = (lines?.data ?? []).filter(({ amount }) => (amount ?? 1) > 0)
  const longest = Math.max(...charged.map(({ period }) => (period ? period.end - period.start : 0)))
  if (longest > 0) return longest > LONGEST_MONTH_S ? 'yearly' : 'monthly'
  return ownMetadata['frequency'] === 'yearly' ? 'yearly' : 'monthly'
}

const invoicePayment = z.object({
  id: objectId,
  object: z.literal('invoice_payment'),
  invoice: reference(invoiceId),
  amount_paid: z.int().nonnegative().nullish(),
  currency: currency.nullish(),
  payment: z.object({ type: text, payment_intent: reference(paymentIntentId).nullish() }),
  status_transitions: z.object({ paid_at: timestamp.nullish() }).nullish(),
})

/** A payment of another type than these came through Stripe without a payment intent, and is not Checkout's. */
export const invoicePaymentPaid = eventReader(invoicePayment, (object) => {
  const { payment, amount_paid: paid, currency: code } = object
  const intent = payment.payment_intent ?? null
  if (!intent && payment.type !== 'payment_record') return null
  const amount = typeof paid === 'number' && code ? money(BigInt(paid), code) : null
  const paidAt = object.status_transitions?.paid_at ?? null
  const { id, invoice: paidInvoice } = object
  return {
    fact: {
      kind: 'invoice_payment',
      id,
      invoiceId: paidInvoice,
      paymentIntentId: intent,
      amount,
      paidAt,
    },
    correlationId: paidInvoice,
  }
})

const invoiceState = z.object({
  created: timestamp,
  status: optionalText,
  attempted: z.boolean(),
  parent: z.object({ subscription_details: z.looseObject({}).nullish() }).nullish(),
  status_transitions: z.object({ paid_at: timestamp.nullish() }).nullish(),
  payments: z
    .object({
      data: z.array(
        z.looseObject({
          id: objectId,
          created: timestamp,
          status: text,
          status_transitions: z.object({ paid_at: timestamp.nullish() }).nullish(),
        }),
      ),
    })
    .nullish(),
})

/** The invoice's event, and one for each of its payments. */
export function eventsOfInvoice(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const read = invoiceState.parse(object)
  if (!read.parent?.subscription_details) return []
  const { payments, ...asSent } = collapsed(object, 'customer')
  if (read.status === 'open' && read.attempted && announcedAt) {
    const state = `failed_${announcedAt.getTime()}`
    return [{ type: 'invoice.payment_failed', state, occurredAt: announcedAt, object: asSent }]
  }
  if (read.status !== 'paid') return []
  const paidAt = read.status_transitions?.paid_at ?? read.created
  const paymentEvents = (read.payments?.data ?? [])
    .filter(({ status }) => status === 'paid')
    .map((payment) => ({
      type: 'invoice_payment.paid',
      state: 'paid',
      occurredAt: payment.status_transitions?.paid_at ?? paidAt,
      object: rowOf(payments, payment.id),
    }))
  return [{ type: 'invoice.paid', state: 'paid', occurredAt: paidAt, object: asSent }, ...paymentEvents]
}

/** One row of an expanded list, as Stripe sent it. */
function rowOf(list: unknown, id: string): StripeObject {
  const { data } = z.object({ data: z.array(z.looseObject({ id: objectId })) }).parse(list)
  return { ...data.find((row) => row.id === id), id }
}
