import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../access/actor.ts'
import type { Role } from '../../access/role.ts'
import type { Keyring } from '../../config/keyring.ts'
import { jsonBody } from '../../http/body.ts'
import { parseOrRefuse, parseQuery } from '../../http/parse.ts'
import { Refusal } from '../../http/refusal.ts'
import { addressProblem, type AddressProblem } from './delivery-gateway.ts'
import { listDeliveries } from './delivery-store.ts'
import type { EndpointWish, Reach, WebhookEndpoint } from './endpoint.ts'
import {
  deliveriesQuery,
  deliveryRecordOf,
  endpointRecordOf,
  endpointWish,
  replayWish,
  switchWish,
  type deliveriesAnswer,
  type endpointRecord,
  type endpointsAnswer,
  type endpointWithSecret,
  type replayAnswer,
} from './endpoint-record.ts'
import { endpointById, listEndpoints } from './endpoint-store.ts'
import { endpointActs } from './manage-endpoints.ts'

const PATH = '/api/webhook-endpoints'

const ADDRESS_PROBLEMS: Readonly<Record<AddressProblem, string>> = {
  not_a_url: 'must be an address without a user, a password and a fragment',
  not_https: 'must start with https://',
  not_public: 'must be on the public internet',
}

/** Endpoints for outgoing webhooks, for programs of admins. */
export function webhookRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly keys: Pick<Keyring, 'webhookSecrets'>
  readonly webhookReach: Reach
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { pool, clock, webhookReach: reach } = deps
  const acts = endpointActs(deps)
  const gate = deps.requireToken('admin')

  /** @throws Refusal not_found */
  async function endpointOf(ctx: Context): Promise<WebhookEndpoint> {
    const id = z.uuid().safeParse(ctx['params']['id']).data
    const endpoint = id === undefined ? null : await endpointById(pool, id)
    if (!endpoint) throw new Refusal('not_found', 'There is no webhook endpoint with this id.')
    return endpoint
  }

  /** @throws Refusal malformed */
  async function wishIn(ctx: Context): Promise<EndpointWish> {
    const wish = parseOrRefuse(endpointWish, await jsonBody(ctx))
    const problem = addressProblem(wish.url, reach)
    if (problem !== null)
      throw new Refusal('malformed', 'The request is not valid.', {
        problems: [{ pointer: '/url', message: ADDRESS_PROBLEMS[problem] }],
      })
    return wish
  }

  async function answer(id: string) {
    const endpoint = await endpointById(pool, id)
    if (!endpoint) throw new Refusal('not_found', 'There is no webhook endpoint with this id.')
    return endpointRecordOf(endpoint, clock()) satisfies z.output<typeof endpointRecord>
  }

  return new Router()
    .get(PATH, gate, async (ctx) => {
      const endpoints = await listEndpoints(pool)
      ctx.body = { data: endpoints.map((one) => endpointRecordOf(one, clock())) } satisfies z.output<
        typeof endpointsAnswer
      >
    })
    .post(PATH, gate, async (ctx) => {
      const id = randomUUID()
      const { secret } = await acts.add(id, await wishIn(ctx), actorOf(ctx))
      ctx.status = 201
      ctx.body = { ...(await answer(id)), secret } satisfies z.output<typeof endpointWithSecret>
    })
    .get(`${PATH}/:id`, gate, async (ctx) => {
      ctx.body = endpointRecordOf(await endpointOf(ctx), clock())
    })
    .put(`${PATH}/:id`, gate, async (ctx) => {
      const { id } = await endpointOf(ctx)
      await acts.change(id, await wishIn(ctx), actorOf(ctx))
      ctx.body = await answer(id)
    })
    .delete(`${PATH}/:id`, gate, async (ctx) => {
      await acts.remove((await endpointOf(ctx)).id, actorOf(ctx))
      ctx.status = 204
    })
    .post(`${PATH}/:id/secret`, gate, async (ctx) => {
      const { id } = await endpointOf(ctx)
      const { secret } = await acts.roll(id, actorOf(ctx))
      ctx.body = { ...(await answer(id)), secret } satisfies z.output<typeof endpointWithSecret>
    })
    .post(`${PATH}/:id/switch`, gate, async (ctx) => {
      const { id } = await endpointOf(ctx)
      const { enabled } = parseOrRefuse(switchWish, await jsonBody(ctx))
      await (enabled ? acts.enable(id, actorOf(ctx)) : acts.disable(id, actorOf(ctx)))
      ctx.body = await answer(id)
    })
    .post(`${PATH}/:id/test`, gate, async (ctx) => {
      await acts.test((await endpointOf(ctx)).id, actorOf(ctx))
      ctx.body = { deliveries: 1 } satisfies z.output<typeof replayAnswer>
    })
    .get(`${PATH}/:id/deliveries`, gate, async (ctx) => {
      const { id } = await endpointOf(ctx)
      const { status = null, limit, cursor } = parseQuery(deliveriesQuery, ctx.query)
      const before = cursor === undefined ? null : BigInt(cursor)
      const { deliveries, next } = await listDeliveries(pool, { endpointId: id, status, before, limit })
      ctx.body = {
        data: deliveries.map(deliveryRecordOf),
        nextCursor: next === null ? null : String(next),
      } satisfies z.output<typeof deliveriesAnswer>
    })
    .post(`${PATH}/:id/replay`, gate, async (ctx) => {
      const { id } = await endpointOf(ctx)
      const wish = parseOrRefuse(replayWish, await jsonBody(ctx))
      const deliveries =
        'delivery' in wish
          ? await acts.replayDelivery(id, wish.delivery, actorOf(ctx)).then(() => 1)
          : await acts.replayRange(id, wish, actorOf(ctx))
      ctx.body = { deliveries } satisfies z.output<typeof replayAnswer>
    })
}
