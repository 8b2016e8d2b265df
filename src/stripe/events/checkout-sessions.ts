import { z } from 'zod'
import { latest } from '../../calendar/instant.ts'
import type { Donor } from '../../donations/donation.ts'
import type { UnpaidCheckoutStatus } from '../../donations/payment-fact.ts'
import type { CheckoutId, SubscriptionId } from '../../ids.ts'
import { money } from '../../money/money.ts'
import {
  checkoutSessionId,
  currency,
  metadata,
  objectId,
  optionalText,
  paymentIntentId,
  presentmentDetails,
  reference,
  subscriptionId,
  text,
  timestamp,
} from '../field-schema.ts'
import {
  attributionOf,
  coveredIn,
  eventReader,
  printable,
  UnreadableEvent,
  type Reading,
} from './event-reader.ts'
import { collapsed, createdAtOf, createdReference, type SynthesisedEvent } from './synthesised-event.ts'

const session = z.object({
  id: checkoutSessionId,
  object: z.literal('checkout.session'),
  subscription: reference(subscriptionId).nullish(),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  payment_intent: reference(paymentIntentId).nullish(),
  amount_total: z.int().nonnegative().nullish(),
  currency: currency.nullish(),
  metadata,
  customer_details: z.object({ email: optionalText, name: optionalText }).nullish(),
  customer_email: optionalText,
  presentment_details: presentmentDetails,
})
type Session = z.infer<typeof session>

export const sessionCompleted = eventReader(session, (object, createdAt, { marks }) => {
  const checkoutId = marks.checkoutIn(object.metadata)
  switch (object.payment_status) {
    case 'unpaid':
      return unpaid(object, checkoutId, 'processing')
    case 'no_payment_required':
      return null
    case 'paid':
      return object.subscription
        ? subscriptionStarted(object, checkoutId, object.subscription)
        : checkoutSucceeded(object, checkoutId, createdAt)
  }
})
export const sessionPaymentFailed = eventReader(session, (object, _, { marks }) =>
  unpaid(object, marks.checkoutIn(object.metadata), 'failed'),
)
export const sessionExpired = eventReader(session, (object, _, { marks }) =>
  unpaid(object, marks.checkoutIn(object.metadata), 'expired'),
)

function checkoutSucceeded(object: Session, checkoutId: CheckoutId | null, paidAt: Date): Reading {
  const { id: sessionId, payment_intent: payment, amount_total: amount, currency: code } = object
  if (!payment || !amount || !code)
    throw new UnreadableEvent('a paid session without payment intent, amount or currency')
  return {
    fact: {
      kind: 'checkout_succeeded',
      sessionId,
      paymentIntentId: payment,
      checkoutId,
      gross: money(BigInt(amount), code),
      covered: coveredIn(object.metadata),
      presentment: object.presentment_details ?? null,
      paidAt,
      donor: donorOf(object),
      attribution: attributionOf(object.metadata ?? {}, 'once'),
    },
    correlationId: payment,
  }
}

/** Books nothing: the first invoice books the first payment, as every later invoice books its own. */
function subscriptionStarted(object: Session, checkoutId: CheckoutId | null, id: SubscriptionId): Reading {
  const subscription = { id, checkoutId }
  return {
    fact: {
      kind: 'subscription_started',
      sessionId: object.id,
      checkoutId,
      donor: donorOf(object),
      subscription,
    },
    correlationId: object.id,
  }
}

function donorOf({ customer_details: details, customer_email: email }: Session): Donor {
  return { name: printable(details?.name), email: printable(details?.email ?? email) }
}

function unpaid(object: Session, checkoutId: CheckoutId | null, status: UnpaidCheckoutStatus): Reading {
  const whose = status === 'processing' ? { email: donorOf(object).email } : {}
  return {
    fact: { kind: 'checkout_status_changed', sessionId: object.id, checkoutId, status, ...whose },
    correlationId: object.id,
  }
}

const sessionState = z.object({
  created: timestamp,
  status: optionalText,
  payment_status: text,
  subscription: z.unknown().optional(),
  expires_at: timestamp,
  payment_intent: z
    .union([
      z.object({
        status: text,
        latest_charge: z
          .union([
            z.object({
              created: timestamp,
              payment_method_details: z.object({ type: text }).nullish(),
              balance_transaction: createdReference,
            }),
            objectId,
          ])
          .nullish(),
      }),
      objectId,
    ])
    .nullish(),
})

export function eventsOfSession(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const read = sessionState.parse(object)
  const asSent = collapsed(object, 'payment_intent', 'subscription', 'invoice', 'customer')
  const event = (type: string, state: string, occurredAt: Date): SynthesisedEvent[] => [
    { type: `checkout.session.${type}`, state, occurredAt, object: asSent },
  ]
  if (read.status === 'expired') return event('expired', 'expired', read.expires_at)
  if (read.status !== 'complete') return []
  const { status, completedAt, paidAt } = paymentOf(read)
  if (read.payment_status === 'paid') return event('completed', 'paid', latest(paidAt, announcedAt))
  if (read.payment_status !== 'unpaid') return []
  // A debit that the bank refused leaves its payment waiting for another payment method, or canceled.
  return status === 'requires_payment_method' || status === 'canceled'
    ? event('async_payment_failed', 'failed', latest(completedAt, announcedAt))
    : event('completed', 'unpaid', completedAt)
}

/** When the reader completed the session, and when it was paid: at once by card, and days later by bank debit. */
function paymentOf({ created, payment_intent: payment }: z.infer<typeof sessionState>) {
  if (typeof payment !== 'object' || payment === null)
    return { status: null, completedAt: created, paidAt: created }
  const { latest_charge: charge, status } = payment
  if (typeof charge !== 'object' || charge === null) return { status, completedAt: created, paidAt: created }
  const isCard = charge.payment_method_details?.type === 'card'
  const paidAt = isCard ? charge.created : latest(charge.created, createdAtOf(charge.balance_transaction))
  return { status, completedAt: charge.created, paidAt }
}
