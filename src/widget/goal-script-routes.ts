import { fileURLToPath } from 'node:url'
import { Router } from '@koa/router'
import { build } from 'esbuild'
import { answerWith, served } from '../http/precompressed.ts'

/** The script of `<reader-goal>`. */
export async function buildGoalScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./browser/goal.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const source = outputFiles[0]?.text
  if (!source) throw new Error('esbuild returned an empty goal script')
  return source
}

/** `GET /goal.js`, for article pages of any site. */
export async function goalScriptRouter(): Promise<Router> {
  const script = served(await buildGoalScript())
  return new Router().get('/goal.js', (ctx) => {
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('Cache-Control', 'public, max-age=300')
    answerWith(ctx, script, 'text/javascript; charset=utf-8')
  })
}
