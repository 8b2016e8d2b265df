import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context, Next } from 'koa'

const FAST_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const SMALLEST_BYTES = 1024
const encode = { br: promisify(brotliCompress), gzip: promisify(gzip) }

/**
 * Compresses a page. Only for pages that hold no secret which stays the same from one answer to the next: the length of a
 * compressed page that also repeats something of its address would betray it (BREACH, breachattack.com).
 */
export async function compressedPage(ctx: Context, next: Next): Promise<void> {
  await next()
  const { body } = ctx
  if (typeof body !== 'string' || Buffer.byteLength(body) < SMALLEST_BYTES) return
  ctx.vary('Accept-Encoding')
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity')
  if (encoding !== 'br' && encoding !== 'gzip') return
  ctx.set('Content-Encoding', encoding)
  ctx.body = await (encoding === 'br' ? encode.br(body, FAST_BROTLI) : encode.gzip(body))
}
