import Koa from 'koa'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { challengeRouter } from '../../src/widget/challenge-routes.ts'
import { widgetRouter } from '../../src/widget/widget-routes.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { settingsOf } from '../widget/newsroom-data.ts'
import { axeFindings, checksEveryDocument, openBrowser, RULES_OF_LAYOUT, skipReason } from '../kit/browser.ts'
import { allViews, plainWords } from './view-samples.ts'

const views = allViews(plainWords)

describe.skipIf(skipReason)(`every page in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  let server: TestServer

  beforeAll(async () => {
    const app = new Koa()
    app.use((ctx, next) => {
      ctx.set('Content-Security-Policy', "default-src 'self'; base-uri 'none'")
      const view = views[ctx.path.slice(1)]
      if (view === undefined) return next()
      ctx.type = 'html'
      ctx.body = view
      return undefined
    })
    app.use((await assetsRouter()).routes())
    app.use(widgetRouter(await buildWidget(), () => settingsOf(), 'The Harbour Post').routes())
    app.use((await challengeRouter()).routes())
    server = await listen(app.callback())
    // What is asked of a page is laid out for the answer; drawing each width would cost as much as axe's rules.
    browser = await openBrowser({ optimises: false, draws: false })
    page = await browser.newPage()
    await checksEveryDocument(page)
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  /** Finance's pages are filed on paper, where nobody fills in a form. */
  const PRINTED_FORMS = `[...document.querySelectorAll('.wide main form')].filter((form) => form.offsetParent !== null).length`

  /** On paper a table keeps the names of its columns, which a phone shows beside each figure, and repeats them on each page. */
  const NAMELESS_TABLES = `[...document.querySelectorAll('.wide main table.folding')].filter(({ tHead, offsetWidth }) => offsetWidth > 0
    && !(tHead && tHead.offsetWidth >= 50 && getComputedStyle(tHead).display === 'table-header-group')).length`

  const OVERFLOW = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)'
  /** 210 mm without the margins of print.css, at 96 pixels an inch. */
  const A4_WIDTH = 680

  // The narrowest phone in light colours (WCAG 1.4.10 asks for 320 pixels) and a desk in dark ones. What does not depend on
  // either is judged once, where the most of a page is to be seen.
  const settings = [
    { colorScheme: 'light', width: 320, height: 640, rules: RULES_OF_LAYOUT },
    { colorScheme: 'dark', width: 1280, height: 800, rules: [] },
  ] as const

  test.each(Object.keys(views))(
    '%s has no accessibility violation, does not overflow and keeps its content security policy',
    async (name) => {
      complaints.length = 0
      await page.goto(`${server.url}/${name}`)
      for (const { colorScheme, width, height, rules } of settings) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height })
        expect(await axeFindings(page, [], rules)).toEqual([])
        expect([width, await page.evaluate(OVERFLOW)]).toEqual([width, 0])
      }
      // A phone, a desk at 200 % zoom (WCAG 1.4.4), and a tablet: still in dark colours.
      for (const width of [360, 640, 768]) {
        await page.setViewportSize({ width, height: 800 })
        expect([width, await page.evaluate(OVERFLOW)]).toEqual([width, 0])
      }
      expect(complaints).toEqual([])
      await page.emulateMedia({ media: 'print' })
      await page.setViewportSize({ width: A4_WIDTH, height: 1000 })
      expect(['A4', await page.evaluate(OVERFLOW)]).toEqual(['A4', 0])
      expect(await page.evaluate(PRINTED_FORMS)).toBe(0)
      expect(await page.evaluate(NAMELESS_TABLES)).toBe(0)
      await page.emulateMedia({ media: 'screen' })
    },
    30_000,
  )
})
