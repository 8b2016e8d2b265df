import Koa from 'koa'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'
import { openBrowser, skipReason } from '../kit/browser.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { allViews, plainWords } from './view-samples.ts'

const isTable = ([, page]: readonly [string, string]) => page.includes('<caption')
/** Finance's pages with tables, by name. */
const pages = Object.entries(allViews(plainWords)).filter(isTable)
/** The same pages, full of names and titles that are wider than any paper, and whose words are wider than any column. */
const word = 'Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstelle'
const wide = `${word} ${word} ${word}`
const widePages = Object.entries(
  allViews({
    ...plainWords,
    name: wide,
    title: wide,
    message: wide,
    campaign: wide,
    email: `${word}@mail.example`,
  }),
).filter(isTable)

describe.skipIf(skipReason)(`tables in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let page: Page
  let server: TestServer

  beforeAll(async () => {
    const views = new Map([...pages, ...widePages.map(([name, view]) => [`wide/${name}`, view] as const)])
    const app = new Koa()
    app.use((ctx, next) => {
      const view = views.get(ctx.path.slice(1))
      if (view === undefined) return next()
      ctx.type = 'html'
      ctx.body = view
      return undefined
    })
    app.use((await assetsRouter()).routes())
    server = await listen(app.callback())
    browser = await openBrowser({ optimises: false, draws: false })
    page = await browser.newPage()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  /** The captions that are seen and that only repeat the heading above them. */
  const REPEATED_HEADINGS = `[...document.querySelectorAll('caption')].filter((caption) => caption.offsetWidth > 1)
    .map((caption) => [caption.innerText.trim(), [...document.querySelectorAll('h1, h2, h3')]
      .findLast((heading) => heading.compareDocumentPosition(caption) & Node.DOCUMENT_POSITION_FOLLOWING)?.innerText.trim()])
    .filter(([caption, heading]) => caption === heading).map(([caption]) => caption)`

  /** Words of column names that are broken within, donors' names too, and numbers of receipts that are on two lines. */
  const BROKEN = `(() => {
    const broken = []
    for (const cell of document.querySelectorAll('th, .gifts .who, .gifts .receipt a')) {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const whole = cell.tagName === 'A' ? /\\S+/g : /[^\\s-]+/g
        for (const { 0: word, index } of walker.currentNode.data.matchAll(whole)) {
          const range = document.createRange()
          range.setStart(walker.currentNode, index)
          range.setEnd(walker.currentNode, index + word.length)
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word)
        }
      }
    }
    return broken
  })()`

  /** Cards of a phone in which the cells do not begin in one line. */
  const UNEVEN = `[...document.querySelectorAll('.folding:not(.lines, .figures, .statement) tbody tr')]
    .filter((row) => row.offsetWidth > 0 && new Set([...row.cells].map((cell) => getComputedStyle(cell).paddingLeft)).size > 1).length`

  /** Where a folded part is marked on a screen, its heading begins on paper. */
  const MARKED = `[...document.querySelectorAll('.item-group > summary')]
    .filter((summary) => getComputedStyle(summary, '::before').content !== 'none').length`

  const OVERFLOW = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)'

  /** A4 upright and across, without the margins of print.css, at 96 pixels an inch. */
  const PAPER = [680, 1009]
  const TABLET = 768
  const PHONE = 360

  test.each(pages.map(([name]) => name))(
    '%s has no caption that repeats its heading and no column name that is broken within a word',
    async (name) => {
      await page.goto(`${server.url}/${name}`)
      for (const media of ['screen', 'print'] as const) {
        await page.emulateMedia({ media })
        for (const width of media === 'screen' ? [TABLET] : PAPER) {
          await page.setViewportSize({ width, height: 1000 })
          const found = {
            headings: await page.evaluate(REPEATED_HEADINGS),
            broken: await page.evaluate(BROKEN),
          }
          expect([media, width, found]).toEqual([media, width, { headings: [], broken: [] }])
        }
      }
      expect(await page.evaluate(MARKED)).toBe(0)
      await page.emulateMedia({ media: 'screen' })
      await page.setViewportSize({ width: PHONE, height: 800 })
      expect(await page.evaluate(UNEVEN)).toBe(0)
    },
  )

  test.each(widePages.map(([name]) => name))(
    '%s wraps long words and titles within its paper',
    async (name) => {
      await page.goto(`${server.url}/wide/${name}`)
      await page.emulateMedia({ media: 'print' })
      for (const width of PAPER) {
        await page.setViewportSize({ width, height: 1000 })
        expect([width, await page.evaluate(OVERFLOW)]).toEqual([width, 0])
      }
    },
  )
})
