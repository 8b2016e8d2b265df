import { Router } from '@koa/router'
import type { Context } from 'koa'
import { articleSites } from '../http/origin.ts'
import { jsonBody } from '../http/body.ts'
import { Refusal } from '../http/refusal.ts'
import { checkoutRequest } from './checkout-request.ts'
import type { CheckoutService } from './checkout-service.ts'

/**
 * `POST /checkout-sessions`: article pages and programs ask for a payment page. `GET` says only whether a site may: the
 * widget then knows a mistake of the set-up from a failure of the network.
 */
export function checkoutRouter(checkouts: CheckoutService): Router {
  const sites = articleSites(checkouts.terms.allowedOrigins)
  return new Router()
    .options('/checkout-sessions', sites)
    .get('/checkout-sessions', sites, (ctx) => {
      ctx.status = 204
    })
    .post('/checkout-sessions', sites, async (ctx) => {
      const tries = await checkouts.limits.count(ctx.req)
      const idempotencyKey = idempotencyKeyOf(ctx)
      const pageUrl = ctx.get('Referer') || ctx.get('Origin')
      const request = checkoutRequest(await jsonBody(ctx), checkouts.terms, pageUrl)
      await checkouts.limits.admit(tries)
      const { session } = await checkouts.createCheckout(request, idempotencyKey, tries)
      ctx.status = 201
      ctx.set('Cache-Control', 'no-store')
      ctx.body = { id: session.id, url: session.url, expiresAt: session.expiresAt.toISOString() }
    })
}

function idempotencyKeyOf(ctx: Context): string | null {
  if (ctx.headers['idempotency-key'] === undefined) return null
  const key = ctx.get('Idempotency-Key')
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw new Refusal('malformed', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.')
}
