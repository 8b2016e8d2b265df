import { Router } from '@koa/router'
import { answerWith, served } from '../http/precompressed.ts'

/** What a link to the donation page may carry. */
const PREFILLED = ['amount', 'currency', 'frequency', 'article', 'utm_source', 'utm_medium', 'utm_campaign']
const LONGEST_VALUE = 300

/**
 * `GET /donate.svg?amount=500&utm_source=print`: a QR code of the donation page's address with the same parameters, for
 * print. It never leads anywhere else.
 */
export function qrRouter(publicUrl: string): Router {
  return new Router().get('/donate.svg', async (ctx) => {
    const asked = new URLSearchParams(ctx.querystring)
    const url = new URL(`${publicUrl}/donate`)
    for (const name of PREFILLED) {
      const value = asked.get(name)
      if (value && value.length <= LONGEST_VALUE) url.searchParams.set(name, value)
    }
    ctx.set('Cache-Control', 'public, max-age=300')
    const { toString: qrCode } = await import('qrcode')
    answerWith(ctx, served(await qrCode(url.href, { type: 'svg', margin: 4 })), 'image/svg+xml')
  })
}
