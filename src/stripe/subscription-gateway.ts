import { z } from 'zod'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from '../subscriptions/subscription.ts'
import { parseCurrency } from '../money/currency.ts'
import type { Stripe } from './stripe-gateway.ts'

const moment = z.int().transform((seconds) => new Date(seconds * 1000))

// What a subscription costs and how far it is paid stands on its items in the current API.
const answerSchema = z.object({
  object: z.literal('subscription'),
  status: z.string().min(1).max(100),
  cancel_at: moment.nullish(),
  ended_at: moment.nullish(),
  items: z.object({
    data: z.array(
      z.object({
        quantity: z.int().nonnegative().nullish(),
        current_period_end: moment.nullish(),
        price: z.object({
          currency: z.string(),
          unit_amount: z.int().nonnegative().nullish(),
          recurring: z.object({ interval: z.string() }).nullish(),
        }),
      }),
    ),
  }),
})

/** Asks Stripe how a recurring gift stands now. @returns null when Stripe knows no such subscription */
export function askSubscription(stripe: Stripe): (id: SubscriptionId) => Promise<SubscriptionState | null> {
  return async (id) => {
    const answer = await stripe.subscriptions.retrieve(id).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'resource_missing') return null
      throw error
    })
    return answer === null ? null : stateFrom(answerSchema.parse(answer))
  }
}

function stateFrom(answer: z.infer<typeof answerSchema>): SubscriptionState {
  const [item] = answer.items.data
  const minor = BigInt((item?.price.unit_amount ?? 0) * (item?.quantity ?? 1))
  const currency = item ? parseCurrency(item.price.currency) : null
  return {
    status: answer.status,
    amount: currency === null || minor === 0n ? null : { minor, currency },
    frequency: item?.price.recurring?.interval === 'year' ? 'yearly' : 'monthly',
    currentPeriodEnd: item?.current_period_end ?? null,
    cancelAt: answer.cancel_at ?? null,
    endedAt: answer.ended_at ?? null,
  }
}
