import { Router } from '@koa/router'
import type { Context } from 'koa'
import { articleSites } from '../http/origin.ts'
import { jsonBody } from '../http/body.ts'
import { Refusal } from '../http/refusal.ts'
import { isCheckoutSessionId } from '../ids.ts'
import { checkoutRequest } from './checkout-request.ts'
import { giftOf, type CheckoutService } from './checkout-service.ts'

/**
 * `POST /checkout-sessions`: article pages and programs ask for a payment page. `GET` says only whether a site may: the
 * widget then knows a mistake of the set-up from a failure of the network. `GET /checkout-sessions/{id}` says what became
 * of a session, and nothing else of it: the widget then says truly that nothing was charged.
 */
export function checkoutRouter(checkouts: CheckoutService): Router {
  const sites = articleSites(checkouts.terms.allowedOrigins)
  return new Router()
    .options('/checkout-sessions', sites)
    .get('/checkout-sessions', sites, (ctx) => {
      ctx.status = 204
    })
    .options('/checkout-sessions/:id', sites)
    .get('/checkout-sessions/:id', sites, async (ctx) => {
      const id = ctx.params['id'] ?? ''
      const status = isCheckoutSessionId(id) ? await checkouts.findStatus(id) : null
      if (status === null) throw new Refusal('not_found', 'There is no such checkout session.')
      ctx.set('Cache-Control', 'no-store')
      ctx.body = { status }
    })
    .post('/checkout-sessions', sites, async (ctx) => {
      const caller = await checkouts.guard.arrive(ctx.req)
      const idempotencyKey = idempotencyKeyOf(ctx)
      const pageUrl = ctx.get('Referer') || ctx.get('Origin')
      const request = checkoutRequest(await jsonBody(ctx), checkouts.terms, pageUrl)
      const admission = await checkouts.guard.admit(caller, {
        ...giftOf(request, ctx.get('Origin')),
        answer: answerIn(ctx.get('Challenge-Answer')),
        repeatKey: idempotencyKey,
      })
      const { session } = await checkouts.createCheckout(request, idempotencyKey, admission)
      ctx.status = 201
      ctx.set('Cache-Control', 'no-store')
      ctx.body = { id: session.id, url: session.url, expiresAt: session.expiresAt.toISOString() }
    })
}

/** `TOKEN:PROOF`, as the challenge's own script puts it together. */
function answerIn(header: string): { readonly token: string; readonly proof: string } | null {
  const [token = '', ...proof] = header.split(':')
  return token === '' ? null : { token, proof: proof.join(':') }
}

function idempotencyKeyOf(ctx: Context): string | null {
  if (ctx.headers['idempotency-key'] === undefined) return null
  const key = ctx.get('Idempotency-Key')
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw new Refusal('malformed', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.')
}
