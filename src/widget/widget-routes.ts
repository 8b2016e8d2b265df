import { Router } from '@koa/router'
import type { WidgetBundle } from './widget-bundle.ts'

/**
 * `GET /widget.js` for article pages of any site: which of them may ask for a checkout is decided there, by origin.
 * Five minutes of cache, then a question by ETag: a mended widget reaches every page soon.
 */
export function widgetRouter({ source, etag }: WidgetBundle): Router {
  return new Router().get('/widget.js', (ctx) => {
    ctx.status = 200
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.etag = etag
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    ctx.type = 'text/javascript; charset=utf-8'
    ctx.body = source
  })
}
