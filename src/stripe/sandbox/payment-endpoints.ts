import { z } from 'zod'
import { asked, collection, itself } from './collection.ts'
import type { Endpoint } from './endpoint.ts'
import { pageParams } from './lists.ts'
import { text } from './params.ts'
import { rowsOf } from './table.ts'

const customer = text().optional()

export const paymentEndpoints: readonly Endpoint[] = [
  ...collection({
    path: '/v1/payment_intents',
    kind: 'payment_intent',
    param: 'intent',
    query: z.strictObject({ ...pageParams, customer }),
    rows: ({ state }) => rowsOf(state.payment_intent, itself),
    matches: (query) => (intent) => asked(query.customer, intent.customer),
  }),
  ...collection({
    path: '/v1/charges',
    kind: 'charge',
    query: z.strictObject({ ...pageParams, customer, payment_intent: text().optional() }),
    rows: ({ state }) => rowsOf(state.charge, itself),
    matches: (query) => (charge) =>
      asked(query.customer, charge.customer) && asked(query.payment_intent, charge.payment_intent),
  }),
]
