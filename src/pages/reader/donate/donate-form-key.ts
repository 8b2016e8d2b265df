import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import { cookiePlace } from '../../../http/public-path.ts'

/**
 * A form's token alone does not say whose form it is: a shared cache that ignores `Cache-Control` gives one page, token
 * and all, to many readers. So the checkout's key is made of the token, the content, the caller, and a random cookie of
 * the browser that fetched the page.
 *
 * | the form comes | which checkout it opens |
 * |---|---|
 * | from a browser with its cookie, once or more often | one for each content, as long as the cookie lasts; a paid one leads to its thank-you page |
 * | from a cached page by another reader, whose browser has another cookie or none | one of its own |
 * | from a page that was cached together with its cookie | one of its own unless address and browser are the same, too |
 * | without a cookie (they are blocked, or the page was cached) twice within 30 to 60 seconds, from the same address and browser | one: that is a double click |
 * | without a cookie, later | a new one; a paid one is never shown, since nothing says that it is this reader's |
 * | without a token | a new one each time |
 */
export type FormKeys = {
  /** The key of this post; null when the form has no token. */
  readonly key: string | null
  /** The key under which a double click may have begun shortly before; null when the cookie says whose the form is. */
  readonly earlierKey: string | null
  /** Whether the browser is the one that sent the form before, so that it may see what became of it. */
  readonly isKnownBrowser: boolean
}

const DOUBLE_CLICK_MS = 30_000
const COOKIE_LIFE_MS = 2 * 60 * 60_000
const COOKIE_VALUE = /^[A-Za-z0-9_-]{22}$/

/** Gives the browser its cookie, unless it has one. */
export function rememberBrowser(ctx: Context, publicUrl: string): void {
  if (browserOf(ctx, publicUrl) !== null) return
  const secure = publicUrl.startsWith('https:')
  // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
  if (secure) ctx.cookies.secure = true
  ctx.cookies.set(cookieName(publicUrl), randomBytes(16).toString('base64url'), {
    path: cookiePlace(publicUrl).path,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    signed: false,
    maxAge: COOKIE_LIFE_MS,
    overwrite: true,
  })
}

/**
 * @param form its token and the hash of its content
 * @param caller a hash of the reader's address
 */
export function formKeys(
  ctx: Context,
  form: { readonly token: string | null; readonly contentHash: string },
  { caller, publicUrl, now }: { readonly caller: string; readonly publicUrl: string; readonly now: Date },
): FormKeys {
  const browser = browserOf(ctx, publicUrl)
  if (!form.token) return { key: null, earlierKey: null, isKnownBrowser: false }
  const parts = [form.token, form.contentHash, caller, ctx.get('User-Agent')]
  if (browser !== null)
    return { key: hashed(['browser', browser, ...parts]), earlierKey: null, isKnownBrowser: true }
  const period = Math.floor(now.getTime() / DOUBLE_CLICK_MS)
  const keyIn = (number: number) => hashed(['period', String(number), ...parts])
  return { key: keyIn(period), earlierKey: keyIn(period - 1), isKnownBrowser: false }
}

function browserOf(ctx: Context, publicUrl: string): string | null {
  const value = ctx.cookies.get(cookieName(publicUrl), { signed: false }) ?? ''
  return COOKIE_VALUE.test(value) ? value : null
}

function cookieName(publicUrl: string): string {
  return `${cookiePlace(publicUrl).prefix}donate`
}

function hashed(parts: readonly string[]): string {
  return `form-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}
