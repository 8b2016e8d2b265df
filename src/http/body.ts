import type { Context } from 'koa'
import getRawBody from 'raw-body'
import { Refusal } from './refusal.ts'
import { strictJson } from './strict-json.ts'

/** Far above the longest honest request, far below what hurts. */
const BODY_LIMIT_BYTES = 64 * 1024

/** How long a body may take to arrive, in milliseconds. */
const BODY_WITHIN_MS = 5_000
/** An upload may come over a slow line. */
const UPLOAD_WITHIN_MS = 60_000

/** The request's JSON, not yet checked. @throws Refusal unsupported_media_type, too_large, too_slow or malformed */
export async function jsonBody(ctx: Context, limitBytes = BODY_LIMIT_BYTES): Promise<unknown> {
  const value = strictJson(await bodyText(ctx, 'application/json', limitBytes))
  if (value === undefined)
    throw malformed('The body is not JSON, or nested too deep, or one of its objects has a key twice.')
  return value
}

/** The posted form, not yet checked. @throws Refusal unsupported_media_type, too_large, too_slow or malformed */
export async function formBody(ctx: Context, limitBytes = BODY_LIMIT_BYTES): Promise<URLSearchParams> {
  const form = new URLSearchParams(await bodyText(ctx, 'application/x-www-form-urlencoded', limitBytes))
  // No keyboard types NUL, and Postgres stores it in no text.
  if ([...form].some((pair) => pair.join('').includes('\u0000'))) throw malformed('The form contains NUL.')
  return form
}

/** The fields of a form with a file, as a browser posts it; files are kept as bytes. */
export type UploadForm = {
  readonly fields: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, { readonly name: string; readonly bytes: Buffer }>
}

const MULTIPART = /^multipart\/form-data;/i

/**
 * A posted form with a file (RFC 7578), read by the platform's own parser.
 * @throws Refusal unsupported_media_type, too_large, too_slow or malformed
 */
export async function uploadForm(ctx: Context, limitBytes: number): Promise<UploadForm> {
  const type = ctx.get('Content-Type')
  if (!MULTIPART.test(type))
    throw new Refusal('unsupported_media_type', 'Send the body as multipart/form-data.')
  const bytes = await rawBody(ctx, limitBytes, UPLOAD_WITHIN_MS)
  const read = await new Response(Uint8Array.from(bytes), { headers: { 'Content-Type': type } })
    .formData()
    .catch((cause: unknown) => {
      throw malformed('The form cannot be read.', cause)
    })
  const fields = new Map<string, string>()
  const files = new Map<string, { name: string; bytes: Buffer }>()
  for (const [name, value] of read) {
    if (typeof value === 'string') fields.set(name, value)
    else files.set(name, { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) })
  }
  return { fields, files }
}

/** @throws Refusal unsupported_media_type, too_large, too_slow or malformed */
async function bodyText(ctx: Context, contentType: string, limitBytes: number): Promise<string> {
  const [type = '', ...parameters] = ctx
    .get('Content-Type')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (type !== contentType || (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)))
    throw new Refusal('unsupported_media_type', `Send the body as ${contentType}, in UTF-8.`)
  const bytes = await rawBody(ctx, limitBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw malformed('The body is not UTF-8.', cause)
  }
}

/**
 * The body's bytes as they were sent. A body with a content encoding is refused: a few bytes of gzip can unpack to
 * gigabytes, and a signature covers the bytes as sent.
 * @throws Refusal unsupported_media_type, too_large, too_slow or malformed
 */
export async function rawBody(
  ctx: Context,
  limitBytes: number,
  withinMs: number = BODY_WITHIN_MS,
): Promise<Buffer> {
  if (ctx.get('Content-Encoding') !== '')
    throw new Refusal('unsupported_media_type', 'Send the body without a content encoding.')
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Refusal('too_slow', `The body did not arrive within ${withinMs / 1000} seconds.`)),
    withinMs,
  )
  const read = getRawBody(ctx.req, { length: ctx.get('Content-Length') || null, limit: limitBytes })
  try {
    return await Promise.race([read, late])
  } catch (error) {
    throw bodyRefusal(error, limitBytes)
  } finally {
    clearTimeout(timer)
  }
}

function malformed(message: string, cause?: unknown): Refusal {
  return new Refusal('malformed', message, { problems: [{ pointer: '', message }], cause })
}

function bodyRefusal(error: unknown, limitBytes: number): unknown {
  const type = error instanceof Error && 'type' in error ? error.type : null
  switch (type) {
    case 'entity.too.large':
      return new Refusal('too_large', `The body may have ${limitBytes} bytes at most.`, { cause: error })
    case 'request.aborted':
    case 'request.size.invalid':
    // The client has hung up, or Node refused its chunks, before anybody read them.
    case 'stream.not.readable':
      return malformed('The body did not arrive whole.', error)
    default:
      return error
  }
}
