import { gzipSync } from 'node:zlib'
import { Router } from '@koa/router'
import type { WidgetBundle } from './widget-bundle.ts'

/**
 * `GET /widget.js` for article pages of any site: which of them may ask for a checkout is decided there, by origin.
 * Five minutes of cache, then a question by ETag: a mended widget reaches every page soon.
 */
export function widgetRouter({ source, etag }: WidgetBundle): Router {
  const compressed = gzipSync(source, { level: 9 })
  return new Router().get('/widget.js', (ctx) => {
    ctx.status = 200
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.vary('Accept-Encoding')
    const gzip = ctx.acceptsEncodings('gzip', 'identity') === 'gzip'
    ctx.etag = gzip ? `${etag.slice(0, -1)}-gzip"` : etag
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    ctx.type = 'text/javascript; charset=utf-8'
    if (gzip) ctx.set('Content-Encoding', 'gzip')
    ctx.body = gzip ? compressed : source
  })
}
