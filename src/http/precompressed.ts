import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Context } from 'koa'

/** A text that many ask for, compressed once as small as it gets. Nothing in it is secret or comes from a request. */
export type Served = {
  readonly text: string
  /** The content's hash: every process and release that serves the same text answers with the same one. */
  readonly hash: string
  readonly brotli: Buffer
  readonly gzip: Buffer
}

export function served(text: string): Served {
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  }
  return {
    text,
    hash: createHash('sha256').update(text).digest('base64url').slice(0, 22),
    brotli: brotliCompressSync(text, { params }),
    gzip: gzipSync(text, { level: constants.Z_BEST_COMPRESSION }),
  }
}

/** Answers in the smallest encoding that the browser takes, or 304 for one that it has. Each encoding has its own ETag. */
export function answerWith(ctx: Context, { text, hash, brotli, gzip }: Served, type: string): void {
  // Koa compares the ETag only when the status is a success, so the status comes first.
  ctx.status = 200
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.vary('Accept-Encoding')
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity') || 'identity'
  ctx.etag = `"${hash}${encoding === 'identity' ? '' : `-${encoding}`}"`
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  ctx.type = type
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding)
  ctx.body = encoding === 'br' ? brotli : encoding === 'gzip' ? gzip : text
}
