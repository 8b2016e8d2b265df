import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { expect, onTestFinished, test } from 'vitest'
import { stripeLists, UnreadableAnswer } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { nextCall, pauseMs } from '../../src/stripe/pacing.ts'
import { paidGift, forward, DAY_MS, sandbox } from '../stripe-sandbox/kit.ts'

test('calls go at an even pace, and idle time is not saved up', () => {
  const waits: number[] = []
  let pace = { intervalMs: 50, nextAtMs: 0 }
  for (const nowMs of [1000, 1000, 1010, 5000, 5000]) {
    const taken = nextCall(pace, nowMs)
    waits.push(taken.waitMs)
    pace = taken.pace
  }
  expect(waits).toEqual([0, 50, 90, 0, 50])
  expect([0, 1, 2, 3, 10].map(pauseMs)).toEqual([1000, 2000, 4000, 8000, 30_000])
})

/** Time that passes only by sleeping. */
function stillTime() {
  let nowMs = 0
  const slept: number[] = []
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms)
    nowMs += ms
  }
  return { slept, sleep, clockMs: () => nowMs }
}

/** A Stripe that answers so many calls by itself before it hands them on. */
async function before(url: string, answers: readonly { status: number; body: string }[]): Promise<Stripe> {
  const left = [...answers]
  const server = createServer((incoming, response) => {
    const own = left.shift()
    if (own) return void response.writeHead(own.status, { 'Content-Type': 'application/json' }).end(own.body)
    const { headers, method = 'GET' } = incoming
    const onward = request(url + (incoming.url ?? ''), { headers, method }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo // an object for every TCP server that listens
  return new Stripe('sk_test_offline', { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 })
}

const TOO_MANY = {
  status: 429,
  body: JSON.stringify({ error: { type: 'invalid_request_error', message: 'Too many' } }),
}
const NEWEST = { since: null, after: null }

test('too many requests: it pauses, longer each time, and gets its page', async () => {
  const box = await sandbox()
  await paidGift(box)
  await forward(box, DAY_MS)
  const { slept, ...time } = stillTime()
  const books = stripeLists(await before(box.url, [TOO_MANY, TOO_MANY]), pacedCalls(time))
  expect((await books.transactions(NEWEST)).rows).toHaveLength(1)
  expect(slept).toEqual([1000, 2000])
})

test('too many requests for too long: the sweep is told, and goes on later', async () => {
  const box = await sandbox()
  const { sleep, clockMs } = stillTime()
  const always = Array.from({ length: 50 }, () => TOO_MANY)
  const books = stripeLists(await before(box.url, always), pacedCalls({ sleep, clockMs }))
  await expect(books.transactions(NEWEST)).rejects.toMatchObject({ statusCode: 429 })
})

test.each([
  ['an error that the SDK takes for success', { status: 500, body: '{}' }],
  [
    'a page of something else',
    { status: 200, body: '{"object":"list","data":[{"id":"ch_1"}],"has_more":false}' },
  ],
])('%s is not believed', async (_, answer) => {
  const box = await sandbox()
  const books = stripeLists(await before(box.url, [answer]), pacedCalls())
  await expect(books.transactions(NEWEST)).rejects.toBeInstanceOf(UnreadableAnswer)
})
