import { z } from 'zod'
import { asked, collection, itself } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { badParameter, noSuch, notOffline, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { integer, metadata, oneOf, parseParams, text } from '../api/params.ts'
import type { Scene } from '../state.ts'
import { startWork } from '../work.ts'
import { makeRefund } from './refund.ts'
import { rowsOf } from '../table.ts'

const PATH = '/v1/refunds'
const createSchema = z.strictObject({
  amount: integer(1).optional(),
  charge: text().optional(),
  currency: text().optional(),
  customer: text().optional(),
  expand: z.array(text()).optional(),
  instructions_email: text().optional(),
  metadata: metadata.optional(),
  origin: text().optional(),
  payment_intent: text().optional(),
  reason: oneOf(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  refund_application_fee: text().optional(),
  reverse_transfer: text().optional(),
})
const listSchema = z.strictObject({
  ...pageParams,
  charge: text().optional(),
  payment_intent: text().optional(),
})

export const refundEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: PATH,
    run(scene, { params }) {
      const { expand = [], ...wish } = parseParams(createSchema, params)
      for (const name of ['customer', 'origin', 'refund_application_fee', 'reverse_transfer'] as const) {
        if (wish[name] !== undefined) throw notOffline(`the parameter ${name}`, name)
      }
      const work = startWork(scene)
      const refund = makeRefund(work, {
        chargeId: chargeAsked(scene, wish.charge, wish.payment_intent),
        amount: wish.amount ?? null,
        reason: wish.reason ?? null,
        metadata: wish.metadata ?? {},
      })
      return { body: expanded(refund, expand, scene), changes: work.changes }
    },
  },
  ...collection({
    path: PATH,
    kind: 'refund',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.refund, itself),
    matches: (query) => (refund) =>
      asked(query.charge, refund.charge) && asked(query.payment_intent, refund.payment_intent),
  }),
]

function chargeAsked({ state }: Scene, chargeId: string | undefined, intentId: string | undefined): string {
  if (chargeId !== undefined && intentId !== undefined) {
    throw badParameter(undefined, 'You may only specify one of these parameters: payment_intent, charge.')
  }
  if (chargeId !== undefined) {
    if (!state.charge.has(chargeId)) throw noSuch('charge', chargeId, 'charge')
    return chargeId
  }
  if (intentId === undefined) {
    const message =
      'One of the following params should be provided for this request: payment_intent or charge.'
    throw badParameter('parameter_missing', message)
  }
  const intent = state.payment_intent.get(intentId)
  if (intent === undefined) throw noSuch('payment_intent', intentId, 'payment_intent')
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
    const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`
    throw refused('payment_intent_unexpected_state', message)
  }
  return intent.latest_charge
}
