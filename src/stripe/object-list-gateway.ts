import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { Page, Place } from '../settlement/stripe-balance.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed, UnreadableAnswer } from './balance-gateway.ts'
import { synthesisedEvents } from './object-events.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { isUnknownObject } from './stripe-refusal.ts'
import { objectId, text } from './field-schema.ts'

/** In this order of reading, every object comes after the gift that it belongs to. */
export const OBJECT_KINDS = ['sessions', 'invoices', 'charges', 'refunds', 'disputes', 'warnings'] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** The events synthesised from an object of Stripe; null when Stripe documents another shape. */
export type ListedObject = { readonly id: string; readonly events: readonly InboxEvent[] | null }

export type StripeObjects = {
  /** Reads a page of one kind of object. The newest object comes first. */
  list(kind: ObjectKind, place: Place): Promise<Page<ListedObject>>
  /**
   * Reads the object of an event of another API version again, in ours.
   * @returns null when Stripe does not know the object, or documents another shape
   */
  retrieveObjectOf(event: InboxEvent): Promise<readonly InboxEvent[] | null>
}

// Expanded fields tell when a session was paid and when a debit came back. Stripe expands four levels at most.
const SESSION = ['payment_intent.latest_charge.balance_transaction']
const FAILURE = ['failure_balance_transaction']
// The payment names the last of its charges. Those before it were attempts that failed.
const CHARGE = [...FAILURE, 'payment_intent']
const PAYMENTS = ['payments']
const inList = (paths: readonly string[]) => paths.map((path) => `data.${path}`)

type Params = ReturnType<typeof listed>
const LISTS: Readonly<Record<ObjectKind, (stripe: Stripe, place: Params) => Promise<unknown>>> = {
  sessions: (stripe, place) => stripe.checkout.sessions.list({ ...place, expand: inList(SESSION) }, CALL),
  invoices: (stripe, place) =>
    stripe.invoices.list({ ...place, status: 'paid', expand: inList(PAYMENTS) }, CALL),
  charges: (stripe, place) => stripe.charges.list({ ...place, expand: inList(CHARGE) }, CALL),
  refunds: (stripe, place) => stripe.refunds.list({ ...place, expand: inList(FAILURE) }, CALL),
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
  data: z.array(z.looseObject({ id: objectId })),
  has_more: z.boolean(),
})
const anyObject = z.object({ object: text, id: objectId })
const invoicePayment = z.object({
  object: z.literal('invoice_payment'),
  invoice: z.union([objectId, anyObject.transform(({ id }) => id)]),
})
// An object's id and kind are the same in every API version. Nothing else of the event is used.
const eventSchema = z.object({ data: z.object({ object: z.union([invoicePayment, anyObject]) }) })

/** @param livemode whether the API key reads live money */
export function stripeObjects(stripe: Stripe, paced: PacedCalls, livemode: boolean): StripeObjects {
  return {
    async list(kind, place) {
      const read = pageSchema.safeParse(await paced(() => LISTS[kind](stripe, listed(place))))
      if (!read.success) throw new UnreadableAnswer(`Stripe’s list of ${kind} has an unexpected shape`)
      const { data, has_more: more } = read.data
      const rows = data.map((object) => ({ id: object.id, events: synthesisedEvents(object, livemode) }))
      return { rows, next: more ? (data.at(-1)?.id ?? null) : null }
    },
    async retrieveObjectOf({ body, createdAt }) {
      const read = eventSchema.safeParse(JSON.parse(body))
      if (!read.success) return null
      const { object } = read.data.data
      const [kind, id] = 'invoice' in object ? ['invoice', object.invoice] : [object.object, object.id]
      const retrieve = RETRIEVES[kind]
      if (!retrieve) return null
      const answer = await paced(() => retrieve(stripe, id)).catch((error: unknown) => {
        if (isUnknownObject(error)) return null
        throw error
      })
      return synthesisedEvents(answer, livemode, createdAt)
    },
  }
}
