import Koa from 'koa'
import { Router } from '@koa/router'
import type { Browser } from 'playwright-core'
import { buildWidget } from '../../src/widget/widget-bundle.ts'
import { widgetRouter } from '../../src/widget/widget-routes.ts'
import { openBrowser, skipReason } from '../kit/browser.ts'
import { listen } from '../kit/http.ts'
import { dataOf, settingsOf } from '../widget/newsroom-data.ts'
import { shown, spreadOf, table } from './figures.ts'
import type { BenchOptions } from './options.ts'

/*
 * What the widget costs an article's reader: its bytes, how long a slow phone takes until the reader can give, and how far the text
 * moves when the script is late. An empty page and the bare link are measured in turns with it on the same profile.
 */

const GOALS = { bytes: 6 * 1024, shift: 0 }
/** A slow phone: a processor four times slower, and what Lighthouse calls slow 4G. */
const PHONE = { slower: 4, latencyMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8 }
const LATE_MS = 1_500

const LINK = '<a href="/donate">Support us</a>'
const CONTENDERS = {
  'empty page': '',
  'bare link': LINK,
  widget: `<script src="/widget.js" async></script><style>reader-donation{display:block;min-height:270px}</style>
    <reader-donation>${LINK}</reader-donation>`,
} as const
type Contender = keyof typeof CONTENDERS

/** When there is something to click, or, on the empty page, when the document is there; in ms from the navigation's start. */
const ALIVE = `new Promise((alive) => {
  const look = () => {
    const widget = document.querySelector('reader-donation')
    const isThere = widget ? widget.shadowRoot?.querySelector('button') : document.readyState !== 'loading'
    isThere ? alive(performance.now()) : setTimeout(look, 2)
  }
  look()
})`
const SHIFT = `new Promise((seen) => {
  let shift = 0
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value })
    .observe({ type: 'layout-shift', buffered: true })
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => seen(shift), 50)))
})`

export async function benchWidget(
  { rounds }: Pick<BenchOptions, 'rounds'>,
  say: (text: string) => void,
): Promise<void> {
  const bundle = await buildWidget()
  const data = dataOf()
  const row = (name: string, made: { text: string; gzip: Buffer; brotli: Buffer }) =>
    [name, Buffer.byteLength(made.text), made.gzip.length, made.brotli.length].map(String)
  say('\nWidget: bytes\n\n')
  say(
    table([
      ['', 'raw', 'gzip', 'brotli'],
      row(`/widget.js, at most ${GOALS.bytes} wanted`, bundle.script(data)),
      row('/widget-more.js, at the first touch', bundle.more('en')),
    ]),
  )
  if (skipReason) return say(`\nWidget: not measured in a browser, ${skipReason}\n`)

  let lateMs = 0
  const pages = new Router().get('/page/:name', (ctx) => {
    const name = decodeURIComponent(ctx.params['name'] ?? '') as Contender // only this file asks
    ctx.type = 'html'
    ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ferry returns</title>
      <meta name="viewport" content="width=device-width"><body><h1>Ferry returns</h1>${CONTENDERS[name]}<p>And so on.</p>`
  })
  const app = new Koa().use(async (ctx, next) => {
    if (ctx.path === '/widget.js' && lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs))
    return next()
  })
  app.use(widgetRouter(bundle, () => settingsOf(), 'The Harbour Post').routes()).use(pages.routes())
  const server = await listen(app.callback())
  const browser = await openBrowser()
  const names = Object.keys(CONTENDERS) as Contender[] // its keys
  const aliveMs = new Map(names.map((name): [Contender, number[]] => [name, []]))
  const shifts: number[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names)
        aliveMs.get(name)?.push((await visited(browser, `${server.url}/page/${name}`)).aliveMs)
      lateMs = LATE_MS
      shifts.push((await visited(browser, `${server.url}/page/widget`)).shift)
      lateMs = 0
    }
  } finally {
    await browser.close()
    await server.close()
  }
  say(
    `\nWidget: ms until the reader can give, on a phone ${PHONE.slower} times slower with ${PHONE.latencyMs} ms of latency; ${rounds} rounds, median (middle half)\n\n`,
  )
  say(table(names.map((name) => [name, shown(spreadOf(aliveMs.get(name) ?? []), 0)])))
  say(
    `\nWidget: layout shift when its script is ${LATE_MS} ms late, ${GOALS.shift} wanted: ${Math.max(...shifts)}\n`,
  )
}

async function visited(browser: Browser, url: string): Promise<{ aliveMs: number; shift: number }> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: PHONE.slower })
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: PHONE.latencyMs,
    downloadThroughput: PHONE.bytesPerSecond,
    uploadThroughput: PHONE.bytesPerSecond,
  })
  await page.goto(url, { waitUntil: 'commit' })
  const aliveMs = Number(await page.evaluate(ALIVE))
  const shift = Number(await page.evaluate(SHIFT))
  await context.close()
  return { aliveMs, shift }
}
