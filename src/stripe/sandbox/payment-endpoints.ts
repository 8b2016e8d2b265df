import { z } from 'zod'
import { asked, collection } from './collection.ts'
import type { Endpoint } from './endpoint.ts'
import { pageParams } from './lists.ts'
import { text } from './params.ts'

const customer = text().optional()

export const paymentEndpoints: readonly Endpoint[] = [
  ...collection({
    path: '/v1/payment_intents',
    kind: 'payment_intent',
    param: 'intent',
    query: z.strictObject({ ...pageParams, customer }),
    rows: ({ state }) => state.payment_intent.values(),
    get: ({ state }, id) => state.payment_intent.get(id),
    matches: (query) => (intent) => asked(query.customer, intent.customer),
  }),
  ...collection({
    path: '/v1/charges',
    kind: 'charge',
    query: z.strictObject({ ...pageParams, customer, payment_intent: text().optional() }),
    rows: ({ state }) => state.charge.values(),
    get: ({ state }, id) => state.charge.get(id),
    matches: (query) => (charge) =>
      asked(query.customer, charge.customer) && asked(query.payment_intent, charge.payment_intent),
  }),
]
