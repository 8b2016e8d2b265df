import { z } from 'zod'
import { asked, collection, itself } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { pageParams } from '../api/lists.ts'
import { text } from '../api/params.ts'
import { rowsOf } from '../table.ts'

const ofPayment = z.strictObject({
  ...pageParams,
  charge: text().optional(),
  payment_intent: text().optional(),
})

export const disputeEndpoints: readonly Endpoint[] = [
  ...collection({
    path: '/v1/disputes',
    kind: 'dispute',
    param: 'dispute',
    query: ofPayment,
    rows: ({ state }) => rowsOf(state.dispute, itself),
    matches: (query) => (dispute) =>
      asked(query.charge, dispute.charge) && asked(query.payment_intent, dispute.payment_intent),
  }),
  ...collection({
    path: '/v1/radar/early_fraud_warnings',
    kind: 'early_fraud_warning',
    query: ofPayment,
    rows: ({ state }) => rowsOf(state.early_fraud_warning, itself),
    matches: (query) => (warning) =>
      asked(query.charge, warning.charge) && asked(query.payment_intent, warning.payment_intent),
  }),
]
