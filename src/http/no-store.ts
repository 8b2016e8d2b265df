import type { Context } from 'koa'

/** Answers with a page behind an unguessable address and keeps it out of caches, search engines and `Referer` headers. */
export function answerPrivately(ctx: Context, body: string | Buffer, type: 'html' | 'application/pdf'): void {
  ctx.set('Cache-Control', 'private, no-store')
  ctx.set('X-Robots-Tag', 'noindex, noarchive')
  ctx.set('Referrer-Policy', 'no-referrer')
  ctx.type = type
  ctx.body = body
}
