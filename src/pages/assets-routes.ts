import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { Router } from '@koa/router'

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const folder = new URL('./assets/', import.meta.url)

/**
 * Serves `pages/assets/` under `/assets/`, read once at start. Names are looked up in a map and never become a
 * path. Five minutes of cache: a new release's pages may meet the old stylesheet that long, and no longer.
 */
export async function assetsRouter(): Promise<Router> {
  const assets = new Map<string, { body: Buffer; etag: string; type: string }>()
  for (const name of await readdir(folder)) {
    const type = contentTypes[extname(name)]
    if (type === undefined) continue
    const body = await readFile(new URL(name, folder))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    assets.set(name, { body, etag, type })
  }
  return new Router().get('/assets/:name', (ctx) => {
    const asset = assets.get(ctx.params['name'] ?? '')
    if (!asset) return
    // Koa judges freshness only for a success, so the status comes first.
    ctx.status = 200
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.etag = asset.etag
    if (ctx.fresh) {
      ctx.status = 304
      return
    }
    ctx.type = asset.type
    ctx.body = asset.body
  })
}
