import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { Stripe } from 'stripe'
import { describe, expect, test } from 'vitest'
import { gift, movableClock, sdk, WEBHOOK_SECRET } from '../kit/sandbox.ts'
import { listenForTest, sandboxForTest, watchedLog, webhookReceiver } from './kit.ts'

const PAID_EVENTS = 4
const automatic = { delivery: { mode: 'automatic' }, retryDelaysMs: [1] } as const

describe('the delivery of webhooks', () => {
  test('signs each webhook and prints the whole event with indents', async () => {
    const clock = movableClock()
    const endpoint = await webhookReceiver()
    const sandbox = await sandboxForTest({
      webhookUrl: endpoint.url,
      clock: clock.now,
      balanceTransactionDelayMs: 3_600_000,
    })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift({ metadata: { a: 'ü' } }))
    await sandbox.pay(id, 'card')
    expect(sandbox.pendingDeliveries()).toBe(PAID_EVENTS)
    clock.forwardMs(60_000)
    await sandbox.deliverPending()
    expect(sandbox.pendingDeliveries()).toBe(0)
    expect(endpoint.received.map(({ event }) => event.type)).toEqual(sandbox.events().map(({ type }) => type))
    const last = endpoint.received.at(-1)
    expect(last?.body).toBe(JSON.stringify(last?.event, null, 2))
    expect(last?.event).toMatchObject({
      object: 'event',
      type: 'checkout.session.completed',
      api_version: Stripe.API_VERSION,
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      data: { object: { id, status: 'complete', payment_status: 'paid', metadata: { a: 'ü' } } },
    })
    expect(last?.headers.get('content-type')).toBe('application/json; charset=utf-8')
    // The signature carries the time of the attempt, not of the event.
    const sentAt = Math.floor(clock.now().getTime() / 1000)
    expect(last?.headers.get('stripe-signature')).toMatch(new RegExp(`^t=${sentAt},v1=[0-9a-f]{64}$`))
    expect(last?.event.created).toBe(sentAt - 60)
  })

  test('sends an event again until it is answered with 2xx', async () => {
    const endpoint = await webhookReceiver((count) => (count <= 2 * PAID_EVENTS ? 500 : 204))
    const { log, count } = watchedLog(/^webhook .*: 204 /)
    const sandbox = await sandboxForTest({ ...automatic, webhookUrl: endpoint.url, log })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.pay(id, 'card')
    await count(PAID_EVENTS)
    expect(sandbox.pendingDeliveries()).toBe(0)
    expect(endpoint.received.length).toBeGreaterThanOrEqual(3 * PAID_EVENTS)
    const bodies = endpoint.received.map(({ body }) => body)
    expect(new Set(bodies).size).toBe(PAID_EVENTS) // every attempt sends the same bytes
  })

  test('keeps an event pending that is answered with a redirect', async () => {
    const endpoint = await webhookReceiver(() => 301)
    const sandbox = await sandboxForTest({ webhookUrl: endpoint.url })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    await sandbox.deliverPending()
    expect(sandbox.pendingDeliveries()).toBe(1)
  })

  test('keeps events until there is an address and its endpoint answers', async () => {
    const { log, count } = watchedLog(/^webhook .*: 200 /)
    const sandbox = await sandboxForTest({ ...automatic, log })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.pay(id, 'card')
    sandbox.setWebhookUrl(`http://127.0.0.1:${await closedPort()}/`)
    const endpoint = await webhookReceiver()
    expect(sandbox.pendingDeliveries()).toBe(PAID_EVENTS)
    sandbox.setWebhookUrl(endpoint.url)
    await count(PAID_EVENTS)
    expect(sandbox.pendingDeliveries()).toBe(0)
    expect(new Set(endpoint.received.map(({ event }) => event.id)).size).toBe(PAID_EVENTS)
  })

  test('gives an event up after three days', async () => {
    const clock = movableClock()
    const endpoint = await webhookReceiver(() => 500)
    const sandbox = await sandboxForTest({ webhookUrl: endpoint.url, clock: clock.now })
    const stripe = sdk(sandbox)
    const { id } = await stripe.checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    clock.forwardMs(3 * 24 * 3600 * 1000)
    await sandbox.deliverPending()
    expect(sandbox.pendingDeliveries()).toBe(1)
    clock.forwardMs(1000)
    await sandbox.deliverPending()
    expect(sandbox.pendingDeliveries()).toBe(0)
    const missed = await stripe.events.list({ delivery_success: false })
    expect(missed.data.map(({ type }) => type)).toEqual(['checkout.session.expired'])
  })

  test('ends without waiting for an endpoint that does not answer', async () => {
    const hanging = createServer(() => {}) // takes the request and never answers
    const port = await listenForTest(hanging)
    const sandbox = await sandboxForTest({ ...automatic, webhookUrl: `http://127.0.0.1:${port}/` })
    const requested = new Promise((resolve) => hanging.once('request', resolve))
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    await requested
    const before = performance.now()
    await sandbox.close()
    expect(performance.now() - before).toBeLessThan(3000)
  })

  test('reports a bank debit that settles while nobody calls', async () => {
    const endpoint = await webhookReceiver()
    const sandbox = await sandboxForTest({
      ...automatic,
      webhookUrl: endpoint.url,
      clock: () => new Date(),
      bankDebitDelayMs: 30,
    })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.pay(id, 'bank_debit')
    await endpoint.count(8)
    const sent = endpoint.received.map(({ event }) => event.type)
    expect(sent).toContain('checkout.session.async_payment_succeeded')
  })

  test('leaves no timer and no socket behind, so that a program ends by itself after close', async () => {
    const program = `
      const { startSandbox } = await import(${JSON.stringify(new URL('../../src/stripe-sandbox/sandbox.ts', import.meta.url).href)})
      const sandbox = await startSandbox({
        host: '127.0.0.1', port: 0, webhookSecret: 's', journalFile: null, clock: () => new Date(),
        webhookUrl: 'http://127.0.0.1:${await closedPort()}/', retryDelaysMs: [60_000],
      })
      const response = await fetch(sandbox.url + '/v1/checkout/sessions', {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_x' },
        body: new URLSearchParams({
          mode: 'payment', success_url: 'http://a.example/', 'line_items[0][quantity]': '1',
          'line_items[0][price_data][currency]': 'usd', 'line_items[0][price_data][unit_amount]': '500',
          'line_items[0][price_data][product_data][name]': 'Gift',
        }),
      })
      const { id } = await response.json()
      await sandbox.pay(id, 'bank_debit')
      await sandbox.deliverPending()
      console.log(sandbox.pendingDeliveries())
      await sandbox.close()`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 10_000 })
    let output = ''
    child.stdout.on('data', (part: Buffer) => (output += part.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect({ code, output }).toEqual({ code: 0, output: '4\n' })
  })

  test('signs so that an endpoint with another secret refuses the webhook', async () => {
    const endpoint = await webhookReceiver()
    const sandbox = await sandboxForTest({ webhookUrl: endpoint.url })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    await sandbox.deliverPending()
    const { body = '', headers } = endpoint.received[0] ?? {}
    const signature = headers?.get('stripe-signature') ?? ''
    expect(() => Stripe.webhooks.constructEvent(body, signature, `${WEBHOOK_SECRET}x`, 1e12)).toThrow(
      'signature',
    )
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listenForTest(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
