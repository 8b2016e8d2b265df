import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Router } from '@koa/router'
import { send } from '@koa/send'

const folder = fileURLToPath(new URL('./assets', import.meta.url))

/**
 * Serves `pages/assets/` under `/assets/`. Browsers keep a file for five minutes and then ask with its ETag, so the pages
 * of a new release meet an old stylesheet no longer than that. The ETag is the content's hash: every process and every
 * release that serves the same content answers with the same one.
 */
export async function assetsRouter(): Promise<Router> {
  const etags = new Map<string, string>()
  for (const name of await readdir(folder)) {
    const hash = createHash('sha256').update(await readFile(path.join(folder, name)))
    etags.set(name, `"${hash.digest('base64url').slice(0, 22)}"`)
  }
  return new Router().get('/assets/:name', async (ctx) => {
    const name = ctx.params['name'] ?? ''
    const etag = etags.get(name)
    if (etag === undefined) return
    // Koa compares the ETag only when the status is a success, so the status comes first.
    ctx.status = 200
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.etag = etag
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    await send(ctx, name, { root: folder, brotli: false, gzip: false })
    ctx.remove('Last-Modified') // installing a release sets it anew without a change of content
  })
}
