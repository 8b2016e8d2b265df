import { describe, expect, it } from 'vitest'
import { en } from '../../src/text/en/en.ts'
import { sourceFiles, type SourceFile } from './source-files.ts'

/**
 * What people read stands in the catalogue (`src/text/`). Only developers see the pages of the offline Stripe and those
 * under `pages/dev/`, so their words stay where they are.
 */
const EXEMPT = /^(stripe-sandbox|pages\/dev)\//

const withTemplates = sourceFiles.filter(({ name, code }) => code.includes('html`') && !EXEMPT.test(name))
const showing = sourceFiles.filter(({ name }) =>
  /^receipts\/receipt(-pdf)?\.ts$|^widget\/browser\//.test(name),
)
const routes = sourceFiles.filter(({ name }) =>
  /^pages\/(reader|finance)\/.*(-routes|-form|-requests)\.ts$/.test(name),
)

/** Names of a tagged PDF's structure elements. */
const PDF_STRUCTURE = /^receipts\/receipt-pdf\.ts: (Document|Table|Row)$/

describe('the words that people read', () => {
  it('are not written into the templates of views', () => {
    expect(withTemplates.length).toBeGreaterThan(12)
    expect(listed(withTemplates, textIn)).toEqual([])
  })

  it('are not quoted in views, receipts and the widget', () => {
    expect(showing.length).toBeGreaterThan(8)
    const found = listed([...withTemplates, ...showing], quotedIn)
    expect(found.filter((text) => !PDF_STRUCTURE.test(text))).toEqual([])
  })

  it('are not quoted in the routes of pages', () => {
    expect(routes.length).toBeGreaterThan(8)
    // A single capitalised word there is the name of a header.
    const several = (code: string) => quotedIn(code).filter((text) => text.includes(' '))
    expect(listed(routes, several)).toEqual([])
  })
})

describe('the English catalogue', () => {
  const code = sourceFiles.filter(({ name }) => !name.startsWith('text/')).map((file) => file.code)
  const keys = Object.values(en).flatMap((part) => keysOf(part))

  it('has no message that no code asks for', () => {
    expect(keys.length).toBeGreaterThan(3000)
    const asked = keysIn(code.join('\n'))
    expect(keys.filter((key) => !isAskedFor(key, asked))).toEqual([])
  })

  it('is searched for keys that are quoted, put together and chosen by a number or a context', () => {
    const asked = keysIn("t('a.b') t(`c.${kind}.title`) t(`${name}.d`)")
    const isFound = (key: string) => isAskedFor(key, asked)
    const found = ['a.b', 'a.b_one', 'a.b_donation', 'c.paid.title']
    expect([...found, 'a', 'c.title', 'c.paid', 'x.d'].filter(isFound)).toEqual(found)
  })
})

/** The keys of the messages of one part: `donate.amount`. */
function keysOf(words: object): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [key] : keysOf(Object(value) as object).map((rest) => `${key}.${rest}`),
  )
}

type AskedKeys = { readonly quoted: ReadonlySet<string>; readonly patterns: readonly RegExp[] }

/** The keys of messages that code may ask for. One whose first part is a value could be any, so it counts for none. */
function keysIn(code: string): AskedKeys {
  const quoted = new Set(Array.from(code.matchAll(/'([\w.]+)'/g), ([, key = '']) => key))
  const templates = Array.from(code.matchAll(/`([\w.]+(?:\$\{[^{}`]*\}[\w.]*)+)`/g), ([, key = '']) => key)
  const patterns = [...new Set(templates)].map(
    (key) =>
      new RegExp(
        `^${key
          .split(/\$\{[^{}`]*\}/)
          .map((part) => part.replaceAll('.', '\\.'))
          .join('\\w+')}$`,
      ),
  )
  return { quoted, patterns }
}

/** A number or a context chooses between the forms of a message, whose keys end in `_one` or `_donation`. */
function isAskedFor(key: string, { quoted, patterns }: AskedKeys): boolean {
  const forms = [key, key.replace(/_[a-z]+$/, ''), key.replace(/(_[a-z]+){1,2}$/, '')]
  return forms.some((form) => quoted.has(form) || patterns.some((pattern) => pattern.test(form)))
}

function listed(files: readonly SourceFile[], find: (code: string) => string[]): string[] {
  return files.flatMap(({ name, code }) => find(code).map((text) => `${name}: ${text}`))
}

describe('the scanner of views', () => {
  const view = `
    const link = html\`<a href="/x" title="Go there">\${t('a.b')} <b class="bold one">Now</b></a>\`
    html\`<p aria-label="\${t('a.c')}">\${list.map((name) => html\`<i>\${name}</i>, and\`)}</p> &amp; –\`
    cell('Two words', \`\${name}-id\`, 'number')`

  it('finds text between tags and in attributes that browsers show or read out', () => {
    expect(textIn(view)).toEqual(['title="Go there"', 'Now', ', and'])
  })

  it('finds quoted text that reads like words for people', () => {
    expect(quotedIn(view)).toEqual(['Two words'])
  })
})

/** Text with letters in the `html` templates: between tags, and in attributes that browsers show or read out. */
function textIn(code: string): string[] {
  const isAttribute = /^\s*(checked|selected|[a-z-]+="[^"]*")\s*$/
  return templatesIn(code).flatMap((markup) => {
    if (isAttribute.test(markup)) return []
    const attributes = markup.match(/\b(?:aria-label|title|placeholder|alt)="[^"]*\p{L}[^"]*"/gu) ?? []
    const texts = markup.split(/<[^>]*>|&\w+;|\0/).map((text) => text.trim())
    return [...attributes, ...texts.filter((text) => /\p{L}/u.test(text))]
  })
}

/** Quoted strings that begin with a capital letter and a small one, or have several words. */
function quotedIn(code: string): string[] {
  const withoutImports = code.replace(/^(import|}) .*from '.*$|\bnew Error\('.*'\)/gm, '')
  const quoted = Array.from(withoutImports.matchAll(/'([^'\n]*)'/g), ([, text = '']) => text)
  // A list of currency codes is no sentence.
  const isCodes = (text: string) => /^[a-z]{3}( [a-z]{3})*$/.test(text)
  return quoted.filter((text) => /^\p{Lu}\p{Ll}|\p{L} \p{L}/u.test(text) && !isCodes(text))
}

/** The markup of every `html` template; `\0` stands for each value in it. */
function templatesIn(code: string): string[] {
  const found: string[] = []
  let at = 0

  const readTemplate = (isMarkup: boolean): void => {
    const place = isMarkup ? found.push('') - 1 : -1
    let markup = ''
    while (at < code.length && code[at] !== '`') {
      if (code.startsWith('${', at)) {
        at += 2
        readCode()
        markup += '\0'
      } else {
        markup += code[at]
        at += 1
      }
    }
    at += 1
    if (isMarkup) found[place] = markup
  }

  /** Up to the `}` that closes a value, or to the end. */
  const readCode = (): void => {
    for (let depth = 0; at < code.length; at += 1) {
      const char = code[at]
      if (char === '`') {
        const isMarkup = code.slice(at - 4, at) === 'html'
        at += 1
        readTemplate(isMarkup)
        at -= 1
      } else if (char === "'" || char === '"') at = code.indexOf(char, at + 1)
      else if (char === '{') depth += 1
      else if (char === '}' && depth === 0) {
        at += 1
        return
      } else if (char === '}') depth -= 1
    }
  }

  readCode()
  return found
}
