import { readFileSync } from 'node:fs'
import Koa from 'koa'
import type { Browser } from 'playwright-core'
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
      await page.goto(`${service.articleUrl}/page`)
      await page.evaluate(`globalThis.shift = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })`)
      await page.getByRole('button').first().waitFor()
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      expect(await page.evaluate('globalThis.shift')).toBe(0)
      if (markup.includes('variant="button"')) await page.getByRole('button').click()
      await page.getByRole('button', { name: 'Give $5' }).click()
      await page.waitForURL(`${service.origin}/pay`)
      expect(service.posted).toHaveLength(1)
    },
  )

  test('works with the two lines of the README', async () => {
    service.delayScript(0)
    const [lines = ''] = snippetsOf(read('README.md')).filter((snippet) =>
      snippet.includes('<reader-donation'),
    )
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
