import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { Page, Place } from '../settlement/balance/stripe-balance.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { CALL, listed } from './balance-gateway.ts'
import { pageOf, problemsOf, type RowReading } from './list-page-schema.ts'
import { readObject, synthesisedEvents } from './object-events.ts'
import type { PacedCalls } from './paced-calls-gateway.ts'
import { isRefusedCall, isUnknownObject } from './stripe-refusal.ts'
import { objectId, text } from './field-schema.ts'

/** In this order of reading, every object comes after the gift that it belongs to. */
export const OBJECT_KINDS = ['sessions', 'invoices', 'charges', 'refunds', 'disputes', 'warnings'] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** An object of Stripe and the events synthesised from it. */
export type ListedObject = { readonly id: string; readonly events: readonly InboxEvent[] }

export type StripeObjects = {
  /** Reads a page of one kind of object. The newest object comes first. */
  list(kind: ObjectKind, place: Place): Promise<Page<ListedObject>>
  /** Reads a row of such a list that was kept. */
  readRow(row: unknown): RowReading<ListedObject>
  /**
   * Reads the object of an event of another API version again, in ours.
   * @returns of a payment only a declined card, since its charge states everything else; null when Stripe does not know the object, refuses to show it, or documents another shape
   */
  retrieveObjectOf(event: Pick<InboxEvent, 'body' | 'createdAt'>): Promise<readonly InboxEvent[] | null>
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
  payment_intent: (stripe, id) => stripe.paymentIntents.retrieve(id, {}, CALL),
  subscription: (stripe, id) => stripe.subscriptions.retrieve(id, {}, CALL),
}

const identity = z.object({ id: objectId })
const anyObject = z.object({ object: text, id: objectId })
const invoicePayment = z.object({
  object: z.literal('invoice_payment'),
  invoice: z.union([objectId, anyObject.transform(({ id }) => id)]),
})
// An object's id and kind are the same in every API version. Nothing else of the event is used.
const eventSchema = z.object({ data: z.object({ object: z.union([invoicePayment, anyObject]) }) })

/** @param livemode whether the API key reads live money */
export function stripeObjects(stripe: Stripe, paced: PacedCalls, livemode: boolean): StripeObjects {
  const readRow = (row: unknown): RowReading<ListedObject> => {
    const identified = identity.safeParse(row)
    if (!identified.success) return { reason: problemsOf(identified.error) }
    const reading = readObject(row, livemode)
    return 'row' in reading ? { row: { id: identified.data.id, events: reading.row } } : reading
  }
  return {
    readRow,
    async list(kind, place) {
      return pageOf(kind, await paced(() => LISTS[kind](stripe, listed(place))), readRow)
    },
    async retrieveObjectOf({ body, createdAt }) {
      const read = eventSchema.safeParse(JSON.parse(body))
      if (!read.success) return null
      const { object } = read.data.data
      const [kind, id] = 'invoice' in object ? ['invoice', object.invoice] : [object.object, object.id]
      const retrieve = RETRIEVES[kind]
      if (!retrieve) return null
      const answer = await paced(() => retrieve(stripe, id)).catch((error: unknown) => {
        if (isUnknownObject(error) || isRefusedCall(error)) return null
        throw error
      })
      return synthesisedEvents(answer, livemode, createdAt)
    },
  }
}
