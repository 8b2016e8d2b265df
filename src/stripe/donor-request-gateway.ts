import { z } from 'zod'
import type { SubscriptionId } from '../ids.ts'
import { problemsOf, UnreadableAnswer } from './list-page-schema.ts'
import type { Stripe } from './stripe-gateway.ts'

const CALL = { timeout: 8_000, maxNetworkRetries: 1 }
const answered = z.object({ object: z.literal('subscription'), id: z.unknown() })
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
  }
}
