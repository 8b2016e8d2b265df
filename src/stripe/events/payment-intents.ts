import { z } from 'zod'
import { money } from '../../money/money.ts'
import {
  currency,
  customerId,
  metadata,
  optionalText,
  paymentIntentId,
  reference,
  text,
} from '../field-schema.ts'
import { eventReader, printable } from './event-reader.ts'
import { collapsed, idPart, type SynthesisedEvent } from './synthesised-event.ts'

const failedIntent = z.object({
  id: paymentIntentId,
  object: z.literal('payment_intent'),
  metadata,
  amount: z.int().positive().nullish().catch(null),
  currency: currency.nullish().catch(null),
  customer: reference(customerId).nullish().catch(null),
  last_payment_error: z
    .object({ type: text, charge: optionalText, code: optionalText, decline_code: optionalText })
    .nullish()
    .catch(null),
})

const LONGEST_CODE = 100

/**
 * A card that was declined. Other failures, of a bank debit for one, are no sign of stolen cards. Stripe copies our mark to
 * the payments of single gifts only. The first payment of a recurring gift bears no metadata at all, and no subscription
 * names it before it succeeds (https://docs.stripe.com/changelog/basil/2025-03-31/checkout-legacy-subscription-upgrade):
 * so a payment without any metadata may be one, and one with another program's metadata is none.
 */
export const paymentFailed = eventReader(failedIntent, (object, createdAt, { marks }) => {
  const { id, last_payment_error: error, amount, currency: code, customer } = object
  if (error?.type !== 'card_error') return null
  const isMarked = marks.checkoutIn(object.metadata) !== null
  if (!isMarked && Object.keys(object.metadata ?? {}).length > 0) return null
  const reason = printable(error.decline_code ?? error.code)?.slice(0, LONGEST_CODE) ?? null
  return {
    fact: {
      kind: 'card_declined',
      paymentIntentId: id,
      isMarked,
      amount: amount && code ? money(BigInt(amount), code) : null,
      customerId: customer ?? null,
      // Several cards may be tried for one payment within a second.
      declineId: error.charge ?? `${id} ${createdAt.toISOString()}`,
      declinedAt: createdAt,
      code: reason,
    },
    correlationId: id,
  }
})

const intentState = z.object({
  last_payment_error: z.object({ type: text, charge: optionalText }).nullish(),
})

/**
 * The last card that was declined: money is stated by the charge and the session. Without an event that announced it,
 * nobody knows when that was.
 */
export function eventsOfPayment(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const { last_payment_error: error } = intentState.parse(object)
  if (announcedAt === null || error?.type !== 'card_error') return []
  const state = `declined_${idPart(error.charge ?? String(announcedAt.getTime()))}`
  const asSent = collapsed(object, 'customer', 'latest_charge')
  return [{ type: 'payment_intent.payment_failed', state, occurredAt: announcedAt, object: asSent }]
}
