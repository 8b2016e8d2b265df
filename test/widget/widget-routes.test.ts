import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildWidget, type WidgetBundle } from '../../src/widget/widget-bundle.ts'
import { widgetRouter } from '../../src/widget/widget-routes.ts'

const server = createServer()
let bundle: WidgetBundle
let url = ''

beforeAll(async () => {
  bundle = await buildWidget()
  server.on('request', new Koa().use(widgetRouter(bundle).routes()).callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/widget.js`
})
afterAll(() => server.close())

test.each([{ encoding: 'gzip' }, { encoding: 'identity' }])(
  'the script for any site, as $encoding',
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

test('the bundle is the same each time and small: 9.5 kB, less than 5 on the wire', async () => {
  expect(await buildWidget()).toEqual(bundle)
  expect(bundle.source.length).toBeLessThan(9.5 * 1024)
  const compressed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
  expect(Number(compressed.headers.get('content-length'))).toBeLessThan(5 * 1024)
})
