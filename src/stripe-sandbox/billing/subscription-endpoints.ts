import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { expanded } from '../api/expand.ts'
import { pageParams } from '../api/lists.ts'
import { flag, integer, metadata, oneOf, parseParams, text } from '../api/params.ts'
import { admits, resourceEndpoints } from '../api/resource.ts'
import type { SubscriptionRecord } from '../state/state.ts'
import { rowsOf } from '../state/table.ts'
import type { Transaction } from '../state/transaction.ts'
import { cancelSubscription, setCancelAtPeriodEnd } from './cancellation.ts'
import { withAmount } from './subscription.ts'

const PATH = '/v1/subscriptions'
const STATUSES = 'active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid'
const listSchema = z.strictObject({
  ...pageParams,
  customer: text().optional(),
  price: text().optional(),
  status: oneOf(STATUSES.split(' ')).optional(),
})
const cancellationDetails = z
  .strictObject({ comment: text().optional(), feedback: text().optional() })
  .optional()
const cancelSchema = z.strictObject({
  cancellation_details: cancellationDetails,
  expand: z.array(text()).optional(),
  invoice_now: flag.optional(),
  prorate: flag.optional(),
})
const updateSchema = z.strictObject({
  cancel_at_period_end: flag.optional(),
  cancellation_details: cancellationDetails,
  default_payment_method: text().optional(),
  description: text(500).optional(),
  expand: z.array(text()).optional(),
  items: z
    .array(
      z.strictObject({
        id: text(),
        price_data: z.strictObject({
          currency: text(),
          product: text(),
          recurring: z.strictObject({ interval: oneOf(['month', 'year']) }),
          unit_amount: integer(1),
        }),
        quantity: integer(1).optional(),
      }),
    )
    .length(1)
    .optional(),
  metadata: metadata.optional(),
  pause_collection: z
    .union([
      z.literal('').transform(() => null),
      z.strictObject({ behavior: oneOf(['void']), resumes_at: integer(0).optional() }),
    ])
    .optional(),
  proration_behavior: oneOf(['none']).optional(),
})

export const subscriptionEndpoints: readonly Endpoint[] = [
  ...resourceEndpoints({
    path: PATH,
    kind: 'subscription',
    query: listSchema,
    rows: ({ state }) => rowsOf(state.subscription, ({ object }) => object),
    matches: (query) => (row) =>
      admits(query.customer, row.customer) &&
      (query.price === undefined || row.items.data.some(({ price }) => price.id === query.price)) &&
      hasStatus(query.status, row.status),
  }),
  {
    method: 'POST',
    path: `${PATH}/:id`,
    run(transaction, { id, params }) {
      const { expand = [], cancel_at_period_end: cancel, ...update } = parseParams(updateSchema, params)
      const card = update.default_payment_method
      if (card !== undefined && transaction.get('payment_method', card) === undefined)
        throw noSuch('PaymentMethod', card, 'default_payment_method', 400)
      const found = notCanceled(transaction, id)
      // Another card is not declined.
      const record = card === undefined ? found : { ...found, declines: 0 }
      const before = record.object
      const object = {
        ...before,
        metadata: { ...before.metadata, ...update.metadata }, // Stripe merges metadata key by key
        description: update.description ?? before.description,
        default_payment_method: card ?? before.default_payment_method,
      }
      transaction.put('subscription', id, { ...record, object })
      if (update.metadata !== undefined || update.description !== undefined || card !== undefined) {
        const previousAttributes = {
          metadata: before.metadata,
          description: before.description,
          default_payment_method: before.default_payment_method,
        }
        transaction.emit('customer.subscription.updated', object, previousAttributes)
      }
      changeTerms(transaction, id, update)
      if (cancel !== undefined)
        setCancelAtPeriodEnd(
          transaction,
          transaction.getOrThrow('subscription', id),
          cancel,
          update.cancellation_details?.comment,
        )
      return expanded(transaction.getOrThrow('subscription', id).object, expand, transaction)
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/:id`,
    run(transaction, { id, params }) {
      const { expand = [] } = parseParams(cancelSchema, params)
      cancelSubscription(transaction, notCanceled(transaction, id), 'cancellation_requested')
      return expanded(transaction.getOrThrow('subscription', id).object, expand, transaction)
    },
  },
]

/** Another amount from the next invoice on, and a pause or its end. */
function changeTerms(
  transaction: Transaction,
  id: string,
  { items, pause_collection: pause }: Pick<z.output<typeof updateSchema>, 'items' | 'pause_collection'>,
): void {
  const record = transaction.getOrThrow('subscription', id)
  const { object: before } = record
  const [item] = items ?? []
  if (item !== undefined && !before.items.data.some((known) => known.id === item.id))
    throw noSuch('subscription_item', item.id, 'items[0][id]', 400)
  if (item === undefined && pause === undefined) return
  const repriced =
    item === undefined ? before : withAmount(transaction.context, before, item.price_data.unit_amount)
  const object =
    pause === undefined
      ? repriced
      : {
          ...repriced,
          pause_collection:
            pause === null ? null : { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null },
        }
  transaction.put('subscription', id, { ...record, object })
  const { items: itemsBefore, pause_collection } = before
  transaction.emit('customer.subscription.updated', object, { items: itemsBefore, pause_collection })
}

/** @throws StripeRefusal for an unknown subscription and for a canceled one. */
function notCanceled(transaction: Transaction, id: string): SubscriptionRecord {
  const record = transaction.get('subscription', id)
  if (record === undefined) throw noSuch('subscription', id)
  if (record.object.status !== 'canceled') return record
  throw refused('resource_missing', `No such subscription: '${id}'. It has been canceled.`, 'id')
}

/** Without the filter, Stripe leaves out canceled subscriptions. */
function hasStatus(filter: string | undefined, status: string): boolean {
  if (filter === 'all') return true
  if (filter === undefined) return status !== 'canceled'
  return filter === 'ended' ? status === 'canceled' : filter === status
}
