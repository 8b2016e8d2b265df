import type Stripe from 'stripe'
import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { page, pageParams } from '../api/lists.ts'
import { oneOf, onlyExpand, parseParams, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import type { SessionRecord } from '../state/state.ts'
import { rowsOf, rowsOfList } from '../state/table.ts'
import type { Transaction } from '../state/transaction.ts'
import { expireSession, openSession, presentSession } from './checkout-session.ts'
import { sessionCreateSchema } from './session-params.ts'

const PATH = '/v1/checkout/sessions'
const listSchema = z.strictObject({
  ...pageParams,
  customer_details: z.strictObject({ email: text() }).optional(),
  customer: text().optional(),
  payment_intent: text().optional(),
  status: oneOf(['complete', 'expired', 'open']).optional(),
  subscription: text().optional(),
})

export const sessionEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: PATH,
    run(transaction, { params }) {
      const { expand = [], ...sessionParams } = parseParams(sessionCreateSchema, params)
      const { object } = openSession(transaction, sessionParams)
      return expanded(object, expand, transaction)
    },
  },
  ...resourceEndpoints<Stripe.Checkout.Session, z.infer<typeof listSchema>>({
    path: PATH,
    kind: 'checkout.session',
    param: 'session',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.session, ({ object }) => object),
    matches: (query) => (session) =>
      admits(query.status, session.status) &&
      admits(query.customer, session.customer) &&
      admits(query.payment_intent, session.payment_intent) &&
      admits(query.subscription, session.subscription) &&
      admits(query.customer_details?.email, session.customer_details?.email),
    present: (session, { origin }) => presentSession(session, origin),
  }),
  {
    method: 'POST',
    path: `${PATH}/:id/expire`,
    run(transaction, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      expireSession(transaction, sessionOf(transaction, id))
      return expanded(sessionOf(transaction, id).object, expand, transaction)
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:id/line_items`,
    run(transaction, { id, params }) {
      const query = parseParams(z.strictObject(pageParams), params)
      // A page is cut newest first; line items keep the order they were given in.
      const rows = rowsOfList(sessionOf(transaction, id).lineItems.toReversed())
      return page(rows, query, `${PATH}/${id}/line_items`, 'line item')
    },
  },
]

function sessionOf(transaction: Transaction, id: string): SessionRecord {
  const record = transaction.get('session', id)
  if (record === undefined) throw noSuch('checkout.session', id, 'session')
  return record
}
