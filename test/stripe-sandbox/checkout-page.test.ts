import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { gift, movableClock, receiver, sandbox, sdk, types } from './kit.ts'

const THANKS = 'https://news.example/thank-you?session_id='

async function look(url: string | null): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url ?? '')
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** Presses a button on the page, with the fields as the page holds them. */
async function press(
  page: string | null,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const shown = await look(page)
  const attempt = /name="attempt" value="(\d+)"/.exec(shown.text)?.[1] ?? '0'
  const body = new URLSearchParams({ attempt, name: 'Ann Reader', email: 'ann@example.org', ...fields })
  const post = () => fetch(page ?? '', { method: 'POST', body, headers, redirect: 'manual' })
  return { post, response: await post() }
}

async function open(box: Sandbox, over: Parameters<typeof gift>[0] = {}, amount = 500, currency = 'usd') {
  return sdk(box).checkout.sessions.create(gift(over, amount, currency))
}

describe('the hosted page', () => {
  test('says what is paid, that it is a test, and needs no script', async () => {
    const { url } = await open(await sandbox(), {
      customer_email: 'ann@example.org',
      custom_text: { submit: { message: 'Gifts are <not> tax-deductible.' } },
    })
    const { status, text, headers } = await look(url)
    expect(status).toBe(200)
    for (const words of [
      'Test checkout',
      'no real money moves',
      'Support us',
      '$5.00',
      'value="ann@example.org"',
      'Gifts are &lt;not&gt; tax-deductible.',
      'href="https://news.example/article"',
    ])
      expect(text).toContain(words)
    expect(text).not.toContain('<script')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each([
    ['usd', 123_456, '$1,234.56'],
    ['jpy', 500, '¥500'],
    ['kwd', 5250, 'KWD 5.250'],
    ['isk', 50_000, 'ISK 500'],
  ])('writes amounts in %s', async (currency, amount, words) => {
    const { url } = await open(await sandbox(), {}, amount, currency)
    const { text } = await look(url)
    expect(text.replaceAll('\u00a0', ' ')).toContain(`<span class="amount">${words}</span>`)
  })

  test('takes the reader back with the session’s id, and pays once however often it is pressed', async () => {
    const box = await sandbox()
    const { id, url } = await open(box)
    const { response, post } = await press(url, { how: 'card' })
    expect([response.status, response.headers.get('location')]).toEqual([303, `${THANKS}${id}`])
    const again = await post()
    expect([again.status, again.headers.get('location')]).toEqual([303, `${THANKS}${id}`])
    expect(types(box).filter((type) => type === 'charge.succeeded')).toHaveLength(1)
    expect((await look(url)).text).toContain('This payment has been made')
    const session = await sdk(box).checkout.sessions.retrieve(id)
    expect(session.customer_details).toMatchObject({ name: 'Ann Reader', email: 'ann@example.org' })
  })

  test('shows a decline, keeps what was typed, and tries once however often it is pressed', async () => {
    const box = await sandbox()
    const { url } = await open(box)
    const { response, post } = await press(url, { how: 'declined' })
    expect([response.status, response.headers.get('location')]).toEqual([303, new URL(url ?? '').pathname])
    await post()
    expect(types(box).filter((type) => type === 'charge.failed')).toHaveLength(1)
    const { text } = await look(url)
    expect(text).toContain('Your card was declined.')
    expect(text).toContain('value="Ann Reader"')
    const paid = await press(url, { how: 'card' })
    expect(paid.response.headers.get('location')).toContain(THANKS)
  })

  test.each([
    ['succeeded', 'paid'],
    ['failed', 'unpaid'],
  ])('lets the reader choose that the bank debit has %s', async (settles, status) => {
    const clock = movableClock()
    const box = await sandbox({ clock: clock.now })
    const { id, url } = await open(box)
    const { response } = await press(url, { how: 'bank_debit', settles })
    expect(response.headers.get('location')).toBe(`${THANKS}${id}`)
    expect(await sdk(box).checkout.sessions.retrieve(id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    })
    clock.forwardMs(8000)
    expect(await sdk(box).checkout.sessions.retrieve(id)).toMatchObject({ payment_status: status })
    expect(types(box).at(-1)).toBe(`checkout.session.async_payment_${settles}`)
  })

  test('asks again for what is missing', async () => {
    const box = await sandbox()
    const { url } = await open(box)
    const { response } = await press(url, { how: 'card', name: ' ', email: 'ann@' })
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(text).toContain('Please enter your name.')
    expect(text).toContain('Please enter an email address')
    expect(text).toContain('value="ann@"')
    expect(box.events()).toEqual([])
  })

  test('is kind when it is too late', async () => {
    const clock = movableClock()
    const box = await sandbox({ clock: clock.now })
    const { url } = await open(box)
    clock.forwardMs(24 * 3600 * 1000)
    const { status, text } = await look(url)
    expect(status).toBe(200)
    expect(text).toContain('timed out')
    expect(text).toContain('Nothing has been taken')
    const { response } = await press(url, { how: 'card' })
    expect(response.status).toBe(410)
    expect(types(box)).toEqual(['checkout.session.expired'])
  })

  test('takes no form of another site', async () => {
    const box = await sandbox()
    const { url } = await open(box)
    const { response } = await press(url, { how: 'card' }, { 'sec-fetch-site': 'cross-site' })
    expect(response.status).toBe(403)
    expect(box.events()).toEqual([])
  })

  test('is not there for an unknown session', async () => {
    const box = await sandbox()
    expect((await look(`${box.url}/c/pay/cs_test_none`)).status).toBe(404)
  })
})

describe('the operator’s page', () => {
  test('lists sessions and events with what became of them, and sends an event again', async () => {
    const endpoint = await receiver()
    const box = await sandbox({ webhookUrl: endpoint.url })
    const { id } = await open(box)
    await box.expireSession(id)
    expect((await look(box.url)).text).toContain('not sent yet')
    await box.deliverPending()
    const [event] = box.events()
    const { text } = await look(box.url)
    expect(text).toContain('checkout.session.expired')
    expect(text).toContain('received (1 attempt, last answer 200)')
    const again = await fetch(`${box.url}/events/${event?.id}/resend`, { method: 'POST', redirect: 'manual' })
    expect(again.status).toBe(303)
    expect(endpoint.received.map((one) => one.event.id)).toEqual([event?.id, event?.id])
  })

  test('lets the bank speak now', async () => {
    const box = await sandbox()
    const { id } = await open(box)
    await box.pay(id, 'bank_debit')
    expect((await look(box.url)).text).toContain('Bank pays now')
    const body = new URLSearchParams({ outcome: 'failed' })
    await fetch(`${box.url}/sessions/${id}/settle`, { method: 'POST', body, redirect: 'manual' })
    expect(types(box).at(-1)).toBe('checkout.session.async_payment_failed')
    expect((await look(box.url)).text).not.toContain('Bank pays now')
  })
})
