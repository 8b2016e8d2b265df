import Koa from 'koa'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'
import { openBrowser, skipReason } from '../kit/browser.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { allViews, plainWords } from './view-samples.ts'

const views = allViews(plainWords)

/** Pages of finance with menus, forms, details, charts and long tables. */
const PAGES = [
  'overview',
  'gifts',
  'donation',
  'donation-refused-refund',
  'donor',
  'deposits',
  'bank-statement-columns',
  'reconciliation',
  'month-item',
  'exports',
  'account-codes',
  'staff',
  'webhook',
  'goals',
  'audit',
  'statements',
]

/** What a keyboard has to reach: visible, not disabled, one button of each group of radio buttons. */
const REACHABLE = `(() => {
  const groups = new Set()
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((one) => {
    if (one.disabled || one.type === 'hidden' || one.tabIndex < 0) return false
    if (!one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return false
    if (one.tagName === 'SUMMARY' && one.parentElement.querySelector(':scope > summary') !== one) return false
    if (one.type !== 'radio') return true
    const isFirst = !groups.has(one.name)
    groups.add(one.name)
    return isFirst
  }).length
})()`

/** The element with the focus: which it is, and whether one sees that it has it. */
const FOCUSED = `(() => {
  const one = document.activeElement
  if (!one || one === document.body || one === document.documentElement) return null
  one.dataset.place ??= String((globalThis.places = (globalThis.places ?? 0) + 1))
  const label = one.closest('.choice, .segment, .tile')
  const rings = [one, ...(label ? [label] : [])].map((each) => getComputedStyle(each))
  const box = one.getBoundingClientRect()
  return {
    place: one.dataset.place,
    what: one.outerHTML.slice(0, 90),
    isSeen: rings.some((ring) => ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2) && box.bottom > 0 && box.top < innerHeight,
  }
})()`

type Focused = { readonly place: string; readonly what: string; readonly isSeen: boolean } | null

describe.skipIf(skipReason)(`finance by keyboard${skipReason ? ` (${skipReason})` : ''}`, () => {
  let browser: Browser
  let page: Page
  let server: TestServer

  beforeAll(async () => {
    const app = new Koa()
    app.use((ctx, next) => {
      const view = views[ctx.path.slice(1)]
      if (view === undefined) return next()
      ctx.type = 'html'
      ctx.body = view
      return undefined
    })
    app.use((await assetsRouter()).routes())
    server = await listen(app.callback())
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test.each(PAGES)(
    '%s: the tab key reaches everything, one sees where it is, and nothing keeps it',
    async (name) => {
      await page.goto(`${server.url}/${name}`)
      // A refused form has the focus at its problems: the way begins at the top.
      await page.focus('.skip-link')
      const expected: number = await page.evaluate(REACHABLE)
      const first: Focused = await page.evaluate(FOCUSED)
      const seen = new Set<string>(first === null ? [] : [first.place])
      const unseen: string[] = []
      for (let step = 0; step < 3 * expected + 10; step += 1) {
        await page.keyboard.press('Tab')
        const focused: Focused = await page.evaluate(FOCUSED)
        if (focused === null) break
        if (!focused.isSeen) unseen.push(focused.what)
        seen.add(focused.place)
      }
      expect(unseen).toEqual([])
      expect(seen.size).toBeGreaterThanOrEqual(expected)
      const after: Focused = await page.evaluate(FOCUSED)
      expect(after).toBe(null)
    },
    60_000,
  )

  test('the first stop of a page leads past its menu, to its content', async () => {
    await page.goto(`${server.url}/overview`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip-link')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.closest("main") !== null')).toBe(true)
  })

  test('details open and close by the keyboard', async () => {
    await page.goto(`${server.url}/donation`)
    await page.focus('details.refund > summary')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.querySelector("details.refund").open')).toBe(true)
    await page.keyboard.press('Space')
    expect(await page.evaluate('document.querySelector("details.refund").open')).toBe(false)
  })

  test('a chart is read without colour: a pattern for each series, and the figures as a table', async () => {
    const withCharts = Object.entries(views).filter(([, view]) => view.includes('class="chart"'))
    expect(withCharts.length).toBeGreaterThan(0)
    for (const [name] of withCharts) {
      await page.goto(`${server.url}/${name}`)
      const charts: { fills: string[]; names: number; rows: number; bars: number }[] =
        await page.evaluate(`[...document.querySelectorAll('figure.chart')].map((chart) => ({
          fills: [...new Set([...chart.querySelectorAll('.drawing.wide .bar')].map((bar) =>
            (bar.getAttribute('fill') ?? 'plain')))],
          names: chart.querySelectorAll('.legend > span').length,
          rows: chart.querySelectorAll('.chart-table tbody tr').length,
          bars: new Set([...chart.querySelectorAll('.drawing.wide .bar')].map((bar) => bar.getAttribute('x'))).size,
        }))`)
      for (const { fills, names, rows, bars } of charts) {
        expect(fills.filter((fill) => fill === 'plain').length).toBeLessThanOrEqual(1)
        expect(fills.length).toBeLessThanOrEqual(Math.max(names, 1))
        expect(rows).toBeGreaterThanOrEqual(bars)
      }
    }
  })
})
