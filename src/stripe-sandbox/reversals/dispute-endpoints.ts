import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { pageParams } from '../api/lists.ts'
import { text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import { rowsOf } from '../state/table.ts'

const listSchema = z.strictObject({
  ...pageParams,
  charge: text().optional(),
  payment_intent: text().optional(),
})

export const disputeEndpoints: readonly Endpoint[] = [
  ...resourceEndpoints({
    path: '/v1/disputes',
    kind: 'dispute',
    param: 'dispute',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.dispute),
    matches: (query) => (dispute) =>
      admits(query.charge, dispute.charge) && admits(query.payment_intent, dispute.payment_intent),
  }),
  ...resourceEndpoints({
    path: '/v1/radar/early_fraud_warnings',
    kind: 'early_fraud_warning',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.early_fraud_warning),
    matches: (query) => (warning) =>
      admits(query.charge, warning.charge) && admits(query.payment_intent, warning.payment_intent),
  }),
]
