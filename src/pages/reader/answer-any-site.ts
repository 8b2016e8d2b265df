import { createHash } from 'node:crypto'
import type { Context } from 'koa'

/**
 * Answers article pages of any site with something public. Browsers keep it for a minute and then ask for it by its ETag, so
 * that a busy article costs little; the answer differs by the reader's language.
 */
export function answerAnySite(ctx: Context, body: string, type: string): void {
  ctx.status = 200
  ctx.set('Access-Control-Allow-Origin', '*')
  ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
  ctx.set('Cache-Control', 'public, max-age=60')
  ctx.vary('Accept-Language')
  ctx.etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  ctx.type = type
  ctx.body = body
}
