import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Router } from '@koa/router'
import { build } from 'esbuild'

/** The script that answers challenges and says what is wrong with a site's set-up, as a module: `import('/challenge.js')`. */
export async function buildChallengeScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./browser/challenge.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const source = outputFiles[0]?.text
  if (!source) throw new Error('esbuild returned an empty challenge script')
  return source
}

/**
 * `GET /challenge.js`, for our own page and for article pages of any site, whose widget imports it when it is asked to
 * answer a challenge.
 */
export async function challengeRouter(): Promise<Router> {
  const source = await buildChallengeScript()
  const compressed = gzipSync(source, { level: 9 })
  const hash = createHash('sha256').update(source).digest('base64url').slice(0, 22)
  return new Router().get('/challenge.js', (ctx) => {
    ctx.status = 200
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.vary('Accept-Encoding')
    const gzip = ctx.acceptsEncodings('gzip', 'identity') === 'gzip'
    ctx.etag = gzip ? `"${hash}-gzip"` : `"${hash}"`
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    ctx.type = 'text/javascript; charset=utf-8'
    if (gzip) ctx.set('Content-Encoding', 'gzip')
    ctx.body = gzip ? compressed : source
  })
}
