import type { Context } from 'koa'
import { BODY_LIMIT_BYTES, bodyText } from './body.ts'

/** The posted form, not yet checked. @throws Refusal unsupported_media_type, too_large or malformed */
export async function formBody(ctx: Context, limitBytes = BODY_LIMIT_BYTES): Promise<URLSearchParams> {
  return new URLSearchParams(await bodyText(ctx, 'application/x-www-form-urlencoded', limitBytes))
}
