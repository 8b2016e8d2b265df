import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { stripeLists } from '../../src/stripe/balance-gateway.ts'
import { UnreadableAnswer } from '../../src/stripe/list-page-schema.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { DAY_MS, forward, paidGift } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'

describe('the pace of background calls', () => {
  afterEach(() => void vi.useRealTimers())

  test('makes twenty calls a second, evenly, and does not save up idle time', async () => {
    vi.useFakeTimers({ now: 1_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const paced = pacedCalls()
    const startedAtMs: number[] = []
    const call = () => void paced(async () => startedAtMs.push(Date.now()))
    call()
    call()
    await vi.advanceTimersByTimeAsync(10)
    call()
    await vi.advanceTimersByTimeAsync(4_990)
    call()
    call()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(startedAtMs).toEqual([1_000, 1_050, 1_100, 6_000, 6_050])
  })

  test('rejects waiting calls and makes no further call once the worker stops', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const stop = new AbortController()
    const paced = pacedCalls({ signal: stop.signal })
    let made = 0
    const call = () => paced(async () => (made += 1))
    await call()
    setImmediate(() => stop.abort(new Error('the worker stops')))
    await expect(call()).rejects.toThrow('the worker stops')
    await expect(call()).rejects.toThrow('the worker stops')
    expect(made).toBe(1)
  })

  test('pauses for a second, then twice as long each time, and gives up at the sixth answer 429', async () => {
    const slept: number[] = []
    const paced = pacedCalls({ callsPerSecond: 10_000, sleep: async (ms) => void slept.push(ms) })
    const refused = new Stripe.errors.StripeRateLimitError({ statusCode: 429, type: 'rate_limit_error' })
    await expect(paced(() => Promise.reject(refused))).rejects.toBe(refused)
    expect(slept).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  })

  test('ends a pause after 429 when the worker stops', async () => {
    const stop = new AbortController()
    const paced = pacedCalls({ signal: stop.signal })
    const refused = new Stripe.errors.StripeRateLimitError({ statusCode: 429, type: 'rate_limit_error' })
    setImmediate(() => stop.abort())
    await expect(paced(() => Promise.reject(refused))).rejects.toThrow(/abort/)
  })

  test('throws any other error of a call at once', async () => {
    let made = 0
    const failing = () => ((made += 1), Promise.reject(new Error('connection reset')))
    await expect(pacedCalls()(failing)).rejects.toThrow('connection reset')
    expect(made).toBe(1)
  })
})

/** A server in front of the offline Stripe that gives these answers first and then passes requests on. */
async function answeringFirst(
  url: string,
  answers: readonly { status: number; body: string }[],
): Promise<Stripe> {
  const remaining = [...answers]
  const server = createServer((incoming, response) => {
    const next = remaining.shift()
    if (next)
      return void response.writeHead(next.status, { 'Content-Type': 'application/json' }).end(next.body)
    const { headers, method = 'GET' } = incoming
    const passedOn = request(url + (incoming.url ?? ''), { headers, method }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(passedOn)
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

describe('a page of Stripe’s balance transactions', () => {
  test('arrives after two answers 429, each followed by a longer pause', async () => {
    const box = await sandboxForTest()
    await paidGift(box)
    await forward(box, DAY_MS)
    const slept: number[] = []
    const paced = pacedCalls({ sleep: async (ms) => void slept.push(ms) })
    const lists = stripeLists(await answeringFirst(box.url, [TOO_MANY, TOO_MANY]), paced)
    expect((await lists.transactions(NEWEST)).rows).toHaveLength(1)
    expect(slept).toEqual([1000, 2000])
  })

  test('fails with 429 when Stripe goes on answering it, so that the sync goes on later', async () => {
    const box = await sandboxForTest()
    const always = Array.from({ length: 50 }, () => TOO_MANY)
    const paced = pacedCalls({ sleep: () => Promise.resolve() })
    const lists = stripeLists(await answeringFirst(box.url, always), paced)
    await expect(lists.transactions(NEWEST)).rejects.toMatchObject({ statusCode: 429 })
  })

  test.each([
    ['an error status that the SDK takes for success', { status: 500, body: '{}' }],
    ['a list without rows', { status: 200, body: '{"object":"list","has_more":false}' }],
    [
      'a page that does not say where it continues',
      { status: 200, body: '{"object":"list","data":[{}],"has_more":true}' },
    ],
  ])('is refused when Stripe answers %s', async (_, answer) => {
    const box = await sandboxForTest()
    const lists = stripeLists(await answeringFirst(box.url, [answer]), pacedCalls())
    await expect(lists.transactions(NEWEST)).rejects.toBeInstanceOf(UnreadableAnswer)
  })

  test('returns rows of another kind as unreadable', async () => {
    const box = await sandboxForTest()
    const answer = { status: 200, body: '{"object":"list","data":[{"id":"ch_1"}],"has_more":false}' }
    const lists = stripeLists(await answeringFirst(box.url, [answer]), pacedCalls())
    expect(await lists.transactions(NEWEST)).toMatchObject({ rows: [], unreadable: [{ id: 'ch_1' }] })
  })
})
