import { z } from 'zod'
import {
  expandedMoment,
  idAnd,
  latest,
  madeAt,
  moment,
  unexpanded,
  word,
  type Told,
} from './payment-states.ts'

/** Checkout sessions, invoices, agreements and warnings, as their states tell them. See payment-states.ts. */

const id = z.string().min(1)

const session = z.looseObject({
  id,
  created: moment,
  status: z.string().nullish(),
  payment_status: z.string(),
  subscription: z.unknown().optional(),
  expires_at: moment,
  payment_intent: z
    .union([
      z.object({
        status: z.string(),
        latest_charge: z
          .union([
            z.object({
              created: moment,
              payment_method_details: z.object({ type: z.string() }).nullish(),
              balance_transaction: expandedMoment,
            }),
            z.string(),
          ])
          .nullish(),
      }),
      z.string(),
    ])
    .nullish(),
})

export function sessionStates(object: unknown, announcedAt: Date | null): Told[] {
  const read = session.parse(object)
  const asEvent = unexpanded(idAnd(object, read.id), 'payment_intent', 'subscription', 'invoice', 'customer')
  const told = (type: string, state: string, at: Date): Told[] => [{ type, state, at, object: asEvent }]
  if (read.status === 'expired') return told('checkout.session.expired', 'expired', read.expires_at)
  if (read.status !== 'complete') return []
  const { intent, begunAt, paidAt } = paymentOf(read)
  if (read.payment_status === 'paid')
    return told('checkout.session.completed', 'paid', latest(paidAt, announcedAt))
  if (read.payment_status !== 'unpaid') return []
  // A debit that the bank refused leaves its payment asking for another way to pay; one under way is processing.
  return intent === 'requires_payment_method' || intent === 'canceled'
    ? told('checkout.session.async_payment_failed', 'failed', latest(begunAt, announcedAt))
    : told('checkout.session.completed', 'unpaid', begunAt)
}

/** When the reader paid, and when the money was there: of a card the same moment, of a bank debit days later. */
function paymentOf({ created, payment_intent: intent }: z.infer<typeof session>) {
  if (typeof intent !== 'object' || intent === null)
    return { intent: null, begunAt: created, paidAt: created }
  const { latest_charge: charge, status } = intent
  if (typeof charge !== 'object' || charge === null)
    return { intent: status, begunAt: created, paidAt: created }
  const begunAt = charge.created
  const atOnce = charge.payment_method_details?.type === 'card'
  return {
    intent: status,
    begunAt,
    paidAt: atOnce ? begunAt : latest(begunAt, madeAt(charge.balance_transaction)),
  }
}

const invoice = z.looseObject({
  id,
  created: moment,
  status: z.string().nullish(),
  attempted: z.boolean(),
  parent: z.object({ subscription_details: z.looseObject({}).nullish() }).nullish(),
  status_transitions: z.object({ paid_at: moment.nullish() }).nullish(),
  payments: z
    .object({
      data: z.array(
        z.looseObject({
          id,
          created: moment,
          status: z.string(),
          status_transitions: z.object({ paid_at: moment.nullish() }).nullish(),
        }),
      ),
    })
    .nullish(),
})

/** Both halves of a collection: who gave what, and by which payment. Other invoices are not about gifts. */
export function invoiceStates(object: unknown, announcedAt: Date | null): Told[] {
  const read = invoice.parse(object)
  if (!read.parent?.subscription_details) return []
  const { payments, ...asEvent } = unexpanded(idAnd(object, read.id), 'customer')
  if (read.status === 'open' && read.attempted && announcedAt) {
    const state = `failed_${announcedAt.getTime()}`
    return [{ type: 'invoice.payment_failed', state, at: announcedAt, object: { ...asEvent, id: read.id } }]
  }
  if (read.status !== 'paid') return []
  const paidAt = read.status_transitions?.paid_at ?? read.created
  const halves = (read.payments?.data ?? [])
    .filter(({ status }) => status === 'paid')
    .map((payment) => ({
      type: 'invoice_payment.paid',
      state: 'paid',
      at: payment.status_transitions?.paid_at ?? paidAt,
      object: asGiven(payments, payment.id),
    }))
  return [{ type: 'invoice.paid', state: 'paid', at: paidAt, object: { ...asEvent, id: read.id } }, ...halves]
}

/** One row of an expanded list, untouched by the schema. */
function asGiven(list: unknown, rowId: string): Told['object'] {
  const { data } = z.object({ data: z.array(z.looseObject({ id })) }).parse(list)
  return { ...data.find((row) => row.id === rowId), id: rowId }
}

const subscription = z.looseObject({ id, created: moment, status: z.string(), ended_at: moment.nullish() })

export function subscriptionStates(object: unknown, announcedAt: Date | null): Told[] {
  const { id: itsId, created, status, ended_at: endedAt } = subscription.parse(object)
  const type = endedAt ? 'customer.subscription.deleted' : 'customer.subscription.updated'
  const at = latest(created, announcedAt, endedAt)
  return [{ type, state: word(status), at, object: unexpanded(idAnd(object, itsId), 'customer') }]
}

const warning = z.looseObject({ id, created: moment, payment_intent: z.unknown().optional() })

export function warningStates(object: unknown): Told[] {
  const { id: itsId, created, payment_intent: payment } = warning.parse(object)
  if (!payment) return []
  const asEvent = unexpanded(idAnd(object, itsId), 'payment_intent', 'charge')
  return [{ type: 'radar.early_fraud_warning.created', state: 'created', at: created, object: asEvent }]
}
