import { fileURLToPath } from 'node:url'
import { Router } from '@koa/router'
import { build } from 'esbuild'
import { answerWith, served } from '../http/precompressed.ts'

/** @param name of the file in `browser/` */
async function buildScript(name: 'goal' | 'supporters'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./browser/${name}.ts`, import.meta.url))],
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
  if (!source) throw new Error(`esbuild returned an empty script of ${name}`)
  return source
}

/** `GET /goal.js`, for article pages of any site. */
export function goalScriptRouter(): Promise<Router> {
  return scriptRouter('goal')
}

/** `GET /supporters.js`, likewise. */
export function supportersScriptRouter(): Promise<Router> {
  return scriptRouter('supporters')
}

async function scriptRouter(name: 'goal' | 'supporters'): Promise<Router> {
  const script = served(await buildScript(name))
  return new Router().get(`/${name}.js`, (ctx) => {
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('Cache-Control', 'public, max-age=300')
    answerWith(ctx, script, 'text/javascript; charset=utf-8')
  })
}
