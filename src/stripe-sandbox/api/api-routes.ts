import { Router } from '@koa/router'
import type { Context as KoaContext } from 'koa'
import qs from 'qs'
import getRawBody from 'raw-body'
import { balanceEndpoints } from '../balance/balance-endpoints.ts'
import { payoutEndpoints } from '../balance/payout-endpoints.ts'
import { billingEndpoints } from '../billing/billing-endpoints.ts'
import { paymentEndpoints } from '../checkout/payment-endpoints.ts'
import { sessionEndpoints } from '../checkout/session-endpoints.ts'
import { eventEndpoints } from '../delivery/event-endpoints.ts'
import { disputeEndpoints } from '../reversals/dispute-endpoints.ts'
import { refundEndpoints } from '../reversals/refund-endpoints.ts'
import type { Runtime } from '../runtime.ts'
import type { StoredAnswer } from '../state/state.ts'
import { beginTransaction } from '../state/transaction.ts'
import type { Transaction } from '../state/transaction.ts'
import { accountEndpoints } from './account-endpoints.ts'
import type { Call, Endpoint } from './endpoint.ts'
import { badParameter, errorBody, keyInUse, StripeRefusal, unauthorized, unknownRoute } from './errors.ts'
import { checkKey, fingerprint, KEY_LIFE_MS, storedAnswer } from './idempotency.ts'

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

