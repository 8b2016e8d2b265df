import { Agent, createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { dripped } from '../kit/http.ts'
import { makeServer, stopServer } from '../../src/http/server.ts'

test('closes a kept-alive connection once its answer is sent', async () => {
  const inHand = Promise.withResolvers<ServerResponse>()
  const server = createServer((_, response) => inHand.resolve(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an object for every server that listens on TCP
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const answered = Promise.withResolvers<number | undefined>()
  get({ port, host: '127.0.0.1', agent }, (response) => {
    response.resume()
    answered.resolve(response.statusCode)
  }).on('error', answered.reject)

  const response = await inHand.promise
  const stopped = stopServer(server, 60_000)
  response.end('late')
  expect(await answered.promise).toBe(200)
  // The client would keep it for ever, and the test's own deadline is shorter than the patience.
  await stopped
  expect(server.listening).toBe(false)
}, 4_000)

test.each([
  ['headers', 'GET / HTTP/1.1\r\nHost: here\r\nX-Slow: '],
  ['a body that no route reads', 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n'],
])('answers 408 to %s that do not arrive in time, and closes the connection', async (_, bytes) => {
  const server = makeServer(() => undefined, { headersMs: 100, wholeMs: 200 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => stopServer(server, 0))
  const { port } = server.address() as AddressInfo // an object for every server that listens on TCP
  const answer = await dripped(`http://127.0.0.1:${port}`, bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(answer).toMatch(/\r\nConnection: close\r\n/i)
})

test('closes a connection on which the rest of an answered request never arrives', async () => {
  const server = makeServer((_, response) => response.end('early'), { headersMs: 100, wholeMs: 200 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => stopServer(server, 0))
  const { port } = server.address() as AddressInfo // an object for every server that listens on TCP
  const bytes = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n'
  expect(await dripped(`http://127.0.0.1:${port}`, bytes)).toMatch(/^HTTP\/1\.1 200 [^]*early/)
})
