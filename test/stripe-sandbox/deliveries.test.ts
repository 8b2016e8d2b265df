import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { describe, expect, test } from 'vitest'
import { eventually, gift, movableClock, receiver, sandbox, sdk, SECRET } from './kit.ts'

const PAID_EVENTS = 4
const automatic = { delivery: { mode: 'automatic' }, retryDelaysMs: [1] } as const

describe('webhooks', () => {
  test('are signed, pretty-printed and complete', async () => {
    const clock = movableClock()
    const endpoint = await receiver()
    const box = await sandbox({
      webhookUrl: endpoint.url,
      clock: clock.now,
      balanceTransactionDelayMs: 3_600_000,
    })
    const { id } = await sdk(box).checkout.sessions.create(gift({ metadata: { a: 'ü' } }))
    await box.pay(id, 'card')
    expect(box.pendingDeliveries()).toBe(PAID_EVENTS)
    clock.forwardMs(60_000)
    await box.deliverPending()
    expect(box.pendingDeliveries()).toBe(0)
    expect(endpoint.received.map(({ event }) => event.type)).toEqual(box.events().map(({ type }) => type))
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
    // Signed at the time of the try, not of the event.
    const sentAt = Math.floor(clock.now().getTime() / 1000)
    expect(last?.headers.get('stripe-signature')).toMatch(new RegExp(`^t=${sentAt},v1=[0-9a-f]{64}$`))
    expect(last?.event.created).toBe(sentAt - 60)
  })

  test('are sent again until they are answered 2xx', async () => {
    const endpoint = await receiver((count) => (count <= 2 * PAID_EVENTS ? 500 : 204))
    const box = await sandbox({ ...automatic, webhookUrl: endpoint.url })
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.pay(id, 'card')
    await eventually(() => box.pendingDeliveries() === 0)
    expect(endpoint.received.length).toBeGreaterThanOrEqual(3 * PAID_EVENTS)
    const bodies = endpoint.received.map(({ body }) => body)
    expect(new Set(bodies).size).toBe(PAID_EVENTS) // every try sends the very same bytes
  })

  test('answered with a redirect are not received', async () => {
    const endpoint = await receiver(() => 301)
    const box = await sandbox({ webhookUrl: endpoint.url })
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.expireSession(id)
    await box.deliverPending()
    expect(box.pendingDeliveries()).toBe(1)
  })

  test('wait for an address and for an endpoint that is not up yet', async () => {
    const box = await sandbox(automatic)
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.pay(id, 'card')
    box.setWebhookUrl(`http://127.0.0.1:${await closedPort()}/`)
    const endpoint = await receiver()
    expect(box.pendingDeliveries()).toBe(PAID_EVENTS)
    box.setWebhookUrl(endpoint.url)
    await eventually(() => box.pendingDeliveries() === 0)
    expect(new Set(endpoint.received.map(({ event }) => event.id)).size).toBe(PAID_EVENTS)
  })

  test('are given up after three days', async () => {
    const clock = movableClock()
    const endpoint = await receiver(() => 500)
    const box = await sandbox({ webhookUrl: endpoint.url, clock: clock.now })
    const stripe = sdk(box)
    const { id } = await stripe.checkout.sessions.create(gift())
    await box.expireSession(id)
    clock.forwardMs(3 * 24 * 3600 * 1000)
    await box.deliverPending()
    expect(box.pendingDeliveries()).toBe(1)
    clock.forwardMs(1000)
    await box.deliverPending()
    expect(box.pendingDeliveries()).toBe(0)
    const missed = await stripe.events.list({ delivery_success: false })
    expect(missed.data.map(({ type }) => type)).toEqual(['checkout.session.expired'])
  })

  test('under way do not hold up the end', async () => {
    const hanging = createServer(() => {}) // takes the request and never answers
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
    const { port } = hanging.address() as AddressInfo // an object for every TCP server that listens
    const box = await sandbox({ ...automatic, webhookUrl: `http://127.0.0.1:${port}/` })
    const asked = new Promise((resolve) => hanging.once('request', resolve))
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.expireSession(id)
    await asked
    const before = performance.now()
    await box.close()
    expect(performance.now() - before).toBeLessThan(3000)
    hanging.closeAllConnections()
    await new Promise((resolve) => hanging.close(resolve))
  })

  test('tell of a bank debit that settled while nobody looked', async () => {
    const endpoint = await receiver()
    const box = await sandbox({
      ...automatic,
      webhookUrl: endpoint.url,
      clock: () => new Date(),
      bankDebitDelayMs: 30,
    })
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.pay(id, 'bank_debit')
    await endpoint.count(8)
    const sent = endpoint.received.map(({ event }) => event.type)
    expect(sent).toContain('checkout.session.async_payment_succeeded')
  })

  test('leave no timer and no socket behind: a program ends by itself after close', async () => {
    const program = `
      const { startSandbox } = await import(${JSON.stringify(new URL('../../src/stripe-sandbox/sandbox.ts', import.meta.url).href)})
      const box = await startSandbox({
        host: '127.0.0.1', port: 0, webhookSecret: 's', journalFile: null, clock: () => new Date(),
        webhookUrl: 'http://127.0.0.1:${await closedPort()}/', retryDelaysMs: [60_000],
      })
      const response = await fetch(box.url + '/v1/checkout/sessions', {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_x' },
        body: new URLSearchParams({
          mode: 'payment', success_url: 'http://a.example/', 'line_items[0][quantity]': '1',
          'line_items[0][price_data][currency]': 'usd', 'line_items[0][price_data][unit_amount]': '500',
          'line_items[0][price_data][product_data][name]': 'Gift',
        }),
      })
      const { id } = await response.json()
      await box.pay(id, 'bank_debit')
      await box.deliverPending()
      console.log(box.pendingDeliveries())
      await box.close()`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { timeout: 10_000 })
    let output = ''
    child.stdout.on('data', (part: Buffer) => (output += part.toString()))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect({ code, output }).toEqual({ code: 0, output: '4\n' })
  })

  test('are refused by an endpoint with another secret', async () => {
    const endpoint = await receiver()
    const box = await sandbox({ webhookUrl: endpoint.url })
    const { id } = await sdk(box).checkout.sessions.create(gift())
    await box.expireSession(id)
    await box.deliverPending()
    const { body = '', headers } = endpoint.received[0] ?? {}
    const signature = headers?.get('stripe-signature') ?? ''
    expect(() => Stripe.webhooks.constructEvent(body, signature, `${SECRET}x`, 1e12)).toThrow('signature')
  })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an object for every TCP server that listens
  await new Promise((resolve) => server.close(resolve))
  return port
}
