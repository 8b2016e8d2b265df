import { Agent, createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { stopServer } from '../../src/http/stop-server.ts'

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
