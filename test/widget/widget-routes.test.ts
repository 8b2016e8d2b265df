import Koa from 'koa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { en } from '../../src/text/en/en.ts'
import { buildWidget, type WidgetBundle } from '../../src/widget/widget-bundle.ts'
import { fill, wordsFor } from '../../src/widget/browser/words.ts'
import { widgetRouter } from '../../src/widget/widget-routes.ts'
import { listen, type TestServer } from '../kit/http.ts'

let server: TestServer
let bundle: WidgetBundle
let url = ''

beforeAll(async () => {
  bundle = await buildWidget()
  server = await listen(new Koa().use(widgetRouter(bundle).routes()).callback())
  url = `${server.url}/widget.js`
})
afterAll(() => server.close())

test.each([{ encoding: 'gzip' }, { encoding: 'identity' }])(
  'is served to every site, compressed as $encoding, and not a second time',
  async ({ encoding }) => {
    const headers = { 'accept-encoding': encoding, 'cache-control': 'max-age=0' }
    const first = await fetch(url, { headers })
    expect(first.status).toBe(200)
    expect(await first.text()).toBe(bundle.source)
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=300',
      vary: 'Accept-Encoding',
    })
    expect(first.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null)
    const again = await fetch(url, {
      headers: { ...headers, 'if-none-match': first.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
  },
)

test('is the same each time, below 12 kB in one language and below 6 kB compressed', async () => {
  expect(await buildWidget()).toEqual(bundle)
  expect((await buildWidget({ en })).source.length).toBeLessThan(12 * 1024)
  const compressed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
  expect(Number(compressed.headers.get('content-length'))).toBeLessThan(6 * 1024)
})

test('carries the words of every catalogue', async () => {
  const { source } = await buildWidget({ en, fi: { widget: { chooseAmount: 'Valitse summa' } } })
  expect(source).toContain('Choose an amount')
  expect(source).toContain('Valitse summa')
})

test('speaks the language of the page, or of its base language, or English', () => {
  vi.stubGlobal('WIDGET_WORDS', { en: { lang: 'en' }, pt: { lang: 'pt' }, 'pt-BR': { lang: 'pt-BR' } })
  expect(['pt-BR', 'pt-PT', 'fi', 'en-GB'].map((tag) => wordsFor(tag).lang)).toEqual([
    'pt-BR',
    'pt',
    'en',
    'en',
  ])
  expect(fill('{{verb}} with {{amount}}', { verb: 'Give', amount: '$5' })).toBe('Give with $5')
})
