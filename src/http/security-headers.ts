import helmet from 'koa-helmet'
import type { Context, Middleware } from 'koa'
import { publicPath } from './public-path.ts'

// Their addresses open a donor's data, so no other page learns them, not even one of our own.
const SECRET_ADDRESS = /^\/(receipts|thank-you)(\/|$)/
// These hold a secret, too, and a form: by `no-referrer` old browsers would send the form with `Origin: null`.
const SECRET_FORM_ADDRESS = /^\/(finance\/sign-in|recurring)(\/|$)/
// No other site learns which donation or month somebody looked at.
const FINANCE = /^\/finance(\/|$)/
// Article pages on other sites load these.
const FOR_OTHER_SITES = /^\/(widget(-more)?\.js(on)?|challenge\.js|goal\.js|goals\/[^/]+)$/
const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60

const POLICY = 'Content-Security-Policy'

/** Lets this one page load scripts, styles and frames of these origins, too. */
export function allowSources(ctx: Context, origins: readonly string[]): void {
  if (origins.length === 0) return
  const added = origins.join(' ')
  const policy = String(ctx.response.get(POLICY))
    .replace(/(script-src|style-src|connect-src) [^;]*/g, `$& ${added}`)
    .concat(`;frame-src ${added}`)
  ctx.set(POLICY, policy)
}

/** Lets this one page show pictures of another origin. */
export function allowPictures(ctx: Context, origin: string): void {
  const policy = String(ctx.response.get(POLICY))
  ctx.set(POLICY, policy.replace(/img-src [^;]*/, `$& ${origin}`))
}

/**
 * Headers on every answer, the ones to programs that call webhooks and health checks included: nobody guesses a content type
 * or comes by plain http again.
 */
export function headersForAll(publicUrl: string, withSubdomains = false): Middleware {
  // Over plain http the header would only lock a developer out of localhost, and the other pages of a shared host are not
  // ours to decide about. Whether its subdomains are, only the operator knows.
  const hasHostOfItsOwn = publicUrl.startsWith('https:') && publicPath(publicUrl) === ''
  const policy = `max-age=${ONE_YEAR_SECONDS}${withSubdomains ? '; includeSubDomains' : ''}`
  return (ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff')
    if (hasHostOfItsOwn) ctx.set('Strict-Transport-Security', policy)
    return next()
  }
}

/**
 * Headers on every answer to browsers. @param checkoutOrigins where `POST /donate` sends the browser on: Chromium checks a form's
 * redirects against `form-action` too.
 */
export function securityHeaders(options: { readonly checkoutOrigins: readonly string[] }): Middleware {
  const self = ["'self'"]
  const headers = (
    referrer: 'no-referrer' | 'same-origin' | 'strict-origin' | 'strict-origin-when-cross-origin',
    sharing: 'same-origin' | 'cross-origin',
  ) =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: self,
          imgSrc: self,
          scriptSrc: self,
          connectSrc: self,
          formAction: [...self, ...options.checkoutOrigins],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      referrerPolicy: { policy: referrer },
      crossOriginResourcePolicy: { policy: sharing },
      xFrameOptions: { action: 'deny' },
      strictTransportSecurity: false, // `headersForAll` sets it
    })
  const usual = headers('strict-origin-when-cross-origin', 'same-origin')
  const secret = headers('no-referrer', 'same-origin')
  const secretForm = headers('strict-origin', 'same-origin')
  const finance = headers('same-origin', 'same-origin')
  const shared = headers('strict-origin-when-cross-origin', 'cross-origin')
  return (ctx, next) => {
    ctx.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
    if (SECRET_ADDRESS.test(ctx.path)) return secret(ctx, next)
    if (SECRET_FORM_ADDRESS.test(ctx.path)) return secretForm(ctx, next)
    if (FINANCE.test(ctx.path)) return finance(ctx, next)
    return FOR_OTHER_SITES.test(ctx.path) ? shared(ctx, next) : usual(ctx, next)
  }
}
