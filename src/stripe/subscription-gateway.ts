import { z } from 'zod'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from '../subscriptions/subscription.ts'
import { parseCurrency } from '../money/currency.ts'
import { objectId, optionalText, reference, text, timestamp, word } from './field-schema.ts'
import { CALL } from './balance-gateway.ts'
import { problemsOf, UnreadableAnswer } from './list-page-schema.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import type { Stripe } from './stripe-gateway.ts'
import { isRefusedCall, isUnknownObject } from './stripe-refusal.ts'

// In this API version the price and the paid period belong to the subscription's items.
const answerSchema = z.object({
  object: z.literal('subscription'),
  status: word,
  cancel_at: timestamp.nullish(),
  ended_at: timestamp.nullish(),
  start_date: timestamp.nullish(),
  cancellation_details: z.object({ reason: optionalText }).nullish(),
  canceled_at: timestamp.nullish(),
  // What only mails and pages for the donor show: an unexpected shape must not keep the rest from being read.
  default_payment_method: z
    .object({
      id: objectId,
      card: z.object({
        brand: word,
        last4: text.refine((digits) => /^\d{4}$/.test(digits)),
        exp_month: z.int().min(1).max(12),
        exp_year: z.int().min(2000).max(2099),
      }),
    })
    .nullish()
    .catch(null),
  latest_invoice: z
    .object({
      id: objectId,
      status: optionalText,
      created: timestamp,
      attempted: z.boolean(),
      hosted_invoice_url: z.url({ protocol: /^https?$/ }).nullish(),
      next_payment_attempt: timestamp.nullish(),
    })
    .nullish()
    .catch(null),
  pause_collection: z.object({ resumes_at: timestamp.nullish() }).nullish(),
  customer: z
    .object({
      invoice_settings: z.object({ default_payment_method: reference(objectId).nullish() }).nullish(),
    })
    .nullish()
    .catch(null),
  items: z.object({
    data: z.array(
      z.object({
        quantity: z.int().nonnegative().nullish(),
        current_period_end: timestamp.nullish(),
        price: z.object({
          currency: text,
          unit_amount: z.int().nonnegative().nullish(),
          recurring: z.object({ interval: text }).nullish(),
        }),
      }),
    ),
  }),
})

const EXPANDED = { expand: ['default_payment_method', 'latest_invoice', 'customer'] }

/** Both factors are safe integers; their product need not be one, nor fit its column. */
const LARGEST_MINOR = BigInt(Number.MAX_SAFE_INTEGER)

/** Reads a subscription's present state from Stripe; null when Stripe does not know the subscription. @throws UnreadableAnswer */
export function retrieveSubscription(
  stripe: Stripe,
  paced: PacedCalls,
): (id: SubscriptionId) => Promise<SubscriptionState | null> {
  // A restricted key of an earlier version may not read cards and customers: then mails and pages show less.
  let expanded: object = EXPANDED
  const retrieve = async (id: SubscriptionId): Promise<unknown> => {
    try {
      return await paced(() => stripe.subscriptions.retrieve(id, expanded, CALL))
    } catch (error) {
      if (isUnknownObject(error)) return null
      if (expanded !== EXPANDED || !isRefusedCall(error)) throw error
      expanded = {}
      return retrieve(id)
    }
  }
  return async (id) => {
    const answer = await retrieve(id)
    if (answer === null) return null
    const read = answerSchema.safeParse(answer)
    if (!read.success) throw new UnreadableAnswer(problemsOf(read.error))
    return stateFrom(read.data)
  }
}

function stateFrom(answer: z.infer<typeof answerSchema>): SubscriptionState {
  const [item] = answer.items.data
  const minor = BigInt(item?.price.unit_amount ?? 0) * BigInt(item?.quantity ?? 1)
  const currency = item ? parseCurrency(item.price.currency) : null
  return {
    status: answer.status,
    amount: currency === null || minor === 0n || minor > LARGEST_MINOR ? null : { minor, currency },
    frequency: item?.price.recurring?.interval === 'year' ? 'yearly' : 'monthly',
    currentPeriodEnd: item?.current_period_end ?? null,
    cancelAt: answer.cancel_at ?? null,
    endedAt: answer.ended_at ?? null,
    startedAt: answer.start_date ?? null,
    endReason: answer.cancellation_details?.reason ?? null,
    canceledAt: answer.canceled_at ?? null,
    card: cardIn(answer),
    openInvoice: openInvoiceIn(answer),
    newerCard: newerCardIn(answer),
    pause: answer.pause_collection ? { resumesAt: answer.pause_collection.resumes_at ?? null } : null,
  }
}

type Answer = z.infer<typeof answerSchema>

function cardIn({ default_payment_method: method }: Answer): SubscriptionState['card'] {
  if (!method) return null
  const { brand, last4, exp_month: month, exp_year: year } = method.card
  return { brand, last4, expires: `${year}-${String(month).padStart(2, '0')}` }
}

/** Null unless a payment of it was tried. */
function openInvoiceIn({ latest_invoice: invoice }: Answer): SubscriptionState['openInvoice'] {
  if (invoice?.status !== 'open' || !invoice.attempted) return null
  const { id, created, hosted_invoice_url: url, next_payment_attempt: next } = invoice
  return { id, createdAt: created, url: url ?? null, nextAttemptAt: next ?? null }
}

/** Stripe's portal makes a new card the customer's default, but Checkout has given the subscription one of its own. */
function newerCardIn({ default_payment_method: method, customer }: Answer): string | null {
  const ofCustomer = customer?.invoice_settings?.default_payment_method ?? null
  return method && ofCustomer !== method.id ? ofCustomer : null
}
