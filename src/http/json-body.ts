import type { Context } from 'koa'
import { BODY_LIMIT_BYTES, bodyText, malformed } from './body.ts'

/** The request's JSON, not yet checked. @throws Refusal unsupported_media_type, too_large or malformed */
export async function jsonBody(ctx: Context, limitBytes = BODY_LIMIT_BYTES): Promise<unknown> {
  const text = await bodyText(ctx, 'application/json', limitBytes)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('The body is not JSON.', cause)
  }
}
