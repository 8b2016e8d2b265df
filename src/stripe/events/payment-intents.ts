import { z } from 'zod'
import { metadata, optionalText, paymentIntentId, text } from '../field-schema.ts'
import { eventReader, printable } from './event-reader.ts'

const failedIntent = z.object({
  id: paymentIntentId,
  object: z.literal('payment_intent'),
  metadata,
  last_payment_error: z
    .object({ type: text, charge: optionalText, code: optionalText, decline_code: optionalText })
    .nullish()
    .catch(null),
})

const LONGEST_CODE = 100

/**
 * A card that was declined. Other failures, of a bank debit for one, are no sign of stolen cards. Stripe copies our mark to
 * the payments of single gifts only, so a card declined for a recurring gift says nothing here.
 */
export const paymentFailed = eventReader(failedIntent, (object, createdAt, { marks }) => {
  const { id, last_payment_error: error } = object
  if (error?.type !== 'card_error' || marks.checkoutIn(object.metadata) === null) return null
  const code = printable(error.decline_code ?? error.code)?.slice(0, LONGEST_CODE) ?? null
  return {
    fact: {
      kind: 'card_declined',
      paymentIntentId: id,
      // Several cards may be tried for one payment within a second.
      declineId: error.charge ?? `${id} ${createdAt.toISOString()}`,
      declinedAt: createdAt,
      code,
    },
    correlationId: id,
  }
})
