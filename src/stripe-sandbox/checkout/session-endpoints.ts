import type Stripe from 'stripe'
import { z } from 'zod'
import { expire, openSession, presentSession } from './checkout-session.ts'
import { asked, onlyExpand } from '../api/collection.ts'
import { read } from '../api/endpoint.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch } from '../api/errors.ts'
import { expanded, listPaths } from '../api/expand.ts'
import { page, pageParams } from '../api/lists.ts'
import { oneOf, parseParams, text } from '../api/params.ts'
import { sessionCreateSchema } from './session-params.ts'
import type { Scene, SessionRecord } from '../state.ts'
import { rowsOf, rowsOfList, Table } from '../table.ts'

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
    run(scene, { params }) {
      const parsed = parseParams(sessionCreateSchema, params)
      const record = openSession(scene, parsed)
      const id = record.object.id
      // Expanded against a state that already knows the new session.
      const state = { ...scene.state, session: new Table<SessionRecord>().set(id, record) }
      const body = expanded(record.object, parsed.expand ?? [], { ...scene, state })
      return { body, changes: [{ table: 'session', id, value: record }] }
    },
  },
  {
    method: 'GET',
    path: PATH,
    run(scene, { params }) {
      const { expand = [], ...query } = parseParams(listSchema, params)
      const rows = rowsOf(scene.state.session, ({ object }) => object)
      const cut = page(rows, query, PATH, 'checkout session', matches(query))
      return read({ ...cut, data: cut.data.map((row) => shown(scene, row, listPaths(expand))) })
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:id`,
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      return read(shown(scene, sessionOf(scene, id).object, expand))
    },
  },
  {
    method: 'POST',
    path: `${PATH}/:id/expire`,
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(onlyExpand, params)
      const record = sessionOf(scene, id)
      const changes = expire(scene, record)
      return {
        body: expanded({ ...record.object, status: 'expired', url: null }, expand, scene),
        changes,
      }
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:id/line_items`,
    run(scene, { id, params }) {
      const query = parseParams(z.strictObject(pageParams), params)
      // In the order they were given: the page cuts newest first.
      const rows = rowsOfList(sessionOf(scene, id).lineItems.toReversed())
      return read(page(rows, query, `${PATH}/${id}/line_items`, 'line item'))
    },
  },
]

function sessionOf(scene: Scene, id: string): SessionRecord {
  const record = scene.state.session.get(id)
  if (record === undefined) throw noSuch('checkout.session', id, 'session')
  return record
}

function shown(scene: Scene, session: Stripe.Checkout.Session, expand: readonly string[]): object {
  return expanded(presentSession(session, scene.origin), expand, scene)
}

function matches(query: z.infer<typeof listSchema>): (session: Stripe.Checkout.Session) => boolean {
  return (session) =>
    asked(query.status, session.status) &&
    asked(query.customer, session.customer) &&
    asked(query.payment_intent, session.payment_intent) &&
    asked(query.subscription, session.subscription) &&
    asked(query.customer_details?.email, session.customer_details?.email)
}
