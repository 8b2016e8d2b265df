import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, gift, movableClock, sdk } from '../kit/sandbox.ts'
import { refusal, sandboxForTest } from './kit.ts'

describe('an idempotency key', () => {
  test('repeats the first answer, and a header says so', async () => {
    const stripe = sdk(await sandboxForTest())
    const first = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    const again = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    expect(again).toEqual(first)
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(again.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
    expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId)
    expect((await stripe.checkout.sessions.list()).data).toHaveLength(1)
  })

  test('is refused with other parameters', async () => {
    const stripe = sdk(await sandboxForTest())
    await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    const error = await refusal(stripe.checkout.sessions.create(gift({}, 600), { idempotencyKey: 'one' }))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
    expect(error.message).toContain('same parameters')
  })

  test('is refused on another path', async () => {
    const stripe = sdk(await sandboxForTest())
    const { id } = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    const error = await refusal(stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'one' }))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' })
    expect(error.message).toContain('same endpoint')
  })

  test('repeats a refusal of valid parameters, and not one of invalid parameters', async () => {
    const stripe = sdk(await sandboxForTest())
    const tooSmall = { idempotencyKey: 'small' }
    const first = await refusal(stripe.checkout.sessions.create(gift({}, 1), tooSmall))
    const again = await refusal(stripe.checkout.sessions.create(gift({}, 1), tooSmall))
    expect(first.headers?.['idempotent-replayed']).toBeUndefined()
    expect(again).toMatchObject({ statusCode: 400, code: 'amount_too_small', message: first.message })
    expect(again.headers?.['idempotent-replayed']).toBe('true')

    const invalid = { idempotencyKey: 'unread' }
    await refusal(stripe.checkout.sessions.create(gift({ locale: 'tlh' }), invalid))
    expect((await stripe.checkout.sessions.create(gift(), invalid)).status).toBe('open')
  })

  test('is forgotten after 24 hours', async () => {
    const clock = movableClock()
    const stripe = sdk(await sandboxForTest({ clock: clock.now }))
    const first = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    clock.forwardMs(DAY_MS)
    const repeated = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    expect(repeated.id).toBe(first.id)
    clock.forwardMs(1)
    const renewed = await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'one' })
    expect(renewed.id).not.toBe(first.id)
  })

  test('is refused with 409 while its first call is in progress', async () => {
    const sandbox = await sandboxForTest()
    const slow = await halfSentRequest(sandbox, 'busy')
    const error = await refusal(sdk(sandbox).checkout.sessions.create(gift(), { idempotencyKey: 'busy' }))
    expect(error).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    expect(error.headers?.['stripe-should-retry']).toBe('true')
    expect(await slow.finish()).toContain('400 Bad Request') // its body has an unknown parameter
    const session = await sdk(sandbox).checkout.sessions.create(gift(), { idempotencyKey: 'busy' })
    expect(session.status).toBe('open')
  })

  test('may have 255 characters and no more', async () => {
    const stripe = sdk(await sandboxForTest())
    await stripe.checkout.sessions.create(gift(), { idempotencyKey: 'k'.repeat(255) })
    const error = await refusal(stripe.checkout.sessions.create(gift(), { idempotencyKey: 'k'.repeat(256) }))
    expect(error.statusCode).toBe(400)
  })
})

/** A request whose head has arrived and whose body has not: its key is in use. */
async function halfSentRequest(sandbox: Sandbox, key: string) {
  const { hostname, port } = new URL(sandbox.url)
  const socket = connect(Number(port), hostname)
  const head = [
    'POST /v1/checkout/sessions HTTP/1.1',
    `Host: ${hostname}`,
    'Authorization: Bearer sk_test_offline',
    'Content-Type: application/x-www-form-urlencoded',
    `Idempotency-Key: ${key}`,
    'Content-Length: 3',
    'Expect: 100-continue', // the interim answer shows that the server has read the head
    'Connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  return {
    finish: () =>
      new Promise<string>((resolve) => {
        socket.once('data', (data) => resolve(data.toString()))
        socket.write('a=b')
      }),
  }
}
