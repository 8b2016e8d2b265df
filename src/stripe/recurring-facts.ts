import { z } from 'zod'
import type { CheckoutId, InvoiceId, SubscriptionId } from '../ids.ts'
import type { Frequency } from '../checkout/attribution.ts'
import { money } from '../money/money.ts'
import {
  attributionOf,
  currency,
  eventOf,
  idOf,
  ownId,
  parse,
  paymentIntent,
  printable,
  type Reading,
} from './event-schema.ts'

/**
 * Recurring gifts; shapes as in API version 2026-10-28.endive, where neither an invoice nor its payment intent names
 * the other: `invoice.paid` says who gave what, `invoice_payment.paid` by which payment.
 * @returns null for types that say nothing to us, and for invoices that belong to no subscription
 * @throws UnreadableEvent
 */
export function readRecurring(type: string, createdAt: Date, body: unknown): Reading {
  switch (type) {
    case 'invoice.paid':
      return invoicePaid(parse(invoiceEvent, body).data.object, createdAt)
    case 'invoice.payment_failed':
      return invoiceFailed(parse(invoiceEvent, body).data.object, createdAt)
    case 'invoice_payment.paid':
      return invoicePayment(parse(invoicePaymentEvent, body).data.object)
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
      return subscriptionChanged(parse(subscriptionEvent, body).data.object)
    default:
      return null
  }
}

const moment = z.int().transform((seconds) => new Date(seconds * 1000))
const text = z.string().nullish()
const invoiceId = idOf(/^in_\w+$/).transform((id) => id as InvoiceId) // the brand's one maker
export const subscriptionId = idOf(/^sub_\w+$/).transform((id) => id as SubscriptionId) // the brand's maker for events

const invoiceEvent = eventOf(
  z.object({
    id: invoiceId,
    object: z.literal('invoice'),
    amount_paid: z.int().nonnegative(),
    currency,
    customer: idOf(/^cus_\w+$/).nullish(),
    customer_name: text,
    customer_email: text,
    billing_reason: text,
    parent: z
      .object({
        subscription_details: z
          .object({ subscription: subscriptionId, metadata: z.record(z.string(), z.string()).nullish() })
          .nullish(),
      })
      .nullish(),
    lines: z
      .object({ data: z.array(z.object({ period: z.object({ start: z.int(), end: z.int() }).nullish() })) })
      .nullish(),
    status_transitions: z.object({ paid_at: moment.nullish() }).nullish(),
  }),
)
type Invoice = z.infer<typeof invoiceEvent>['data']['object']

function invoicePaid(invoice: Invoice, announcedAt: Date): Reading {
  const agreement = invoice.parent?.subscription_details
  // A free period, or an invoice of something that is no recurring gift.
  if (!agreement || invoice.amount_paid === 0) return null
  const metadata = agreement.metadata ?? {}
  return {
    fact: {
      kind: 'invoice_paid',
      invoiceId: invoice.id,
      subscriptionId: agreement.subscription,
      customerId: invoice.customer ?? null,
      checkoutId: checkoutIdIn(metadata),
      isFirst: invoice.billing_reason === 'subscription_create',
      gross: money(BigInt(invoice.amount_paid), invoice.currency),
      at: invoice.status_transitions?.paid_at ?? announcedAt,
      donorName: printable(invoice.customer_name),
      donorEmail: printable(invoice.customer_email),
      attribution: attributionOf(metadata, frequencyOf(metadata, invoice)),
    },
    correlationId: invoice.id,
  }
}

function invoiceFailed(invoice: Invoice, at: Date): Reading {
  const agreement = invoice.parent?.subscription_details
  if (!agreement) return null
  const id = agreement.subscription
  return { fact: { kind: 'subscription_changed', news: { id, failedAt: at } }, correlationId: id }
}

const invoicePaymentEvent = eventOf(
  z.object({
    object: z.literal('invoice_payment'),
    invoice: invoiceId,
    payment: z.object({ type: z.string(), payment_intent: paymentIntent.nullish() }),
  }),
)

function invoicePayment(object: z.infer<typeof invoicePaymentEvent>['data']['object']): Reading {
  const paymentIntentId = object.payment.payment_intent
  if (!paymentIntentId) return null
  const { invoice } = object
  return { fact: { kind: 'invoice_payment', invoiceId: invoice, paymentIntentId }, correlationId: invoice }
}

const subscriptionEvent = eventOf(
  z.object({
    id: subscriptionId,
    object: z.literal('subscription'),
    customer: idOf(/^cus_\w+$/).nullish(),
    ended_at: moment.nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  }),
)

function subscriptionChanged(object: z.infer<typeof subscriptionEvent>['data']['object']): Reading {
  const { id, customer, ended_at: endedAt } = object
  const checkoutId = checkoutIdIn(object.metadata ?? {})
  const news = { id, customerId: customer ?? null, checkoutId, endedAt: endedAt ?? null }
  return { fact: { kind: 'subscription_changed', news }, correlationId: id }
}

function checkoutIdIn(metadata: Readonly<Record<string, string>>): CheckoutId | null {
  return ownId.safeParse(metadata['checkout_id']).data ?? null
}

const LONGEST_MONTH_S = 60 * 24 * 60 * 60

/** As we asked for it; of an agreement made elsewhere, as long as it paid for. */
function frequencyOf(metadata: Readonly<Record<string, string>>, { lines }: Invoice): Frequency {
  const asked = metadata['frequency']
  if (asked === 'monthly' || asked === 'yearly') return asked
  const period = lines?.data[0]?.period
  return period && period.end - period.start > LONGEST_MONTH_S ? 'yearly' : 'monthly'
}
