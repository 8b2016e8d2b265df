import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, transform } from 'esbuild'
import { served, type Served } from '../http/precompressed.ts'
import type { Language } from '../text/languages.ts'
import { catalogues } from '../text/text.ts'
import type { WidgetData } from './browser/data.ts'
import { moreWords } from './widget-words.ts'

/** The scripts of article pages. The code never changes while the service runs; what is put in front of it may. */
export type WidgetBundle = {
  /** The widget with a newsroom's data. */
  readonly script: (data: WidgetData) => Served
  /** The module for own amounts, in one language. */
  readonly more: (lang: Language) => Served
}

/** Puts the stylesheet into the script as minified text. */
const stylesheetAsText: Plugin = {
  name: 'stylesheet-as-text',
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      // A custom property keeps its spaces, because its value could be anything; here they mean nothing.
      const tight = code.replace(/(--[\w-]+)([:,]) (?=var|[#\d])/g, '$1$2')
      return { contents: tight.trim(), loader: 'text' }
    })
  },
}

/** Bundles the browser's code into scripts without dependencies, for browsers from 2020 on. */
export async function buildWidget(): Promise<WidgetBundle> {
  const [widget, more] = await Promise.all([bundled('element.ts', 'iife'), bundled('more.ts', 'esm')])
  return {
    // A name inside of a block is no global of the article's page.
    script: (data) => served(`{const WIDGET_DATA=${jsonInScript(data)};${widget}}`),
    more: (lang) => served(`const MORE_WORDS=${jsonInScript(moreWords(lang, catalogues[lang]))};${more}`),
  }
}

/**
 * JSON as a value in JavaScript. A name with `</script>` or `<!--` would end a script that somebody has pasted into a page,
 * and browsers before ES2019 take U+2028 and U+2029 for line ends.
 */
function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

async function bundled(file: string, format: 'iife' | 'esm'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./browser/${file}`, import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format,
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [stylesheetAsText],
  })
  // Inside of a block the directive means nothing.
  const code = outputFiles[0]?.text.trim().replace(/^"use strict";/, '')
  if (!code) throw new Error(`esbuild returned nothing for ${file}`)
  return code
}
