import { Stripe } from 'stripe'
import { z } from 'zod'
import type { ReceiptNumberBackups } from '../receipts/receipt-number-backup.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { metadata } from './field-schema.ts'

// The value contains numbers and amounts of receipts. It names no donor and opens no receipt.
const KEY = 'receipts'
const CALL = { timeout: 4_000, maxNetworkRetries: 0 }

const answerSchema = z.object({
  object: z.literal('payment_intent'),
  metadata,
})

/**
 * Saves the numbers of a payment's receipts in its metadata at Stripe, where a service with a restored database finds
 * the numbers that the database has lost.
 */
export function receiptNumberBackups(stripe: Stripe, paced: PacedCalls): ReceiptNumberBackups {
  return {
    async write(payment, text) {
      try {
        const params = { metadata: { [KEY]: text } }
        answerSchema.parse(await paced(() => stripe.paymentIntents.update(payment, params, CALL)))
        return 'saved'
      } catch (error) {
        // The API key lacks the permission, or Stripe does not know the payment: a further try would fail as well.
        if (error instanceof Stripe.errors.StripePermissionError) return 'refused'
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return 'refused'
        if (error instanceof z.ZodError) return 'refused'
        return 'not_now'
      }
    },
    async read(payment) {
      const read = await paced(() => stripe.paymentIntents.retrieve(payment, {}, CALL)).catch(
        (error: unknown) => {
          if (error instanceof Stripe.errors.StripeInvalidRequestError) return null
          throw error
        },
      )
      return read === null ? null : (answerSchema.parse(read).metadata?.[KEY] ?? null)
    },
  }
}
