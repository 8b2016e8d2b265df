import type { Context } from 'koa'
import { cookiePlace } from '../../http/public-path.ts'
import { safeReturnPath } from './return-path.ts'

/** As long as a sign-in may take, with a slow mail server. */
const REMEMBERED_MS = 60 * 60_000

/** Remembers in the browser which page somebody wanted who had to sign in first. */
export function returnPathCookie(publicUrl: string): {
  /** The address of the request, or the one that is given; an address that may not be opened is forgotten. */
  remember(ctx: Context, address?: string): void
  /** The path to open now, which is forgotten; `/finance` when there is none. */
  take(ctx: Context): string
} {
  const secure = publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(publicUrl)
  const name = `${prefix}staff-return`
  const options = { httpOnly: true, sameSite: 'lax', secure, signed: true, path } as const
  const set = (ctx: Context, value: string | null) => {
    // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
    if (secure) ctx.cookies.secure = true
    ctx.cookies.set(name, value, value === null ? options : { ...options, maxAge: REMEMBERED_MS })
  }
  return {
    remember(ctx, address = ctx.url) {
      const safe = safeReturnPath(address)
      if (safe !== null) set(ctx, encodeURIComponent(safe))
    },
    take(ctx) {
      const kept = ctx.cookies.get(name, { signed: true })
      if (kept === undefined) return '/finance'
      set(ctx, null)
      return safeReturnPath(decoded(kept)) ?? '/finance'
    },
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
