import { Router } from '@koa/router'
import type { Context } from 'koa'
import qs from 'qs'
import getRawBody from 'raw-body'
import { accountEndpoints } from './account-endpoints.ts'
import { disputeEndpoints } from '../reversals/dispute-endpoints.ts'
import { refundEndpoints } from '../reversals/refund-endpoints.ts'
import { billingEndpoints } from '../billing/billing-endpoints.ts'
import { balanceEndpoints } from '../balance/balance-endpoints.ts'
import { payoutEndpoints } from '../balance/payout-endpoints.ts'
import type { Answer, Endpoint } from './endpoint.ts'
import { badParameter, errorBody, keyInUse, StripeRefusal, unknownRoute } from './errors.ts'
import { eventEndpoints } from './event-endpoints.ts'
import { checkKey, earlierAnswer, fingerprint, KEY_LIFE_MS } from './idempotency.ts'
import { checkApiKey, checkVersion } from './api-key.ts'
import { paymentEndpoints } from '../checkout/payment-endpoints.ts'
import { sessionEndpoints } from '../checkout/session-endpoints.ts'
import type { Scene } from '../state.ts'
import type { Stage } from '../stage.ts'

const ENDPOINTS = [
  ...sessionEndpoints,
  ...paymentEndpoints,
  ...billingEndpoints,
  ...refundEndpoints,
  ...disputeEndpoints,
  ...balanceEndpoints,
  ...payoutEndpoints,
  ...eventEndpoints,
  ...accountEndpoints,
]
const BODY_LIMIT = '1mb'
const FORM = {
  depth: 10,
  arrayLimit: 1000,
  parameterLimit: 5000,
  allowSparse: true,
  plainObjects: true,
} as const

/** `/v1/…`: know the key, run, keep, answer. */
export function apiRoutes(stage: Stage): Router {
  const router = new Router()
  const keysInUse = new Set<string>()
  for (const endpoint of ENDPOINTS) {
    router.register(endpoint.path, [endpoint.method.toLowerCase()], async (ctx: Context) => {
      checkVersion(ctx.get('stripe-version'), stage.apiVersion)
      const key = endpoint.method === 'POST' ? checkKey(ctx.get('idempotency-key')) : ''
      if (key === '') return send(ctx, run(stage, endpoint, ctx, null, await paramsOf(ctx)))
      if (keysInUse.has(key)) throw keyInUse(key)
      keysInUse.add(key)
      try {
        await answerOnce(stage, endpoint, ctx, key)
      } finally {
        keysInUse.delete(key)
      }
    })
  }
  router.all(/^\/v\d/, (ctx) => {
    throw unknownRoute(ctx.method, ctx.path)
  })
  return router
}

/** Every way out of the API: an id for the log, a key that may be asked for, refusals in Stripe's shape. */
export async function apiExit(stage: Stage, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const requestId = stage.newId('req_')
  ctx.state['requestId'] = requestId
  ctx.set({
    'Request-Id': requestId,
    'Stripe-Version': stage.apiVersion,
    'Cache-Control': 'no-cache, no-store',
  })
  try {
    checkApiKey(ctx.get('authorization'))
    await next()
  } catch (error) {
    const refusal = error instanceof StripeRefusal ? error : unexpected(stage, error)
    if (refusal.status === 409) ctx.set('Stripe-Should-Retry', 'true')
    send(ctx, { status: refusal.status, body: print(errorBody(refusal.body)) })
  }
  stage.log(`${ctx.method} ${ctx.path} ${ctx.status} ${requestId}`)
}

/** The same key and parameters get the same answer, kept in one piece with what the call changed. */
async function answerOnce(stage: Stage, endpoint: Endpoint, ctx: Context, key: string): Promise<void> {
  ctx.set('Idempotency-Key', key)
  const params = await paramsOf(ctx)
  stage.forgetAnswers(stage.nowMs() - KEY_LIFE_MS)
  const mark = fingerprint(params)
  const earlier = earlierAnswer(stage.state, key, ctx.path, mark)
  if (earlier !== null) {
    ctx.set({ 'Idempotent-Replayed': 'true', 'Original-Request': earlier.requestId })
    return send(ctx, earlier)
  }
  const requestId = String(ctx.state['requestId'])
  ctx.set('Original-Request', requestId)
  send(ctx, run(stage, endpoint, ctx, { key, path: ctx.path, fingerprint: mark, requestId }, params))
}

type Sent = { readonly status: number; readonly body: string }
type KeyUse = { key: string; path: string; fingerprint: string; requestId: string }

function run(stage: Stage, endpoint: Endpoint, ctx: Context, use: KeyUse | null, params: Params): Sent {
  const scene = stage.scene({ id: String(ctx.state['requestId']), idempotency_key: use?.key ?? null })
  const outcome = attempt(endpoint, scene, { id: idOf(ctx), params })
  const sent =
    outcome instanceof StripeRefusal
      ? { status: outcome.status, body: print(errorBody(outcome.body)) }
      : { status: 200, body: print(outcome.body) }
  const changes = outcome instanceof StripeRefusal ? [] : outcome.changes
  if (use === null || (outcome instanceof StripeRefusal && !outcome.stored)) {
    stage.commit(changes)
  } else {
    const value = { ...use, ...sent, atMs: scene.nowMs }
    stage.commit([...changes, { table: 'answer', id: use.key, value }])
  }
  return sent
}

function attempt(
  endpoint: Endpoint,
  scene: Scene,
  call: { id: string; params: Params },
): Answer | StripeRefusal {
  try {
    return endpoint.run(scene, call)
  } catch (error) {
    if (error instanceof StripeRefusal) return error
    throw error
  }
}

type Params = Record<string, unknown>

async function paramsOf(ctx: Context): Promise<Params> {
  if (ctx.method !== 'POST') return qs.parse(ctx.querystring, FORM)
  const body = await getRawBody(ctx.req, { limit: BODY_LIMIT, encoding: 'utf8' }).catch(() => {
    throw badParameter(undefined, `The request body broke off or is larger than ${BODY_LIMIT}.`)
  })
  if (body !== '' && !ctx.is('application/x-www-form-urlencoded')) {
    const message =
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).'
    throw badParameter(undefined, message)
  }
  return qs.parse(body, FORM)
}

function idOf(ctx: Context): string {
  const params: unknown = ctx['params']
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : ''
}

function unexpected(stage: Stage, error: unknown): StripeRefusal {
  stage.log(`offline Stripe failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`)
  return new StripeRefusal(
    500,
    { type: 'api_error', message: 'The offline Stripe failed. See its log.' },
    false,
  )
}

function send(ctx: Context, sent: Sent): void {
  ctx.status = sent.status
  ctx.type = 'application/json'
  ctx.body = sent.body
}

function print(body: object): string {
  return `${JSON.stringify(body, null, 2)}\n`
}
