import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { runInNewContext } from 'node:vm'
import Koa from 'koa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReaderSettings } from '../../src/checkout/reader-settings.ts'
import { languages } from '../../src/text/languages.ts'
import { fill } from '../../src/widget/browser/words.ts'
import { buildWidget, type WidgetBundle } from '../../src/widget/widget-bundle.ts'
import { widgetData } from '../../src/widget/widget-data.ts'
import { widgetRouter } from '../../src/widget/widget-routes.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { dataOf, settingsOf } from './newsroom-data.ts'

let server: TestServer
let bundle: WidgetBundle
let settings: ReaderSettings = settingsOf()

beforeAll(async () => {
  bundle = await buildWidget()
  const router = widgetRouter(bundle, () => settings, 'The Harbour Post')
  server = await listen(new Koa().use(router.routes()).callback())
})
afterAll(() => server.close())

const paths = ['/widget.js', '/widget-more.js', '/widget.json']

test.each(paths.flatMap((path) => ['br', 'gzip', 'identity'].map((encoding) => ({ path, encoding }))))(
  '$path is served to every site, compressed as $encoding, and not a second time',
  async ({ path, encoding }) => {
    const headers = { 'accept-encoding': encoding, 'cache-control': 'max-age=0' }
    const first = await fetch(server.url + path, { headers })
    expect(first.status).toBe(200)
    expect(await first.text()).toContain('{')
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^(text\/javascript|application\/json); charset=utf-8$/),
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=300',
      vary: 'Accept-Encoding',
    })
    expect(first.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding)
    const again = await fetch(server.url + path, {
      headers: { ...headers, 'if-none-match': first.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
  },
)

test('says the same in every encoding, and the same each time', async () => {
  const { text, hash, brotli, gzip } = bundle.script(dataOf())
  expect([brotliDecompressSync(brotli).toString(), gunzipSync(gzip).toString()]).toEqual([text, text])
  expect((await buildWidget()).script(dataOf()).hash).toBe(hash)
})

// A reader's page loads one script; the second one only at the first touch.
test.each(languages)('loads at most 6 KB on an article in %s, and 4 KB more at the first touch', (lang) => {
  const longest = {
    NEWSROOM_LEGAL_STATUS: 'fiscally_sponsored',
    NEWSROOM_FISCAL_SPONSOR: 'The Open Press Fund',
    NEWSLETTER_TOOL: 'export',
    PAYMENT_METHODS: 'card,apple_pay,google_pay,bank',
  }
  expect(bundle.script(dataOf(longest, { lang })).brotli.length).toBeLessThanOrEqual(6 * 1024)
  expect(bundle.more(lang).brotli.length).toBeLessThanOrEqual(4 * 1024)
})

test('carries the newsroom’s settings, and its ETag changes with them', async () => {
  const etag = async () => (await fetch(`${server.url}/widget.js`)).headers.get('etag')
  const before = await etag()
  settings = settingsOf({ CURRENCIES: 'eur', SUGGESTED_AMOUNTS: '400,900', FREQUENCIES: 'monthly,once' })
  expect(await etag()).not.toBe(before)
  expect(await (await fetch(`${server.url}/widget.js`)).text()).toContain('"amounts":[400,900]')
  expect(await (await fetch(`${server.url}/widget.json`)).json()).toMatchObject({
    frequencies: ['monthly', 'once'],
    currency: { code: 'eur', minorDigits: 2, minimum: 50 },
  })
  settings = settingsOf()
})

test('carries a newsroom’s name as a value alone, whatever is in it', () => {
  const odd = `"'\`\\</script><!--<script>]]>\u2028\u2029\n*/}\${alert(1)};alert(2)//`
  const sponsored = { NEWSROOM_LEGAL_STATUS: 'fiscally_sponsored', NEWSROOM_FISCAL_SPONSOR: odd }
  const offered = settingsOf({ ...sponsored, NEWSLETTER_TOOL: 'export' })
  const data = widgetData(offered, odd, { lang: null, currency: null })
  const { text } = bundle.script(data)
  expect(text).not.toMatch(/<\/script|<!--|[\u2028\u2029]/i)
  // The script itself needs a page: what stands after the data is left out.
  const [, value = ''] = /^\{const WIDGET_DATA=(.*?);(?:\(\(\)|var )/s.exec(text) ?? []
  expect(runInNewContext(`(${value})`)).toEqual(data)
  expect(value).toContain('alert(2)')
})

test('takes a language and a currency by its address, and its own where the newsroom offers no such', async () => {
  settings = settingsOf({ CURRENCIES: 'usd,eur', LANGUAGES: 'en,de', NEWSROOM_LANGUAGE: 'de' })
  const asked = async (query: string) => {
    const { lang, currency } = Object(await (await fetch(`${server.url}/widget.json${query}`)).json())
    return [lang, currency.code]
  }
  expect(await asked('')).toEqual(['de', 'usd'])
  expect(await asked('?lang=en-GB&currency=EUR')).toEqual(['en', 'eur'])
  expect(await asked('?lang=fr&currency=gbp')).toEqual(['de', 'usd'])
  settings = settingsOf()
})

test('words a gift and its taxes by the newsroom’s legal status', () => {
  const words = (NEWSROOM_LEGAL_STATUS: string, more = {}) => dataOf({ NEWSROOM_LEGAL_STATUS, ...more }).words
  expect(words('for_profit')).toMatchObject({ giveOnce: 'Give {{amount}}', tax: 'Not tax-deductible.' })
  expect(words('charity', { NEWSROOM_TAX_ID: '1' })).toMatchObject({
    giveOnce: 'Donate {{amount}}',
    tax: 'Tax-deductible as the law allows.',
  })
  expect(words('fiscally_sponsored', { NEWSROOM_FISCAL_SPONSOR: 'Open Fund' }).tax).toContain('Open Fund')
})

test('names no way to pay unless the newsroom says that its account offers it', () => {
  expect(dataOf().words.trust).toBe('Secure payment by Stripe')
  const PAYMENT_METHODS = 'card,apple_pay,google_pay,link,paypal,bank'
  expect(dataOf({ PAYMENT_METHODS }).words.trust).toBe(
    'Secure payment by Stripe · card, Apple Pay, Google Pay, Link, PayPal, bank',
  )
  expect(dataOf({ PAYMENT_METHODS }, { lang: 'ar' }).words.trust).toContain(
    'بطاقة، \u2068Apple Pay\u2069، \u2068Google Pay\u2069،',
  )
})

test('puts values into messages', () => {
  expect(fill('{{verb}} with {{amount}}', { verb: 'Give', amount: '$5' })).toBe('Give with $5')
})
