import { afterAll, beforeAll, expect, it } from 'vitest'
import { problemIn } from '../../kit/answers.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** What Stripe does not charge for this account is the reader's to change, and no failure of ours. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const form = (fields: Record<string, string>) =>
  fetch(`${service.url}/donate`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Accept: 'text/html' },
    body: new URLSearchParams(fields),
  })

it.each([
  ['jpy', 50, '¥83'],
  ['inr', 50, '₹50.00'],
  ['krw', 50, '₩770'],
])(
  'refuses %s %i, which is worth less than 50 US cents, and names the smallest amount',
  async (currency, amount, least) => {
    const problem = await until('the refusal in words', async () => {
      const read = await problemIn(await service.checkout({ amount, currency }))
      return read.errors[0]?.message.includes(least) ? read : null
    })
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/amount' }] })
    const page = await form({ currency, amount: String(amount) })
    expect(page.status).toBe(400)
    expect(await page.text()).toContain(`The smallest amount is ${least}`)
  },
)

it('answers 400 as well when the service does not know the account’s currency and Stripe refuses', async () => {
  // A key without the permission to read the account.
  const { createServer } = await import('node:http')
  const proxy = createServer((request, response) => {
    if (request.url?.startsWith('/v1/account'))
      return response
        .writeHead(403)
        .end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'no' } }))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { host: _, ...headers } = request.headers
      void fetch(service.sandboxUrl + request.url, {
        method: request.method ?? 'GET',
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: request.method === 'POST' ? Buffer.concat(chunks) : null,
      }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
    })
    return undefined
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  const port = typeof address === 'object' ? address?.port : 0
  const other = await startTestService({
    STRIPE_SECRET_KEY: 'sk_test_offline',
    STRIPE_API_BASE: `http://127.0.0.1:${port}`,
  })
  try {
    const refused = await problemIn(await other.checkout({ amount: 50, currency: 'inr' }))
    expect(refused).toMatchObject({ status: 400, errors: [{ pointer: '/amount' }] })
    expect((await other.checkout({ amount: 6000, currency: 'inr' })).status).toBe(201)
  } finally {
    await other.stop()
    proxy.closeAllConnections()
    proxy.close()
  }
})
