import type Stripe from 'stripe'
import { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import { noSuch, refused } from '../api/errors.ts'
import { page, pageParams } from '../api/lists.ts'
import { flag, onlyExpand, parseParams, text } from '../api/params.ts'
import type { Context } from '../state/context.ts'
import { rowsOf } from '../state/table.ts'
import { DAY_MS, seconds } from '../time.ts'
import { presentEvent } from './event.ts'

/** Stripe's Events API reaches back 30 days. */
const RETENTION_S = seconds(30 * DAY_MS)
const listSchema = z.strictObject({
  ...pageParams,
  type: text().optional(),
  types: z.array(text()).max(20).optional(),
  delivery_success: flag.optional(),
})

export const eventEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/v1/events',
    run({ context }, { params }) {
      const query = parseParams(listSchema, params)
      if (query.type !== undefined && query.types !== undefined) {
        throw refused('parameters_exclusive', 'You may pass either `type` or `types`, but not both.', 'types')
      }
      const rows = rowsOf(context.state.event)
      const list = page(rows, query, '/v1/events', 'event', matches(context, query))
      return { ...list, data: list.data.map((event) => present(context, event)) }
    },
  },
  {
    method: 'GET',
    path: '/v1/events/:id',
    run({ context }, { id, params }) {
      parseParams(onlyExpand, params)
      const event = context.state.event.get(id)
      if (event === undefined || !isRetained(context, event)) throw noSuch('event', id)
      return present(context, event)
    },
  },
]

/** The API shows an event in the account's version, which need not be the webhook endpoint's. */
function present({ state, settings }: Context, event: Stripe.Event): Stripe.Event {
  return { ...presentEvent(event, state), api_version: settings.accountVersion ?? event.api_version }
}

function isRetained({ nowMs }: Context, event: Stripe.Event): boolean {
  return event.created >= seconds(nowMs) - RETENTION_S
}

function matches(context: Context, query: z.infer<typeof listSchema>): (event: Stripe.Event) => boolean {
  const patterns = query.types ?? (query.type === undefined ? null : [query.type])
  return (event) => {
    const delivered = context.state.delivery.get(event.id)?.status === 'delivered'
    return (
      isRetained(context, event) &&
      (patterns === null || patterns.some((pattern) => matchesType(event.type, pattern))) &&
      (query.delivery_success === undefined || query.delivery_success === delivered)
    )
  }
}

/** `charge.*` stands for every type that begins with `charge.`. */
function matchesType(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
