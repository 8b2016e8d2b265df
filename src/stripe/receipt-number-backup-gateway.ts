import { Stripe } from 'stripe'
import { z } from 'zod'
import type { ReceiptNumberBackups } from '../receipts/receipt-number-backup.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'

// Names no donor and opens nothing: a receipt's number and amount.
const KEY = 'receipts'
const CALL = { timeout: 4_000, maxNetworkRetries: 0 }

const answer = z.object({
  object: z.literal('payment_intent'),
  metadata: z.record(z.string(), z.string()).nullish(),
})

/** Stripe remembers for us which receipts a payment had, in its metadata: what a restored backup could not know. */
export function receiptNumberBackups(stripe: Stripe, paced: PacedCalls): ReceiptNumberBackups {
  return {
    async write(payment, text) {
      try {
        const metadata = { [KEY]: text }
        answer.parse(await paced(() => stripe.paymentIntents.update(payment, { metadata }, CALL)))
        return 'saved'
      } catch (error) {
        // A key without the permission, or a payment that Stripe does not know: trying again would not help.
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
      return read === null ? null : (answer.parse(read).metadata?.[KEY] ?? null)
    },
  }
}
