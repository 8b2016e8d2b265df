import type Stripe from 'stripe'
import { z } from 'zod'
import { itself } from './collection.ts'
import { read } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { noSuch, refused } from './errors.ts'
import { presentEvent } from '../delivery/events.ts'
import { page, pageParams } from './lists.ts'
import { flag, parseParams, text } from './params.ts'
import { seconds } from '../state.ts'
import type { Scene } from '../state.ts'
import { rowsOf } from '../table.ts'

/** Stripe's Events API reaches back 30 days. */
const KEPT_S = 30 * 24 * 60 * 60
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
    run(scene, { params }) {
      const query = parseParams(listSchema, params)
      if (query.type !== undefined && query.types !== undefined) {
        throw refused('parameters_exclusive', 'You may pass either `type` or `types`, but not both.', 'types')
      }
      const cut = page(rowsOf(scene.state.event, itself), query, '/v1/events', 'event', matches(scene, query))
      return read({ ...cut, data: cut.data.map((event) => shown(scene, event)) })
    },
  },
  {
    method: 'GET',
    path: '/v1/events/:id',
    run(scene, { id, params }) {
      parseParams(z.strictObject({ expand: z.array(text()).optional() }), params)
      const event = scene.state.event.get(id)
      if (event === undefined || !isKept(scene, event)) throw noSuch('event', id)
      return read(shown(scene, event))
    },
  },
]

/** The API shows an event in the account's version, which need not be the webhook endpoint's. */
function shown({ state, settings }: Scene, event: Stripe.Event): Stripe.Event {
  return { ...presentEvent(event, state), api_version: settings.accountVersion ?? event.api_version }
}

function isKept({ nowMs }: Scene, event: Stripe.Event): boolean {
  return event.created >= seconds(nowMs) - KEPT_S
}

function matches(scene: Scene, query: z.infer<typeof listSchema>): (event: Stripe.Event) => boolean {
  const patterns = query.types ?? (query.type === undefined ? null : [query.type])
  return (event) => {
    const delivered = scene.state.delivery.get(event.id)?.status === 'delivered'
    return (
      isKept(scene, event) &&
      (patterns === null || patterns.some((pattern) => fits(event.type, pattern))) &&
      (query.delivery_success === undefined || query.delivery_success === delivered)
    )
  }
}

/** `charge.*` stands for every event below it. */
function fits(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
