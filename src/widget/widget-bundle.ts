import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, transform } from 'esbuild'

export type WidgetBundle = { readonly source: string; readonly etag: string }

/** The stylesheet travels inside the script, minified, as text. */
const stylesheetAsText: Plugin = {
  name: 'stylesheet-as-text',
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

/** Bundles the browser's code once at start: one classic script, no dependency, for browsers from 2020 on. */
export async function buildWidget(): Promise<WidgetBundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./browser/element.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [stylesheetAsText],
  })
  const source = outputFiles[0]?.text
  if (!source) throw new Error('The widget bundle came out empty')
  return { source, etag: `"${createHash('sha256').update(source).digest('base64url').slice(0, 22)}"` }
}
