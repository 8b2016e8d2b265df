import type { Middleware } from 'koa'
import { Refusal } from './refusal.ts'

/**
 * For routes that take form posts: refuses a post that another site made the browser send. Every browser names the
 * origin in `Sec-Fetch-Site` or, when old, in `Origin`; a request with neither comes from a program, which carries
 * nobody else's cookies.
 */
export function sameOriginOnly(publicUrl: string): Middleware {
  const own = new URL(publicUrl).origin
  return (ctx, next) => {
    const site = ctx.get('Sec-Fetch-Site')
    const origin = ctx.get('Origin')
    const isOurs = site === '' ? origin === '' || origin === own : site === 'same-origin' || site === 'none'
    if (!isOurs) throw new Refusal('forbidden', 'This form was sent from another site.')
    return next()
  }
}
