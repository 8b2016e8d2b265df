import Koa from 'koa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'
import { listen, type TestServer } from '../kit/http.ts'

let server: TestServer

beforeAll(async () => {
  server = await listen(new Koa().use((await assetsRouter()).routes()).callback())
})
afterAll(() => server.close())

test.each([
  ['/assets/base.css', 'text/css; charset=utf-8', '--ground'],
  ['/assets/icon.svg', 'image/svg+xml', '<svg'],
])(
  'serves %s with its type, for five minutes, and not again while its ETag holds',
  async (path, type, content) => {
    const plain = { 'accept-encoding': 'identity' }
    const first = await fetch(server.url + path, { headers: plain })
    expect(first.status).toBe(200)
    const body = await first.text()
    expect(body).toContain(content)
    expect(Object.fromEntries(first.headers)).toEqual({
      'cache-control': 'public, max-age=300',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': type,
      date: expect.any(String),
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
      'keep-alive': expect.any(String),
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    })
    const again = await fetch(server.url + path, {
      headers: { ...plain, 'if-none-match': first.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  },
)

test.each(['br', 'gzip'])('compresses a stylesheet as %s, with an ETag of its own', async (encoding) => {
  const ask = (accepted: string) =>
    fetch(`${server.url}/assets/base.css`, { headers: { 'accept-encoding': accepted } })
  const [whole, compressed] = [await ask('identity'), await ask(encoding)]
  expect(compressed.headers.get('content-encoding')).toBe(encoding)
  expect(compressed.headers.get('etag')).not.toBe(whole.headers.get('etag'))
  const length = (answer: Response) => Number(answer.headers.get('content-length'))
  expect(length(compressed)).toBeLessThan(length(whole) / 2)
  expect(await compressed.text()).toBe(await whole.text())
})

test('answers HEAD with the same headers and no body', async () => {
  const head = await fetch(`${server.url}/assets/base.css`, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0)
  expect(await head.text()).toBe('')
})

test.each([
  '/assets/none.css',
  '/assets/..%2fassets-routes.ts',
  '/assets/%2e%2e%2fassets-routes.ts',
  '/assets/..%5cassets-routes.ts',
  '/assets/%00',
  '/assets/',
])('answers 404 for %s, which is no file of the folder', async (path) => {
  expect((await fetch(server.url + path)).status).toBe(404)
})
