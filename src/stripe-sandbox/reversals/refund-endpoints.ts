import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { badParameter, noSuch, notOffered, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { integer, metadata, oneOf, parseParams, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import { rowsOf } from '../state/table.ts'
import type { Transaction } from '../state/transaction.ts'
import { createRefund } from './refund.ts'

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
    run(transaction, { params }) {
      const { expand = [], ...refundParams } = parseParams(createSchema, params)
      for (const name of ['customer', 'origin', 'refund_application_fee', 'reverse_transfer'] as const) {
        if (refundParams[name] !== undefined) throw notOffered(`the parameter ${name}`, name)
      }
      const refund = createRefund(transaction, {
        chargeId: chargeToRefund(transaction, refundParams.charge, refundParams.payment_intent),
        amount: refundParams.amount ?? null,
        reason: refundParams.reason ?? null,
        metadata: refundParams.metadata ?? {},
      })
      return expanded(refund, expand, transaction)
    },
  },
  ...resourceEndpoints({
    path: PATH,
    kind: 'refund',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.refund),
    matches: (query) => (refund) =>
      admits(query.charge, refund.charge) && admits(query.payment_intent, refund.payment_intent),
  }),
]

function chargeToRefund(
  transaction: Transaction,
  chargeId: string | undefined,
  intentId: string | undefined,
): string {
  if (chargeId !== undefined && intentId !== undefined) {
    throw badParameter(undefined, 'You may only specify one of these parameters: payment_intent, charge.')
  }
  if (chargeId !== undefined) {
    if (transaction.get('charge', chargeId) === undefined) throw noSuch('charge', chargeId, 'charge')
    return chargeId
  }
  if (intentId === undefined) {
    const message =
      'One of the following params should be provided for this request: payment_intent or charge.'
    throw badParameter('parameter_missing', message)
  }
  const intent = transaction.get('payment_intent', intentId)
  if (intent === undefined) throw noSuch('payment_intent', intentId, 'payment_intent')
  if (intent.status !== 'succeeded' || typeof intent.latest_charge !== 'string') {
    const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`
    throw refused('payment_intent_unexpected_state', message)
  }
  return intent.latest_charge
}
