import type { Middleware } from 'koa'

/** The path of PUBLIC_URL, such as `/give`; empty when the service has a host of its own. */
export function publicPath(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '')
}

// Views are written by `html`, which escapes every quotation mark of a value: only a template can contain these.
const LINKS = /(\s(?:href|src|action|formaction)=")\/(?!\/)/g
const REFRESH = /(;\s*url=)\/(?!\/)/

/**
 * Serves the service below the path of PUBLIC_URL. Routes, pages and redirects know addresses from the root on, and here
 * alone the path is taken off and put before them. A proxy may hand requests on with the path or without it.
 */
export function servedBelow(publicUrl: string): Middleware {
  const base = publicPath(publicUrl)
  if (base === '') return (_ctx, next) => next()
  return async (ctx, next) => {
    if (ctx.path.startsWith(`${base}/`)) ctx.path = ctx.path.slice(base.length)
    await next()
    const location = ctx.response.get('Location')
    if (/^\/(?!\/)/.test(location)) ctx.set('Location', `${base}${location}`)
    const refresh = ctx.response.get('Refresh')
    if (refresh) ctx.set('Refresh', refresh.replace(REFRESH, `$1${base}/`))
    if (typeof ctx.body === 'string' && ctx.response.is('html'))
      ctx.body = ctx.body.replace(LINKS, `$1${base}/`)
  }
}

/**
 * How a cookie is named and where browsers send it. Over https browsers refuse a cookie with the prefix `__Host-` from a
 * neighbouring subdomain; that prefix is only for the path `/` (RFC 6265bis, section 4.1.3).
 */
export function cookiePlace(publicUrl: string): { readonly prefix: string; readonly path: string } {
  const path = publicPath(publicUrl)
  if (!publicUrl.startsWith('https:')) return { prefix: '', path: path || '/' }
  return path === '' ? { prefix: '__Host-', path: '/' } : { prefix: '__Secure-', path }
}
