import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, transform } from 'esbuild'
import type { Catalogue } from '../text/catalogue.ts'
import { catalogues } from '../text/text.ts'
import { widgetWords } from './widget-words.ts'

export type WidgetBundle = { readonly source: string; readonly etag: string }

/** Puts the stylesheet into the script as minified text. */
const stylesheetAsText: Plugin = {
  name: 'stylesheet-as-text',
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    })
  },
}

/** Bundles the browser's code into one classic script without dependencies, for browsers from 2020 on. */
export async function buildWidget(
  languages: Readonly<Record<string, Catalogue>> = catalogues,
): Promise<WidgetBundle> {
  const words = Object.fromEntries(
    Object.entries(languages).flatMap(([language, catalogue]) =>
      catalogue.widget ? [[language, widgetWords(language, catalogue)]] : [],
    ),
  )
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
    define: { WIDGET_WORDS: JSON.stringify(words) },
    plugins: [stylesheetAsText],
  })
  const source = outputFiles[0]?.text
  if (!source) throw new Error('esbuild returned an empty widget bundle')
  return { source, etag: `"${createHash('sha256').update(source).digest('base64url').slice(0, 22)}"` }
}
