import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { metadata, parseParams, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import { rowsOf } from '../state/table.ts'

const customer = text().optional()
const updateSchema = z.strictObject({ expand: z.array(text()).optional(), metadata: metadata.optional() })

export const paymentEndpoints: readonly Endpoint[] = [
  ...resourceEndpoints({
    path: '/v1/payment_intents',
    kind: 'payment_intent',
    param: 'intent',
    query: z.strictObject({ ...pageParams, customer }),
    rows: ({ state }) => rowsOf(state.payment_intent),
    matches: (query) => (intent) => admits(query.customer, intent.customer),
  }),
  {
    method: 'POST',
    path: '/v1/payment_intents/:id',
    run(transaction, { id, params }) {
      const { expand = [], metadata: newMetadata } = parseParams(updateSchema, params)
      const intent = transaction.get('payment_intent', id)
      if (intent === undefined) throw noSuch('payment_intent', id, 'intent')
      // Stripe merges metadata key by key and sends no event for it.
      const updated = { ...intent, metadata: { ...intent.metadata, ...newMetadata } }
      transaction.put('payment_intent', id, updated)
      return expanded(updated, expand, transaction)
    },
  },
  ...resourceEndpoints({
    path: '/v1/charges',
    kind: 'charge',
    query: z.strictObject({ ...pageParams, customer, payment_intent: text().optional() }),
    rows: ({ state }) => rowsOf(state.charge),
    matches: (query) => (charge) =>
      admits(query.customer, charge.customer) && admits(query.payment_intent, charge.payment_intent),
  }),
]
