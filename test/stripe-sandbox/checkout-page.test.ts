import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { gift, movableClock, sdk } from '../kit/sandbox.ts'
import { emittedTypes, sandboxForTest } from './kit.ts'

const THANK_YOU_PAGE = 'https://news.example/thank-you?session_id='

async function readPage(url: string | null): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url ?? '')
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** Presses a button on the page. `post` sends the same form again. */
async function press(
  url: string | null,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const page = await readPage(url)
  const attempt = /name="attempt" value="(\d+)"/.exec(page.text)?.[1] ?? '0'
  const body = new URLSearchParams({ attempt, name: 'Ann Reader', email: 'ann@example.org', ...fields })
  const post = () => fetch(url ?? '', { method: 'POST', body, headers, redirect: 'manual' })
  return { post, response: await post() }
}

async function openSession(
  sandbox: Sandbox,
  over: Parameters<typeof gift>[0] = {},
  amount = 500,
  currency = 'usd',
) {
  return sdk(sandbox).checkout.sessions.create(gift(over, amount, currency))
}

describe('the checkout page', () => {
  test('shows what is paid and that it is a test, without any script', async () => {
    const { url } = await openSession(await sandboxForTest(), {
      customer_email: 'ann@example.org',
      custom_text: { submit: { message: 'Gifts are <not> tax-deductible.' } },
    })
    const { status, text, headers } = await readPage(url)
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
  ])('shows amounts in %s', async (currency, amount, words) => {
    const { url } = await openSession(await sandboxForTest(), {}, amount, currency)
    const { text } = await readPage(url)
    expect(text.replaceAll('\u00a0', ' ')).toContain(`<span class="amount">${words}</span>`)
  })

  test('redirects to the newsroom with the session’s id, and pays once when the form is sent twice', async () => {
    const sandbox = await sandboxForTest()
    const { id, url } = await openSession(sandbox)
    const { response, post } = await press(url, { how: 'card' })
    expect([response.status, response.headers.get('location')]).toEqual([303, `${THANK_YOU_PAGE}${id}`])
    const again = await post()
    expect([again.status, again.headers.get('location')]).toEqual([303, `${THANK_YOU_PAGE}${id}`])
    expect(emittedTypes(sandbox).filter((type) => type === 'charge.succeeded')).toHaveLength(1)
    expect((await readPage(url)).text).toContain('This payment has been made')
    const session = await sdk(sandbox).checkout.sessions.retrieve(id)
    expect(session.customer_details).toMatchObject({ name: 'Ann Reader', email: 'ann@example.org' })
  })

  test('shows a decline, keeps what was typed, and makes one attempt when the form is sent twice', async () => {
    const sandbox = await sandboxForTest()
    const { url } = await openSession(sandbox)
    const { response, post } = await press(url, { how: 'declined' })
    expect([response.status, response.headers.get('location')]).toEqual([303, new URL(url ?? '').pathname])
    await post()
    expect(emittedTypes(sandbox).filter((type) => type === 'charge.failed')).toHaveLength(1)
    const { text } = await readPage(url)
    expect(text).toContain('Your card was declined.')
    expect(text).toContain('value="Ann Reader"')
    const paid = await press(url, { how: 'card' })
    expect(paid.response.headers.get('location')).toContain(THANK_YOU_PAGE)
  })

  test.each([
    ['succeeded', 'paid'],
    ['failed', 'unpaid'],
  ])('lets the reader choose that the bank debit will have %s', async (settles, status) => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now })
    const { id, url } = await openSession(sandbox)
    const { response } = await press(url, { how: 'bank_debit', settles })
    expect(response.headers.get('location')).toBe(`${THANK_YOU_PAGE}${id}`)
    expect(await sdk(sandbox).checkout.sessions.retrieve(id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    })
    clock.forwardMs(8000)
    expect(await sdk(sandbox).checkout.sessions.retrieve(id)).toMatchObject({ payment_status: status })
    expect(emittedTypes(sandbox).at(-1)).toBe(`checkout.session.async_payment_${settles}`)
  })

  test('shows what is missing and keeps what was typed', async () => {
    const sandbox = await sandboxForTest()
    const { url } = await openSession(sandbox)
    const { response } = await press(url, { how: 'card', name: ' ', email: 'ann@' })
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(text).toContain('Please enter your name.')
    expect(text).toContain('Please enter an email address')
    expect(text).toContain('value="ann@"')
    expect(sandbox.events()).toEqual([])
  })

  test('explains that a session has expired and that nothing was taken', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now })
    const { url } = await openSession(sandbox)
    clock.forwardMs(24 * 3600 * 1000)
    const { status, text } = await readPage(url)
    expect(status).toBe(200)
    expect(text).toContain('timed out')
    expect(text).toContain('Nothing has been taken')
    const { response } = await press(url, { how: 'card' })
    expect(response.status).toBe(410)
    expect(emittedTypes(sandbox)).toEqual(['checkout.session.expired'])
  })

  test('refuses a form of another site', async () => {
    const sandbox = await sandboxForTest()
    const { url } = await openSession(sandbox)
    const { response } = await press(url, { how: 'card' }, { 'sec-fetch-site': 'cross-site' })
    expect(response.status).toBe(403)
    expect(sandbox.events()).toEqual([])
  })

  test('answers 404 for an unknown session', async () => {
    const sandbox = await sandboxForTest()
    expect((await readPage(`${sandbox.url}/c/pay/cs_test_none`)).status).toBe(404)
  })
})
