import { readFileSync } from 'node:fs'
import Koa from 'koa'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { qrRouter } from '../../src/widget/qr-routes.ts'
import { openBrowser, skipReason } from '../kit/browser.ts'
import { listen } from '../kit/http.ts'
import { type FakeService, fakeService } from './fake-service.ts'

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const snippetsOf = (text: string) =>
  [...text.matchAll(/^```html\n([^`]*)^```$/gm)].map(([, snippet = '']) =>
    snippet.replaceAll('https://YOUR-HOST', 'SERVICE'),
  )

/** Each recipe of docs/embedding.md by its heading, as a reader of the document copies it. */
const recipes = read('docs/embedding.md')
  .split(/^## /m)
  .map((section) => ({ name: section.split('\n')[0] ?? '', markup: snippetsOf(section).join('') }))
  .filter(({ markup }) => markup.includes('<reader-donation'))

describe.skipIf(skipReason)(`what a newsroom copies${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let service: FakeService

  beforeAll(async () => {
    service = await fakeService(await buildWidget())
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    service?.close()
  })

  function readmeLines(): string {
    const [lines = ''] = snippetsOf(read('README.md')).filter((snippet) =>
      snippet.includes('<reader-donation'),
    )
    return lines
  }

  /** How far the text of the page moves until the widget is there: Chromium's layout shift. */
  async function shiftUntilAlive(page: Page): Promise<unknown> {
    await page.goto(`${service.articleUrl}/page`)
    await page.evaluate(`globalThis.shift = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })`)
    await page.getByRole('button').first().waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    return page.evaluate('globalThis.shift')
  }

  test('are the recipes that this test looks for', () => {
    expect(recipes.map(({ name }) => name)).toEqual([
      'Plain HTML',
      'WordPress, without a plugin',
      'Newspack',
      'Ghost',
    ])
  })

  test.each(recipes)(
    'works on a page, and nothing moves when the script is late: $name',
    async ({ markup }) => {
      service.delayScript(700)
      service.page(`</head><body><main><h1>Ferry returns</h1>${markup}<p>And so on.</p></main></body>`)
      service.posted.length = 0
      const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage()
      page.setDefaultTimeout(8000)
      expect(await shiftUntilAlive(page)).toBe(0)
      if (markup.includes('variant="button"')) await page.getByRole('button').click()
      await page.getByRole('button', { name: 'Give $5' }).click()
      await page.waitForURL(`${service.origin}/pay`)
      expect(service.posted).toHaveLength(1)
    },
  )

  const guide = read('docs/embedding.md')
  const roomFor = (words: string) => Number(/\| (\d+)px \|/.exec(guide.split(`| ${words}`)[1] ?? '')?.[1])
  const FEES = { STRIPE_FEE_RATES: 'usd=2.9%+30' }
  const LETTER = { NEWSLETTER_TOOL: 'export' }
  test.each([
    ['amounts and frequencies', 'en', 360, {}],
    ['the fee', 'en', 360, FEES],
    ['the newsletter', 'en', 1280, LETTER],
    ['both', 'fr', 320, { ...FEES, ...LETTER }],
  ])(
    'moves nothing with the two lines of the README, 1.5 s late: %s, in %s at %i px',
    async (words, lang, width, variables) => {
      const lines = readmeLines().replace('min-height: 270px', `min-height: ${roomFor(words)}px`)
      service.delayScript(1500)
      service.variables(variables)
      service.page(`</head><body><main><h1>Ferry returns</h1>${lines}<p>And so on.</p></main></body>`, {
        html: `lang="${lang}"`,
      })
      const page = await (await browser.newContext({ viewport: { width, height: 740 } })).newPage()
      expect(await shiftUntilAlive(page)).toBe(0)
      const height = await page
        .locator('reader-donation')
        .evaluate((one) => one.getBoundingClientRect().height)
      expect(height).toBe(roomFor(words))
      await page.context().close()
      service.variables({})
    },
    15_000,
  )

  test('works with the two lines of the README', async () => {
    service.delayScript(0)
    const lines = readmeLines()
    expect(lines.trim().split('\n')).toHaveLength(2)
    service.page(`</head><body>${lines}</body>`)
    const page = await browser.newPage()
    await page.goto(`${service.articleUrl}/page`)
    await page.getByRole('button', { name: 'Give $5' }).waitFor()
  })

  test('is a QR code of the donation page and never of another one', async () => {
    const server = await listen(new Koa().use(qrRouter('https://give.courier.example').routes()).callback())
    const svgOf = async (query: string) => (await fetch(`${server.url}/donate.svg?${query}`)).text()
    const svg = await svgOf('amount=500&utm_source=print')
    expect(svg).toContain('<svg')
    expect(await svgOf('amount=500&utm_source=print&next=https://evil.example')).toBe(svg)
    expect(await svgOf('amount=700&utm_source=print')).not.toBe(svg)
    await server.close()
  })
})
