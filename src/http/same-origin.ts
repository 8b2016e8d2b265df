import type { Context, Middleware } from 'koa'
import { Refusal } from './refusal.ts'

/**
 * For routes that take form posts: refuses a post that another site made the browser send. Every browser names the
 * origin in `Sec-Fetch-Site` or, when old, in `Origin`; a request with neither comes from a program, which carries
 * nobody else's cookies.
 */
export function sameOriginOnly(publicUrl: string): Middleware {
  return (ctx, next) => {
    if (!isFromOwnPage(ctx, publicUrl))
      throw new Refusal('forbidden', 'This form was sent from another site.')
    return next()
  }
}

/** Whether a post comes from a page of ours or from a program. */
export function isFromOwnPage(ctx: Context, publicUrl: string): boolean {
  const site = ctx.get('Sec-Fetch-Site')
  const origin = ctx.get('Origin')
  if (site === '') return origin === '' || origin === new URL(publicUrl).origin
  return site === 'same-origin' || site === 'none'
}
