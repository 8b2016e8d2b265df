import type { Context } from 'koa'
import { cookiePlace } from '../../http/public-path.ts'
import { KNOWN_BROWSER_DAYS } from './known-browser-store.ts'

const DAY_MS = 86_400_000

/** The cookie by which a browser is recognised in which somebody signed in. It signs nobody in. */
export function knownBrowserCookie(publicUrl: string): {
  /** Empty when the browser has none. */
  keyOf(ctx: Context): string
  keep(ctx: Context, key: string): void
} {
  const secure = publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(publicUrl)
  const name = `${prefix}staff-browser`
  return {
    keyOf: (ctx) => ctx.cookies.get(name, { signed: false }) ?? '',
    keep(ctx, key) {
      // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
      if (secure) ctx.cookies.secure = true
      const maxAge = KNOWN_BROWSER_DAYS * DAY_MS
      ctx.cookies.set(name, key, { httpOnly: true, sameSite: 'lax', secure, maxAge, signed: false, path })
    },
  }
}
