import { z } from 'zod'
import { asked, collection, itself } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { metadata, parseParams, text } from '../api/params.ts'
import { rowsOf } from '../table.ts'
import { startWork } from '../work.ts'

const customer = text().optional()
const updateSchema = z.strictObject({ expand: z.array(text()).optional(), metadata: metadata.optional() })

export const paymentEndpoints: readonly Endpoint[] = [
  ...collection({
    path: '/v1/payment_intents',
    kind: 'payment_intent',
    param: 'intent',
    query: z.strictObject({ ...pageParams, customer }),
    rows: ({ state }) => rowsOf(state.payment_intent, itself),
    matches: (query) => (intent) => asked(query.customer, intent.customer),
  }),
  {
    method: 'POST',
    path: '/v1/payment_intents/:id',
    run(scene, { id, params }) {
      const { expand = [], metadata: given } = parseParams(updateSchema, params)
      const intent = scene.state.payment_intent.get(id)
      if (intent === undefined) throw noSuch('payment_intent', id, 'intent')
      const work = startWork(scene)
      // Stripe merges metadata, key by key, and announces nothing.
      const object = { ...intent, metadata: { ...intent.metadata, ...given } }
      work.put('payment_intent', id, object)
      return { body: expanded(object, expand, scene), changes: work.changes }
    },
  },
  ...collection({
    path: '/v1/charges',
    kind: 'charge',
    query: z.strictObject({ ...pageParams, customer, payment_intent: text().optional() }),
    rows: ({ state }) => rowsOf(state.charge, itself),
    matches: (query) => (charge) =>
      asked(query.customer, charge.customer) && asked(query.payment_intent, charge.payment_intent),
  }),
]
