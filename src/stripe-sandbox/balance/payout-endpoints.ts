import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { inRange, pageParams, rangeParam } from '../api/lists.ts'
import { integer, metadata, oneOf, onlyExpand, parseParams, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import { rowsOf } from '../state/table.ts'
import { cancelPayout, createManualPayout } from './payout.ts'

const PATH = '/v1/payouts'
const createSchema = z.strictObject({
  amount: integer(1),
  currency: text().transform((code) => code.toLowerCase()),
  description: text().optional(),
  destination: text().optional(),
  expand: z.array(text()).optional(),
  metadata: metadata.optional(),
  method: oneOf(['instant', 'standard']).optional(),
  payout_method: text().optional(),
  source_type: oneOf(['bank_account', 'card', 'fpx']).optional(),
  statement_descriptor: text(22).optional(),
})
const listSchema = z.strictObject({
  ...pageParams,
  arrival_date: rangeParam.optional(),
  destination: text().optional(),
  status: oneOf(['pending', 'paid', 'failed', 'canceled', 'in_transit']).optional(),
})

export const payoutEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: PATH,
    run(transaction, { params }) {
      const { expand = [], ...payoutParams } = parseParams(createSchema, params)
      const { amount, currency } = payoutParams
      if (!transaction.context.settings.settlementCurrencies.includes(currency)) {
        const message = `Sorry, you don't have any external accounts in that currency (${currency})`
        throw refused('invalid_request_error', message, 'currency')
      }
      const payout = createManualPayout(transaction, {
        amount,
        currency,
        description: payoutParams.description ?? null,
        metadata: payoutParams.metadata ?? {},
        method: payoutParams.method ?? 'standard',
        statementDescriptor: payoutParams.statement_descriptor ?? null,
      })
      return expanded(payout, expand, transaction)
    },
  },
  ...resourceEndpoints({
    path: PATH,
    kind: 'payout',
    param: 'payout',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.payout),
    matches: (query) => (payout) =>
      admits(query.status, payout.status) &&
      admits(query.destination, payout.destination) &&
      inRange(payout.arrival_date, query.arrival_date),
  }),
  {
    method: 'POST',
    path: `${PATH}/:id/cancel`,
    run(transaction, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      const payout = transaction.get('payout', id)
      if (payout === undefined) throw noSuch('payout', id, 'payout')
      return expanded(cancelPayout(transaction, payout), expand, transaction)
    },
  },
]
