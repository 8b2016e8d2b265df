import { z } from 'zod'
import type { SubscriptionId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import { text } from './field-schema.ts'
import { problemsOf, UnreadableAnswer } from './list-page-schema.ts'
import type { Stripe } from './stripe-gateway.ts'

const CALL = { timeout: 8_000, maxNetworkRetries: 1 }
const answered = z.object({ object: z.literal('subscription'), id: z.unknown() })
const priced = z.object({
  object: z.literal('subscription'),
  items: z.object({
    data: z.tuple([
      z.object({
        id: text,
        price: z.object({
          currency: text,
          product: text,
          recurring: z.object({ interval: z.enum(['month', 'year']) }),
        }),
      }),
    ]),
  }),
})
const portal = z.object({ object: z.literal('billing_portal.session'), url: z.url({ protocol: /^https?$/ }) })

/** What a donor asks of Stripe on the page of a recurring gift. Every function throws while Stripe is away, and may be repeated. */
export type DonorRequests = {
  /** Lets it run to the end of the paid period: nothing more is collected. */
  readonly stopAtPeriodEnd: (id: SubscriptionId) => Promise<void>
  /** Ends it now, with the collection of an unpaid invoice. */
  readonly stopNow: (id: SubscriptionId) => Promise<void>
  /** The address of a page of Stripe's on which the donor saves another card; it is open for minutes. */
  readonly cardPage: (customerId: string, returnUrl: string) => Promise<string>
  /** Makes a saved card pay the subscription from now on. */
  readonly useCard: (id: SubscriptionId, card: string) => Promise<void>
  /** Collects nothing until then: Stripe voids the invoices that fall due (docs.stripe.com/billing/subscriptions/pause-payment). */
  readonly pause: (id: SubscriptionId, until: Date) => Promise<void>
  readonly resume: (id: SubscriptionId) => Promise<void>
  /** Charges another amount from the next payment on. @throws UnreadableAnswer when it has not one price alone */
  readonly changeAmount: (id: SubscriptionId, amount: Money) => Promise<void>
}

/** Seen in Stripe's dashboard beside the reason. */
const COMMENT = 'The donor stopped it by the link in a mail of the newsroom.'

export function donorRequests(stripe: Stripe): DonorRequests {
  // The SDK takes an error status whose body has no `error` for success, so every answer is checked.
  const checked = <Answer>(schema: z.ZodType<Answer>, answer: unknown): Answer => {
    const read = schema.safeParse(answer)
    if (!read.success) throw new UnreadableAnswer(problemsOf(read.error))
    return read.data
  }
  const details = { cancellation_details: { comment: COMMENT } }
  return {
    stopAtPeriodEnd: async (id: SubscriptionId) => {
      const params = { cancel_at_period_end: true, ...details }
      checked(answered, await stripe.subscriptions.update(id, params, CALL))
    },
    stopNow: async (id: SubscriptionId) => {
      checked(answered, await stripe.subscriptions.cancel(id, details, CALL))
    },
    cardPage: async (customer: string, returnUrl: string) => {
      const flow = { type: 'payment_method_update' as const }
      const params = { customer, return_url: returnUrl, flow_data: flow }
      return checked(portal, await stripe.billingPortal.sessions.create(params, CALL)).url
    },
    useCard: async (id: SubscriptionId, card: string) => {
      checked(answered, await stripe.subscriptions.update(id, { default_payment_method: card }, CALL))
    },
    pause: async (id: SubscriptionId, until: Date) => {
      const pause = { behavior: 'void' as const, resumes_at: Math.floor(until.getTime() / 1000) }
      checked(answered, await stripe.subscriptions.update(id, { pause_collection: pause }, CALL))
    },
    resume: async (id: SubscriptionId) => {
      checked(answered, await stripe.subscriptions.update(id, { pause_collection: '' }, CALL))
    },
    changeAmount: async (id: SubscriptionId, { minor, currency }: Money) => {
      const [item] = checked(priced, await stripe.subscriptions.retrieve(id, {}, CALL)).items.data
      if (item.price.currency !== currency) throw new UnreadableAnswer('the currency is another one')
      const { product, recurring } = item.price
      const price = { currency, product, recurring, unit_amount: Number(minor) }
      const items = [{ id: item.id, price_data: price, quantity: 1 }]
      const params = { items, proration_behavior: 'none' as const }
      checked(answered, await stripe.subscriptions.update(id, params, CALL))
    },
  }
}
