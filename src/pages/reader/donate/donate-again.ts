import type { Context } from 'koa'
import { z } from 'zod'
import { cookiePlace } from '../../../http/public-path.ts'
import type { CheckoutId } from '../../../ids.ts'

/**
 * What the browser keeps of the form that it sent last: the checkout that it opened, the form's token, and the message.
 * `/donate?again=…` shows a message only to the browser that wrote it, because whoever has the link may open it; and with
 * the token the same form leads to the same checkout, so that nobody pays twice.
 */
export type SentForm = {
  readonly checkoutId: CheckoutId
  readonly token: string
  readonly message: string
}

const LIFE_MS = 2 * 60 * 60_000
const VALUE = /^([0-9a-f-]{36})\.([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]*)$/
/** Browsers keep 4,096 bytes of a cookie. A message has 500 characters at most, which are 2,000 bytes in UTF-8. */
const LONGEST_VALUE = 3_600

/** Keeps it for two hours, in place of the form that was sent before. */
export function rememberSentForm(ctx: Context, publicUrl: string, sent: SentForm): void {
  const value = [sent.checkoutId, sent.token, Buffer.from(sent.message).toString('base64url')].join('.')
  if (!VALUE.test(value) || value.length > LONGEST_VALUE) return
  const secure = publicUrl.startsWith('https:')
  // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
  if (secure) ctx.cookies.secure = true
  ctx.cookies.set(cookieName(publicUrl), value, {
    path: cookiePlace(publicUrl).path,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    signed: false,
    maxAge: LIFE_MS,
    overwrite: true,
  })
}

const checkoutIdSchema = z.uuid().transform((id) => id as CheckoutId) // checked just before

/** The form that this browser sent last; null when it sent none, or blocks cookies. */
export function sentFormIn(ctx: Context, publicUrl: string): SentForm | null {
  const value = ctx.cookies.get(cookieName(publicUrl), { signed: false }) ?? ''
  const [, id, token = '', message = ''] = VALUE.exec(value) ?? []
  const checkoutId = checkoutIdSchema.safeParse(id).data
  if (checkoutId === undefined || value.length > LONGEST_VALUE) return null
  return { checkoutId, token, message: Buffer.from(message, 'base64url').toString().replaceAll('\0', '') }
}

function cookieName(publicUrl: string): string {
  return `${cookiePlace(publicUrl).prefix}donate-sent`
}
