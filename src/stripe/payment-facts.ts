import { z } from 'zod'
import type { ChargeId, CheckoutId, CheckoutSessionId, SubscriptionId } from '../ids.ts'
import type { UnpaidCheckoutStatus, PaymentFact } from '../donations/payment-fact.ts'
import { money } from '../money/money.ts'
import {
  attributionOf,
  currency,
  eventOf,
  ownId,
  parse,
  paymentIntent,
  printable,
  UnreadableEvent,
  type Reading,
} from './event-schema.ts'
import { readReversals } from './reversal-facts.ts'
import { readRecurring, subscriptionId } from './recurring-facts.ts'

/**
 * Translates an event into our words; shapes as in API version 2026-10-28.endive.
 * @returns null for types and states that say nothing to us: the event is kept all the same
 * @throws UnreadableEvent
 */
export function readEvent(type: string, createdAt: Date, body: unknown): Reading {
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return completed(parse(sessionEvent, body), createdAt)
    case 'checkout.session.async_payment_failed':
      return turned(parse(sessionEvent, body), 'failed')
    case 'checkout.session.expired':
      return turned(parse(sessionEvent, body), 'expired')
    case 'charge.succeeded':
      return charged(parse(chargeEvent, body))
    default:
      return readReversals(type, createdAt, body) ?? readRecurring(type, createdAt, body)
  }
}

const text = z.string().nullish()
const sessionEvent = eventOf(
  z.object({
    id: z
      .string()
      .regex(/^cs_\w+$/)
      .transform((id) => id as CheckoutSessionId), // the brand's one maker
    object: z.literal('checkout.session'),
    subscription: subscriptionId.nullish(),
    payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
    payment_intent: paymentIntent.nullish(),
    amount_total: z.int().nonnegative().nullish(),
    currency: currency.nullish(),
    client_reference_id: text,
    metadata: z.record(z.string(), z.string()).nullish(),
    customer_details: z.object({ email: text, name: text }).nullish(),
    customer_email: text,
  }),
)
type Session = z.infer<typeof sessionEvent>['data']['object']

const chargeEvent = eventOf(
  z.object({
    id: z
      .string()
      .regex(/^(ch|py)_\w+$/)
      .transform((id) => id as ChargeId), // the brand's one maker
    object: z.literal('charge'),
    payment_intent: paymentIntent.nullish(),
  }),
)

function completed(event: z.infer<typeof sessionEvent>, at: Date): Reading {
  const session = event.data.object
  switch (session.payment_status) {
    case 'unpaid':
      return turned(event, 'processing')
    case 'no_payment_required':
      return null
    case 'paid':
      return session.subscription ? started(session, session.subscription) : succeeded(session, at)
  }
}

function succeeded(session: Session, at: Date): Reading {
  const { payment_intent: paymentIntentId, amount_total: amount, currency: code } = session
  if (!paymentIntentId || !amount || !code)
    throw new UnreadableEvent('a paid session without payment intent, amount or currency')
  const fact: PaymentFact = {
    kind: 'checkout_succeeded',
    sessionId: session.id,
    paymentIntentId,
    checkoutId: checkoutIdOf(session),
    gross: money(BigInt(amount), code),
    at,
    donorName: printable(session.customer_details?.name),
    donorEmail: printable(session.customer_details?.email ?? session.customer_email),
    attribution: attributionOf(session.metadata ?? {}, 'once'),
  }
  return { fact, correlationId: paymentIntentId }
}

/** The first invoice books the gift, as every later one does: two announcements of one payment count once. */
function started(session: Session, id: SubscriptionId): Reading {
  const checkoutId = checkoutIdOf(session)
  const news = { id, checkoutId }
  const fact: PaymentFact = { kind: 'subscription_started', sessionId: session.id, checkoutId, news }
  return { fact, correlationId: session.id }
}

function turned(event: z.infer<typeof sessionEvent>, turn: UnpaidCheckoutStatus): Reading {
  const session = event.data.object
  const fact: PaymentFact = {
    kind: 'checkout_turned',
    sessionId: session.id,
    checkoutId: checkoutIdOf(session),
    turn,
  }
  return { fact, correlationId: session.id }
}

function charged(event: z.infer<typeof chargeEvent>): Reading {
  const { id, payment_intent: paymentIntentId } = event.data.object
  // A charge made without a payment intent never came through a checkout.
  if (!paymentIntentId) return null
  return { fact: { kind: 'charge_succeeded', paymentIntentId, chargeId: id }, correlationId: paymentIntentId }
}

function checkoutIdOf(session: Session): CheckoutId | null {
  return ownId.safeParse(session.metadata?.['checkout_id'] ?? session.client_reference_id).data ?? null
}
