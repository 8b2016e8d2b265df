import { readdirSync, readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { directionOf, languages, type Language } from '../../src/text/languages.ts'
import { textFor } from '../../src/text/text.ts'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { englishAmong, wordsOfNobody } from '../text/words-of-languages.ts'
import { readerSentences, readerViews } from './samples/reader-samples.ts'

const assets = new URL('../../src/pages/assets/', import.meta.url)
const stylesheets = readdirSync(assets)
  .filter((name) => name.endsWith('.css'))
  .map((name): [string, string] => [`/assets/${name}`, readFileSync(new URL(name, assets), 'utf8')])

/**
 * The pages of readers in every language. The document stays and gets one page after the other, with the stylesheets that
 * the page names, so that nothing is fetched and axe is loaded once. Colours are those of the English pages, which
 * `views-in-browser` checks in light and dark.
 */
describe.skipIf(skipReason)(`readers’ pages in every language${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser({ draws: false })
    page = await browser.newPage({ viewport: { width: 320, height: 700 } })
    await page.setContent('<!doctype html><html><head></head><body></body></html>')
    await page.evaluate(`globalThis.sheets = ${JSON.stringify(stylesheets)}.map(([href, css]) => {
        const style = document.head.appendChild(document.createElement('style'))
        style.textContent = css
        return [href, style.sheet]
      })`)
  })
  afterAll(() => browser?.close())

  async function shown(html: string): Promise<Shown> {
    const seen: unknown = await page.evaluate(`(${SHOW})(${JSON.stringify(html)})`)
    return seen as Shown // the shape that SHOW returns
  }

  const everyPage = (language: Language) => readerViews(wordsOfNobody, textFor(language))
  const everySentence = (language: Language) => readerSentences(wordsOfNobody, textFor(language))

  test.each(languages)(
    'are in %s alone, in its direction, accessible, and fit the narrowest phone',
    async (language: Language) => {
      const wrong = await wrongIn(everyPage(language), language, () =>
        // `views-in-browser` has the English ones.
        language === 'en' ? Promise.resolve([]) : axeFindings(page, ['color-contrast']),
      )
      expect(wrong).toEqual({})
      expect(Object.keys(everyPage(language)).length).toBeGreaterThan(40)
    },
  )

  test.each(languages)(
    'say in %s why something is refused, and fit the narrowest phone then',
    async (language: Language) => {
      expect(await wrongIn(everySentence(language), language, () => Promise.resolve([]))).toEqual({})
      expect(Object.keys(everySentence(language)).length).toBeGreaterThan(15)
    },
  )

  async function wrongIn(
    views: Readonly<Record<string, string>>,
    language: Language,
    axe: () => Promise<string[]>,
  ): Promise<Record<string, unknown>> {
    const wrong: Record<string, unknown> = {}
    for (const [name, html] of Object.entries(views)) {
      const { lang, dir, texts, overflow, brokenNumbers } = await shown(html)
      const found = {
        page: lang === language && dir === directionOf(language) ? [] : [lang, dir],
        english: language === 'en' ? [] : englishAmong(texts, language),
        overflow: overflow > 0 ? [overflow] : [],
        brokenNumbers,
        axe: await axe(),
      }
      if (Object.values(found).some((list) => list.length > 0)) wrong[name] = found
    }
    return wrong
  }
})

type Shown = {
  readonly lang: string
  readonly dir: string
  /** What the page says to the eye and to a screen reader, except what is marked as another language. */
  readonly texts: string[]
  /** By how many pixels the page is wider than the window. */
  readonly overflow: number
  /** Receipts' numbers of which a part stands on another line. */
  readonly brokenNumbers: string[]
}

const SHOW = `(html) => {
  const next = new DOMParser().parseFromString(html, 'text/html')
  const { lang, dir } = next.documentElement
  Object.assign(document.documentElement, { lang, dir })
  document.title = next.title
  const named = [...next.querySelectorAll('link[rel=stylesheet]')].map((link) => link.getAttribute('href'))
  for (const [href, sheet] of sheets) sheet.disabled = !named.includes(href)
  document.body.replaceWith(document.adoptNode(next.body))
  const texts = [next.title, ...[...next.querySelectorAll('meta[content]')].map((meta) => meta.content)]
  const brokenNumbers = []
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      for (const { 0: number, index } of node.data.matchAll(/\\d{4}-\\d{6}/g)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + number.length)
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) brokenNumbers.push(number)
      }
      return texts.push(node.data)
    }
    if (node.nodeType !== Node.ELEMENT_NODE || (node.lang && node.lang !== lang)) return
    for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'data-failed'])
      if (node.hasAttribute(name)) texts.push(node.getAttribute(name))
    node.childNodes.forEach(walk)
  }
  walk(document.body)
  const overflow = document.documentElement.scrollWidth - innerWidth
  return { lang, dir, texts: texts.filter((text) => text.trim() !== ''), overflow, brokenNumbers }
}`