/** `/v1/…`. A POST with an idempotency key is executed once; its answer is stored and repeated. */
export function apiRoutes(runtime: Runtime): Router {
  const router = new Router()
  const keysInUse = new Set<string>()
  for (const endpoint of ENDPOINTS) {
    router.register(endpoint.path, [endpoint.method.toLowerCase()], async (ctx: KoaContext) => {
      checkVersion(ctx.get('stripe-version'), runtime.apiVersion)
      const key = endpoint.method === 'POST' ? checkKey(ctx.get('idempotency-key')) : ''
      if (key === '') return send(ctx, execute(runtime, endpoint, ctx, null, await paramsOf(ctx)))
      if (keysInUse.has(key)) throw keyInUse(key)
      keysInUse.add(key)
      try {
        await executeOnce(runtime, endpoint, ctx, key)
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

/** Around every API call: the request id, the check of the API key, refusals in Stripe's shape, a line in the log. */
export async function apiFrame(
  runtime: Runtime,
  ctx: KoaContext,
  next: () => Promise<unknown>,
): Promise<void> {
  const requestId = runtime.newId('req_')
  ctx.state['requestId'] = requestId
  ctx.set({
    'Request-Id': requestId,
    'Stripe-Version': runtime.apiVersion,
    'Cache-Control': 'no-cache, no-store',
  })
  try {
    checkApiKey(ctx.get('authorization'))
    await next()
  } catch (error) {
    const refusal = error instanceof StripeRefusal ? error : unexpectedError(runtime, error)
    if (refusal.status === 409) ctx.set('Stripe-Should-Retry', 'true')
    send(ctx, answerOf(refusal))
  }
  runtime.log(`${ctx.method} ${ctx.path} ${ctx.status} ${requestId}`)
}

/**
 * Any test key opens the offline Stripe; a live key must never be sent here.
 * @throws StripeRefusal 401. It does not repeat the key.
 */
function checkApiKey(authorization: string): void {
  const key = /^Bearer (.+)$/i.exec(authorization)?.[1]
  if (key === undefined) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  }
  if (/^(sk|rk)_live_/.test(key)) {
    throw unauthorized('This is the offline Stripe: it takes test keys (sk_test_…) only, never a live key.')
  }
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw unauthorized(
      'Invalid API Key provided. The offline Stripe takes any key that starts with sk_test_.',
    )
  }
}

/** @throws StripeRefusal when the caller requests another API version than the one offered here. */
function checkVersion(requested: string, offered: string): void {
  if (requested === '' || requested === offered) return
  const message = `Invalid Stripe API version: ${requested}. The offline Stripe speaks ${offered}.`
  throw badParameter(undefined, message)
}

type ApiAnswer = Pick<StoredAnswer, 'status' | 'body'>
type KeyUse = Pick<StoredAnswer, 'key' | 'path' | 'fingerprint' | 'requestId'>
type Params = Call['params']

async function executeOnce(
  runtime: Runtime,
  endpoint: Endpoint,
  ctx: KoaContext,
  key: string,
): Promise<void> {
  ctx.set('Idempotency-Key', key)
  const params = await paramsOf(ctx)
  runtime.forgetAnswers(runtime.nowMs() - KEY_LIFE_MS)
  const paramsFingerprint = fingerprint(params)
  const earlier = storedAnswer(runtime.state, key, ctx.path, paramsFingerprint)
  if (earlier !== null) {
    ctx.set({ 'Idempotent-Replayed': 'true', 'Original-Request': earlier.requestId })
    return send(ctx, earlier)
  }
  const requestId = String(ctx.state['requestId'])
  ctx.set('Original-Request', requestId)
  const keyUse = { key, path: ctx.path, fingerprint: paramsFingerprint, requestId }
  send(ctx, execute(runtime, endpoint, ctx, keyUse, params))
}

/** Commits the answer together with what the call changed, so that a key never repeats a lost change. */
function execute(
  runtime: Runtime,
  endpoint: Endpoint,
  ctx: KoaContext,
  keyUse: KeyUse | null,
  params: Params,
): ApiAnswer {
  const request = { id: String(ctx.state['requestId']), idempotency_key: keyUse?.key ?? null }
  const context = runtime.context(request)
  const transaction = beginTransaction(context)
  const result = runEndpoint(endpoint, transaction, { id: idOf(ctx), params })
  const answer = answerOf(result)
  const changes = result instanceof StripeRefusal ? [] : transaction.changes
  if (keyUse === null || (result instanceof StripeRefusal && !result.stored)) {
    runtime.commit(changes)
  } else {
    const value = { ...keyUse, ...answer, atMs: context.nowMs }
    runtime.commit([...changes, { table: 'answer', id: keyUse.key, value }])
  }
  return answer
}

function runEndpoint(endpoint: Endpoint, transaction: Transaction, call: Call): object | StripeRefusal {
  try {
    return endpoint.run(transaction, call)
  } catch (error) {
    if (error instanceof StripeRefusal) return error
    throw error
  }
}

function answerOf(result: object | StripeRefusal): ApiAnswer {
  const [status, body] =
    result instanceof StripeRefusal ? [result.status, errorBody(result.body)] : [200, result]
  return { status, body: `${JSON.stringify(body, null, 2)}\n` }
}

async function paramsOf(ctx: KoaContext): Promise<Params> {
  if (ctx.method !== 'POST') return qs.parse(ctx.querystring, FORM)
  const body = await getRawBody(ctx.req, { limit: BODY_LIMIT, encoding: 'utf8' }).catch(() => {
    throw badParameter(undefined, `The request body is incomplete or larger than ${BODY_LIMIT}.`)
  })
  if (body !== '' && !ctx.is('application/x-www-form-urlencoded')) {
    const message =
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).'
    throw badParameter(undefined, message)
  }
  return qs.parse(body, FORM)
}

function idOf(ctx: KoaContext): string {
  const params: unknown = ctx['params']
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : ''
}

function unexpectedError(runtime: Runtime, error: unknown): StripeRefusal {
  const details = error instanceof Error ? (error.stack ?? error.message) : 'unknown'
  runtime.log(`The offline Stripe failed: ${details}`)
  const message = 'The offline Stripe failed. See its log.'
  return new StripeRefusal(500, { type: 'api_error', message }, false)
}

function send(ctx: KoaContext, { status, body }: ApiAnswer): void {
  ctx.status = status
  ctx.type = 'application/json'
  ctx.body = body
}
