import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Router } from '@koa/router'
import { answerWith, served, type Served } from '../http/precompressed.ts'

const folder = fileURLToPath(new URL('./assets', import.meta.url))

/**
 * Serves `pages/assets/` under `/assets/`, compressed. Browsers keep a file for five minutes and then ask with its ETag, so
 * the pages of a new release meet an old stylesheet no longer than that.
 */
export async function assetsRouter(): Promise<Router> {
  const names = await readdir(folder)
  const texts = new Map<string, string>()
  for (const name of names) texts.set(name, await readFile(path.join(folder, name), 'utf8'))
  // The best compression takes a moment for each file, so a file is compressed when somebody asks for it.
  const files = new Map<string, Served>()
  return new Router().get('/assets/:name', (ctx) => {
    const name = ctx.params['name'] ?? ''
    const text = texts.get(name)
    if (text === undefined) return
    const file = files.get(name) ?? served(text)
    files.set(name, file)
    ctx.set('Cache-Control', 'public, max-age=300')
    answerWith(ctx, file, path.extname(name))
  })
}
