import type { Context } from 'koa'

/**
 * Answers with a page behind an unguessable address and keeps it out of caches, search engines and `Referer` headers.
 * @param referrer `strict-origin` for a page with a form: by `no-referrer` browsers also say `Origin: null` when the form
 * is sent, and browsers without `Sec-Fetch-Site` (Safari before 16.4) have nothing else to tell the form's origin by. Both
 * keep the address to themselves.
 */
export function answerPrivately(
  ctx: Context,
  body: string | Buffer,
  type: 'html' | 'application/pdf' | 'application/json',
  referrer: 'no-referrer' | 'strict-origin' = 'no-referrer',
): void {
  ctx.set('Cache-Control', 'private, no-store')
  ctx.set('X-Robots-Tag', 'noindex, noarchive')
  ctx.set('Referrer-Policy', referrer)
  ctx.type = type
  ctx.body = body
}
