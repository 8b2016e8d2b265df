import type { Middleware } from 'koa'
import { Refusal } from './refusal.ts'

/**
 * For routes that take form posts: refuses those another site made the browser send. Every browser says where a post
 * comes from by `Sec-Fetch-Site` or, when old, by `Origin`; a request with neither comes from a program, which has no
 * cookies of somebody else's to abuse.
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
