import type { Context } from 'koa'
import getRawBody from 'raw-body'
import { Refusal } from './refusal.ts'

/** Far above the longest honest request, far below what hurts. */
export const BODY_LIMIT_BYTES = 64 * 1024

/**
 * The body as text, when it is of this content type and not encoded (a few bytes of gzip can unpack to gigabytes).
 * @throws Refusal unsupported_media_type, too_large or malformed
 */
export async function bodyText(ctx: Context, contentType: string, limitBytes: number): Promise<string> {
  const [type = '', ...parameters] = ctx
    .get('Content-Type')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (type !== contentType || (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)))
    throw new Refusal('unsupported_media_type', `Send the body as ${contentType}, in UTF-8.`)
  if (ctx.get('Content-Encoding') !== '')
    throw new Refusal('unsupported_media_type', 'Send the body without a Content-Encoding.')
  const bytes = await getRawBody(ctx.req, {
    length: ctx.get('Content-Length') || null,
    limit: limitBytes,
  }).catch((error: unknown) => {
    throw bodyRefusal(error, limitBytes)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw malformed('The body is not UTF-8.', cause)
  }
}

export function malformed(message: string, cause?: unknown): Refusal {
  return new Refusal('malformed', message, { problems: [{ pointer: '', message }], cause })
}

function bodyRefusal(error: unknown, limitBytes: number): unknown {
  const type = error instanceof Error && 'type' in error ? error.type : null
  switch (type) {
    case 'entity.too.large':
      return new Refusal('too_large', `The body may have ${limitBytes} bytes at most.`)
    case 'request.aborted':
    case 'request.size.invalid':
      return malformed('The body did not arrive whole.', error)
    default:
      return error
  }
}
