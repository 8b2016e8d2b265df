import { z } from 'zod'
import { asked, collection, itself, onlyExpand } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { inRange, pageParams, range } from '../api/lists.ts'
import { integer, metadata, oneOf, parseParams, text } from '../api/params.ts'
import { startWork } from '../work.ts'
import { cancelPayout, payOutByHand } from './payout.ts'
import { rowsOf } from '../table.ts'

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
  arrival_date: range.optional(),
  destination: text().optional(),
  status: oneOf(['pending', 'paid', 'failed', 'canceled', 'in_transit']).optional(),
})

export const payoutEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: PATH,
    run(scene, { params }) {
      const { expand = [], ...wish } = parseParams(createSchema, params)
      if (!scene.settings.settlementCurrencies.includes(wish.currency)) {
        const message = `Sorry, you don't have any external accounts in that currency (${wish.currency})`
        throw refused('invalid_request_error', message, 'currency')
      }
      const work = startWork(scene)
      const payout = payOutByHand(work, {
        amount: wish.amount,
        currency: wish.currency,
        description: wish.description ?? null,
        metadata: wish.metadata ?? {},
        method: wish.method ?? 'standard',
        statementDescriptor: wish.statement_descriptor ?? null,
      })
      return { body: expanded(payout, expand, scene), changes: work.changes }
    },
  },
  ...collection({
    path: PATH,
    kind: 'payout',
    param: 'payout',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.payout, itself),
    matches: (query) => (payout) =>
      asked(query.status, payout.status) &&
      asked(query.destination, payout.destination) &&
      inRange(payout.arrival_date, query.arrival_date),
  }),
  {
    method: 'POST',
    path: `${PATH}/:id/cancel`,
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      const payout = scene.state.payout.get(id)
      if (payout === undefined) throw noSuch('payout', id, 'payout')
      const work = startWork(scene)
      return { body: expanded(cancelPayout(work, payout), expand, scene), changes: work.changes }
    },
  },
]
