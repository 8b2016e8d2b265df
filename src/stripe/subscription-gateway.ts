import { z } from 'zod'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from '../subscriptions/subscription.ts'
import { parseCurrency } from '../money/currency.ts'
import { optionalText, text, timestamp, word } from './field-schema.ts'
import { CALL } from './balance-gateway.ts'
import { problemsOf, UnreadableAnswer } from './list-page-schema.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import type { Stripe } from './stripe-gateway.ts'
import { isUnknownObject } from './stripe-refusal.ts'

// In this API version the price and the paid period belong to the subscription's items.
const answerSchema = z.object({
  object: z.literal('subscription'),
  status: word,
  cancel_at: timestamp.nullish(),
  ended_at: timestamp.nullish(),
  start_date: timestamp.nullish(),
  cancellation_details: z.object({ reason: optionalText }).nullish(),
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

/** Both factors are safe integers; their product need not be one, nor fit its column. */
const LARGEST_MINOR = BigInt(Number.MAX_SAFE_INTEGER)

/** Reads a subscription's present state from Stripe; null when Stripe does not know the subscription. @throws UnreadableAnswer */
export function retrieveSubscription(
  stripe: Stripe,
  paced: PacedCalls,
): (id: SubscriptionId) => Promise<SubscriptionState | null> {
  return async (id) => {
    const answer = await paced(() => stripe.subscriptions.retrieve(id, {}, CALL)).catch((error: unknown) => {
      if (isUnknownObject(error)) return null
      throw error
    })
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
  }
}
