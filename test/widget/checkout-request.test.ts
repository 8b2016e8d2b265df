import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { requestCheckout, type SetUpMistake } from '../../src/widget/browser/checkout-request.ts'

const origin = 'https://donations.example'
const intention = {
  amount: 500,
  currency: 'usd',
  frequency: 'once',
  article: { url: 'https://a.example', title: 'A' },
  locale: 'en',
}

const answers: (() => Promise<Response>)[] = []
const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(() => {
  const answer = answers.length > 1 ? answers.shift() : answers[0]
  return answer ? answer() : Promise.reject(new TypeError('network'))
})

beforeEach(() => {
  answers.length = 0
  fetched.mockClear()
  vi.useFakeTimers()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const mistake = vi.fn<SetUpMistake>(() => Promise.resolve(null))

const json = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status }))
async function ask(from = origin) {
  const answer = requestCheckout(from, intention, 'key-1', mistake)
  await vi.runAllTimersAsync()
  return answer
}

test('tries again with the same key and body after a network failure and after a 503', async () => {
  answers.push(
    () => Promise.reject(new TypeError('network')),
    json(503, { title: 'Unavailable' }),
    json(201, { url: 'https://checkout.stripe.com/c/1' }),
  )
  expect(await ask()).toEqual({ url: 'https://checkout.stripe.com/c/1', id: '' })
  expect(fetched).toHaveBeenCalledTimes(3)
  const sent = fetched.mock.calls.map(([, init]) => [
    new Headers(init.headers).get('idempotency-key'),
    init.body,
  ])
  expect(new Set(sent.map(String))).toEqual(new Set([`key-1,${JSON.stringify(intention)}`]))
})

test('gives up after twelve seconds', async () => {
  fetched.mockImplementationOnce(
    (_url, { signal }) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      ),
  )
  const start = Date.now()
  expect(await ask()).toEqual({ problem: 'unreachable' })
  expect(Date.now() - start).toBe(12_000)
  expect(fetched).toHaveBeenCalledTimes(1)
})

test('gives up after the fourth 503', async () => {
  answers.push(json(503, {}))
  expect(await ask()).toEqual({ problem: 'unreachable' })
  expect(fetched).toHaveBeenCalledTimes(4)
})

test('returns the service’s reason for a refusal and does not try again', async () => {
  answers.push(
    json(400, { detail: 'No.', errors: [{ pointer: '/amount', message: 'The smallest amount is $0.50.' }] }),
  )
  expect(await ask()).toEqual({
    problem: 'refused',
    message: 'The smallest amount is $0.50.',
    aboutAmount: true,
  })
  answers[0] = json(403, { title: 'Not from this site' })
  expect(await ask()).toEqual({
    problem: 'refused',
    message: 'Not from this site',
    aboutAmount: false,
  })
  answers[0] = json(429, { title: 'Too many' })
  expect(await ask()).toEqual({ problem: 'tooManyTries' })
  answers[0] = () => Promise.resolve(new Response('<h1>Not found</h1>', { status: 404 }))
  expect(await ask()).toEqual({ problem: 'refused', aboutAmount: false })
  expect(fetched).toHaveBeenCalledTimes(4)
})

test.each(['javascript:alert(1)', 'http://evil.example', '/relative', 5, null])(
  'does not follow %j as the address of a payment page',
  async (url) => {
    answers.push(json(201, { url }))
    expect(await ask()).toEqual({ problem: 'unreachable' })
  },
)

test('follows a payment page over plain http when the service itself is reached over plain http', async () => {
  answers.push(json(201, { url: 'http://localhost:12111/pay' }))
  expect(await ask('http://localhost:3000')).toEqual({ url: 'http://localhost:12111/pay', id: '' })
})

test('tries once, and tells the maintainer what to change, when the browser refuses the request', async () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  mistake.mockResolvedValueOnce('Add https://news.example to its ALLOWED_ORIGINS.')
  expect(await ask()).toEqual({ problem: 'unreachable' })
  expect(fetched).toHaveBeenCalledTimes(1)
  expect(complaint.mock.calls).toEqual([
    ['<reader-donation>: Add https://news.example to its ALLOWED_ORIGINS.'],
  ])
  complaint.mockRestore()
})
