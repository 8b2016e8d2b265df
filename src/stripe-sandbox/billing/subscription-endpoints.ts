import { z } from 'zod'
import { asked, collection } from '../api/collection.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { flag, metadata, oneOf, parseParams, text } from '../api/params.ts'
import type { Scene, SubscriptionRecord } from '../state.ts'
import { startWork } from '../work.ts'
import { cancelAtPeriodEnd, endSubscription } from './cancellation.ts'
import { rowsOf } from '../table.ts'

const PATH = '/v1/subscriptions'
const STATUSES = 'active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid'
const listSchema = z.strictObject({
  ...pageParams,
  customer: text().optional(),
  price: text().optional(),
  status: oneOf(STATUSES.split(' ')).optional(),
})
const details = z.strictObject({ comment: text().optional(), feedback: text().optional() }).optional()
const cancelSchema = z.strictObject({
  cancellation_details: details,
  expand: z.array(text()).optional(),
  invoice_now: flag.optional(),
  prorate: flag.optional(),
})
const updateSchema = z.strictObject({
  cancel_at_period_end: flag.optional(),
  cancellation_details: details,
  description: text(500).optional(),
  expand: z.array(text()).optional(),
  metadata: metadata.optional(),
})

export const subscriptionEndpoints: readonly Endpoint[] = [
  ...collection({
    path: PATH,
    kind: 'subscription',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.subscription, ({ object }) => object),
    matches: (query) => (row) =>
      asked(query.customer, row.customer) &&
      (query.price === undefined || row.items.data.some(({ price }) => price.id === query.price)) &&
      hasStatus(query.status, row.status),
  }),
  {
    method: 'POST',
    path: `${PATH}/:id`,
    run(scene, { id, params }) {
      const { expand = [], ...wish } = parseParams(updateSchema, params)
      const work = startWork(scene)
      const record = running(scene, id)
      const before = record.object
      // Stripe merges metadata, key by key.
      const merged = { ...before.metadata, ...wish.metadata }
      const object = { ...before, metadata: merged, description: wish.description ?? before.description }
      work.put('subscription', id, { ...record, object })
      if (wish.metadata !== undefined || wish.description !== undefined) {
        const { metadata: was, description } = before
        work.announce('customer.subscription.updated', object, { metadata: was, description })
      }
      if (wish.cancel_at_period_end !== undefined) {
        cancelAtPeriodEnd(work, { ...record, object }, wish.cancel_at_period_end)
      }
      return { body: expanded(work.known('subscription', id).object, expand, scene), changes: work.changes }
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/:id`,
    run(scene, { id, params }) {
      const { expand = [] } = parseParams(cancelSchema, params)
      const work = startWork(scene)
      endSubscription(work, running(scene, id), 'cancellation_requested')
      return { body: expanded(work.known('subscription', id).object, expand, scene), changes: work.changes }
    },
  },
]

function running({ state }: Scene, id: string): SubscriptionRecord {
  const record = state.subscription.get(id)
  if (record === undefined) throw noSuch('subscription', id)
  if (record.object.status !== 'canceled') return record
  throw refused('resource_missing', `No such subscription: '${id}'. It has been canceled.`, 'id')
}

/** Without a status, Stripe leaves out what is canceled. */
function hasStatus(want: string | undefined, has: string): boolean {
  if (want === 'all') return true
  if (want === undefined) return has !== 'canceled'
  return want === 'ended' ? has === 'canceled' : want === has
}
