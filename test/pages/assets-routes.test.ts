import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assetsRouter } from '../../src/pages/assets-routes.ts'

const server = createServer()
let origin = ''

beforeAll(async () => {
  server.on('request', new Koa().use((await assetsRouter()).routes()).callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

test('stylesheets are served with a type and an ETag, and not twice', async () => {
  const first = await fetch(`${origin}/assets/base.css`)
  expect(first.status).toBe(200)
  expect(first.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect(first.headers.get('cache-control')).toBe('public, max-age=300')
  expect(await first.text()).toContain('--ground')
  const etag = first.headers.get('etag') ?? ''
  const again = await fetch(`${origin}/assets/base.css`, {
    headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
  })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
})

test.each(['/assets/none.css', '/assets/..%2flayout.ts', '/assets/%2e%2e%2flayout.ts', '/assets/'])(
  '%s is nothing we have',
  async (path) => {
    expect((await fetch(origin + path)).status).toBe(404)
  },
)
