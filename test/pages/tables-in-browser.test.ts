import Koa from 'koa'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'
import { openBrowser, skipReason } from '../kit/browser.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { allViews, plainWords } from './view-samples.ts'

/** Finance's pages with tables, on a desk and on paper, by name. */
const pages = Object.entries(allViews(plainWords)).filter(([, page]) => page.includes('<caption'))

describe.skipIf(skipReason)(`tables in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let page: Page
  let server: TestServer

  beforeAll(async () => {
    const views = new Map(pages)
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
    browser = await openBrowser()
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

  test.each(pages.map(([name]) => name))(
    '%s has no table whose caption repeats its heading',
    async (name) => {
      await page.goto(`${server.url}/${name}`)
      for (const media of ['screen', 'print'] as const) {
        await page.emulateMedia({ media })
        expect([media, await page.evaluate(REPEATED_HEADINGS)]).toEqual([media, []])
      }
    },
  )
})
