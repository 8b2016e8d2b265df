import { readFileSync } from 'node:fs'
import type { Context } from 'koa'
import getRawBody from 'raw-body'
import type { Html } from './page-view.ts'

const STYLE = readFileSync(new URL('sandbox.css', import.meta.url), 'utf8')
const FORM_LIMIT = '16kb'

/** No `form-action`: browsers apply it to the redirect after a form too, and that leads to the newsroom. */
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

export async function sendPage(ctx: Context, status: number, page: Html): Promise<void> {
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

export function sendStyle(ctx: Context): void {
  ctx.type = 'css'
  ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' })
  ctx.body = STYLE
}

/** A form of our own page; one of another site is refused with 403. */
export async function readForm(ctx: Context): Promise<Record<string, string>> {
  const site = ctx.get('sec-fetch-site') // absent from programs and old browsers
  if (site !== '' && site !== 'same-origin') ctx.throw(403, 'This form belongs to another site.')
  const body = await getRawBody(ctx.req, { limit: FORM_LIMIT, encoding: 'utf8' })
  return Object.fromEntries(new URLSearchParams(body))
}
