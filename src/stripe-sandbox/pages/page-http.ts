import { readFileSync } from 'node:fs'
import type { Context as KoaContext } from 'koa'
import getRawBody from 'raw-body'
import type { Html } from './page-view.ts'

const STYLE = readFileSync(new URL('sandbox.css', import.meta.url), 'utf8')
const FORM_LIMIT = '16kb'

/** No `form-action`: browsers also apply it to the redirect after a form, and that leads to the newsroom. */
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

export async function sendPage(ctx: KoaContext, status: number, page: Html): Promise<void> {
  ctx.status = status
  ctx.type = 'html'
  ctx.set({
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  })
  ctx.body = String(await page)
}

export function sendStyle(ctx: KoaContext): void {
  ctx.type = 'css'
  ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' })
  ctx.body = STYLE
}

/** The redirect after a POST: 303, so that a reload does not post again. */
export function seeOther(ctx: KoaContext, url: string): void {
  ctx.redirect(url)
  ctx.status = 303
}

/** The fields of a form on our own page. A form of another site is refused with 403. */
export async function readForm(ctx: KoaContext): Promise<Record<string, string>> {
  const site = ctx.get('sec-fetch-site') // programs and old browsers do not send it
  if (site !== '' && site !== 'same-origin') ctx.throw(403, 'This form belongs to another site.')
  const body = await getRawBody(ctx.req, { limit: FORM_LIMIT, encoding: 'utf8' })
  return Object.fromEntries(new URLSearchParams(body))
}
