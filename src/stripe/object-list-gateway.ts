import { Stripe } from 'stripe'
import { z } from 'zod'
import type { Page, Place } from '../settlement/stripe-lists.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed, UnreadableAnswer } from './balance-gateway.ts'
import { synthesisedEvents } from './object-events.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'

/** In this order what a later kind belongs to is known, or on its way, when it is read. */
export const OBJECT_KINDS = ['sessions', 'invoices', 'charges', 'refunds', 'disputes', 'warnings'] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** An object of Stripe, as the events that its state stands for; null: not shaped as Stripe documents. */
export type ListedObject = { readonly id: string; readonly events: readonly InboxEvent[] | null }

export type StripeObjects = {
  /** The newest first, a page at a time. */
  list(kind: ObjectKind, place: Place): Promise<Page<ListedObject>>
  /**
   * The object of an event that came in another API version, asked for again in ours.
   * @returns null when Stripe knows no such object, or it cannot be read
   */
  again(event: InboxEvent): Promise<readonly InboxEvent[] | null>
}

// What says when a session was paid and when a debit came back; an expanded path goes four levels deep at most.
const SESSION = ['payment_intent.latest_charge.balance_transaction']
const FAILURE = ['failure_balance_transaction']
// Which of a payment's charges is its last: those before it were tries that failed.
const CHARGE = [...FAILURE, 'payment_intent']
const PAYMENTS = ['payments']
const each = (paths: readonly string[]) => paths.map((path) => `data.${path}`)

type Params = ReturnType<typeof listed>
const LISTS: Readonly<Record<ObjectKind, (stripe: Stripe, place: Params) => Promise<unknown>>> = {
  sessions: (stripe, place) => stripe.checkout.sessions.list({ ...place, expand: each(SESSION) }, CALL),
  invoices: (stripe, place) =>
    stripe.invoices.list({ ...place, status: 'paid', expand: each(PAYMENTS) }, CALL),
  charges: (stripe, place) => stripe.charges.list({ ...place, expand: each(CHARGE) }, CALL),
  refunds: (stripe, place) => stripe.refunds.list({ ...place, expand: each(FAILURE) }, CALL),
  disputes: (stripe, place) => stripe.disputes.list(place, CALL),
  warnings: (stripe, place) => stripe.radar.earlyFraudWarnings.list(place, CALL),
}

const RETRIEVES: Readonly<Record<string, (stripe: Stripe, id: string) => Promise<unknown>>> = {
  'checkout.session': (stripe, id) => stripe.checkout.sessions.retrieve(id, { expand: SESSION }, CALL),
  invoice: (stripe, id) => stripe.invoices.retrieve(id, { expand: PAYMENTS }, CALL),
  charge: (stripe, id) => stripe.charges.retrieve(id, { expand: CHARGE }, CALL),
  refund: (stripe, id) => stripe.refunds.retrieve(id, { expand: FAILURE }, CALL),
  dispute: (stripe, id) => stripe.disputes.retrieve(id, {}, CALL),
  'radar.early_fraud_warning': (stripe, id) => stripe.radar.earlyFraudWarnings.retrieve(id, {}, CALL),
  subscription: (stripe, id) => stripe.subscriptions.retrieve(id, {}, CALL),
}

const pageSchema = z.object({
  data: z.array(z.looseObject({ id: z.string().min(1) })),
  has_more: z.boolean(),
})
const named = z.object({ object: z.string(), id: z.string() })
const invoicePayment = z.object({
  object: z.literal('invoice_payment'),
  invoice: z.union([z.string(), named.transform(({ id }) => id)]),
})
// The object's own id and kind have not moved between API versions; nothing else of it is believed.
const eventSchema = z.object({ data: z.object({ object: z.union([invoicePayment, named]) }) })

/** @param livemode whether the client's key reads live money */
export function stripeObjects(stripe: Stripe, paced: PacedCalls, livemode: boolean): StripeObjects {
  return {
    async list(kind, place) {
      const read = pageSchema.safeParse(await paced(() => LISTS[kind](stripe, listed(place))))
      if (!read.success) throw new UnreadableAnswer(`Stripe’s list of ${kind} has an unexpected shape`)
      const { data, has_more: more } = read.data
      const rows = data.map((object) => ({ id: object.id, events: synthesisedEvents(object, livemode) }))
      return { rows, next: more ? (data.at(-1)?.id ?? null) : null }
    },
    async again({ body, createdAt }) {
      const read = eventSchema.safeParse(JSON.parse(body))
      if (!read.success) return null
      const { object } = read.data.data
      const [kind, id] = 'invoice' in object ? ['invoice', object.invoice] : [object.object, object.id]
      const retrieve = RETRIEVES[kind]
      if (!retrieve) return null
      const answer = await paced(() => retrieve(stripe, id)).catch((error: unknown) => {
        if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return null
        throw error
      })
      return synthesisedEvents(answer, livemode, createdAt)
    },
  }
}
