import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SessionParams } from '../../../src/checkout/session-params.ts'
import type { CheckoutSessionId } from '../../../src/ids.ts'
import { Refusal } from '../../../src/http/refusal.ts'
import { checkoutDeps, startCheckoutServer } from '../../kit/checkout.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import type { TestServer } from '../../kit/http.ts'

let db: TestDatabase
let service: TestServer
/** The sessions requested from Stripe, by idempotency key. */
let asked: Map<string, SessionParams>
let now: Date
let isStripeAway: boolean
let refusal: Refusal | null = null

beforeAll(async () => {
  db = await testDatabase()
  const deps = checkoutDeps(db.database, {
    now: () => now,
    createSession: async (params, key) => {
      if (refusal) throw refusal
      if (isStripeAway) throw new Refusal('unavailable', 'away')
      asked.set(key, params)
      const id = `cs_test_${params.client_reference_id.replaceAll('-', '')}` as CheckoutSessionId // made up here
      return {
        id,
        url: `https://checkout.stripe.com/c/pay/${id}`,
        expiresAt: new Date(params.expires_at * 1000),
      }
    },
  })
  service = await startCheckoutServer(db.database, deps)
})

beforeEach(() => {
  asked = new Map()
  now = new Date()
  isStripeAway = false
})

afterAll(async () => {
  await service.close()
  await db.drop()
})

const filled = {
  currency: 'usd',
  amount: '500',
  ownAmount: '',
  message: 'Well <done>',
  idempotencyKey: 'form-1',
}

async function post(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}/donate`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', ...headers },
    body: new URLSearchParams(fields),
  })
  return { status: response.status, location: response.headers.get('location'), page: await response.text() }
}

/** Fetches the form as a browser does: the cookie that it gets, and the token in the page. */
async function fetchedForm(headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}/donate`, { headers: { accept: 'text/html', ...headers } })
  const [cookie = ''] = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
  const [, token = ''] = /name="idempotencyKey" value="([^"]+)"/.exec(await response.text()) ?? []
  return { cookie, form: { ...filled, idempotencyKey: token }, response }
}

async function markPaid(location: string | null) {
  await db.database.knex('checkouts').where('stripe_session_url', location).update({ status: 'succeeded' })
}

async function page(query: string): Promise<string> {
  return (await fetch(`${service.url}/donate${query}`, { headers: { accept: 'text/html' } })).text()
}

describe('GET /donate', () => {
  it('shows a form with the newsroom’s currencies and no script', async () => {
    const shown = await page('')
    expect(shown).toContain('<form method="post" action="/donate"')
    expect(shown).toContain('value="jpy"')
    expect(shown).not.toContain('<script')
    expect(shown).toContain('not tax-deductible')
  })

  it('fills the form in from its address', async () => {
    const article = encodeURIComponent('https://courier.example/ferry')
    const shown = await page(`?amount=700&currency=eur&article=${article}&campaignName=spring`)
    expect(shown).toMatch(/<option value="eur" selected>/)
    expect(shown).toContain('value="7.00"')
    expect(shown).toContain('value="https://courier.example/ferry"')
    expect(shown).toContain('value="spring"')
    expect(await page('?amount=500')).toMatch(/value="500"[^>]*checked/)
  })

  it('presents the title in its address as the article’s, on one line and cut', async () => {
    const article = encodeURIComponent('https://courier.example/ferry')
    const won = encodeURIComponent(`You have won!\n<b>${'x'.repeat(400)}`)
    const shown = await page(`?article=${article}&articleTitle=${won}`)
    expect(shown).toMatch(
      /names an article on courier\.example: “<cite>You have won! &lt;b&gt;x{100,120}…<\/cite>”/,
    )
    expect(await page(`?articleTitle=${won}`)).not.toContain('won')
    expect(await page(`?article=https://evil.example/&articleTitle=${won}`)).not.toContain('won')
  })

  it('repeats nothing from its address that names the reader', async () => {
    const article = encodeURIComponent(
      'https://courier.example/ferry?id=7&mkt_tok=ada&who=ada@reader.example',
    )
    const shown = await page(
      `?article=${article}&utm_source=ada%40reader.example&utm_campaign=${'x'.repeat(200)}`,
    )
    expect(shown).toContain('value="https://courier.example/ferry?id=7"')
    expect(shown).toContain(`name="campaignName" value="${'x'.repeat(100)}"`)
    expect(shown).not.toContain('ada')
  })

  it.each([
    '?amount=abc',
    '?currency=xxx',
    '?article=javascript:alert(1)',
    '?amount=99999999999999',
    '?article=%E0%A4%A',
  ])('shows the form for %s too', async (query) => {
    const shown = await page(query)
    expect(shown).toContain('<form method="post"')
    expect(shown).not.toContain('javascript:')
  })
})

describe('GET /donate?again=…', () => {
  it('shows the form as it was filled in for a checkout that was not paid', async () => {
    await post({
      ...filled,
      amount: 'other',
      ownAmount: '7.50',
      frequency: 'monthly',
      campaignName: 'spring',
    })
    const [params] = asked.values()
    expect(params?.cancel_url).toBe(
      `https://give.courier.example/donate?again=${params?.client_reference_id}`,
    )
    const shown = await page(`?again=${params?.client_reference_id}`)
    expect(shown).toMatch(/value="7\.50"/)
    expect(shown).toMatch(/value="monthly"[^>]*checked/)
    expect(shown).toContain('Well &lt;done&gt;</textarea>')
    expect(shown).toContain('value="spring"')
  })

  it('repeats nothing of a checkout that was paid, or of none', async () => {
    await post({ ...filled, idempotencyKey: 'paid' })
    const [params] = asked.values()
    await db.database.pool.query(`update checkouts set status = 'succeeded' where id = $1`, [
      params?.client_reference_id,
    ])
    for (const again of [params?.client_reference_id, '00000000-0000-4000-8000-000000000000', 'x', ''])
      expect(await page(`?again=${again}`)).not.toContain('Well')
  })
})

it('lets the browser keep the form for the way back, and no cache between', async () => {
  const response = await fetch(`${service.url}/donate`)
  expect(response.headers.get('cache-control')).toBe('private, no-cache')
})

describe('POST /donate', () => {
  it('redirects to Stripe’s payment page', async () => {
    const { status, location } = await post({ ...filled, article: 'https://courier.example/ferry' })
    expect(status).toBe(303)
    expect(location).toMatch(/^https:\/\/checkout\.stripe\.com\//)
    const [params] = asked.values()
    expect(params).toMatchObject({ cancel_url: 'https://courier.example/ferry' })
    expect(params?.line_items[0]?.price_data).toMatchObject({ currency: 'usd', unit_amount: 500 })
  })

  it('reads an amount with a decimal comma', async () => {
    await post({ ...filled, currency: 'eur', amount: 'other', ownAmount: '12,50' })
    expect([...asked.values()][0]?.line_items[0]?.price_data).toMatchObject({
      currency: 'eur',
      unit_amount: 1250,
    })
  })

  it.each([
    { article: 'https://evil.example/' },
    { article: `https://courier.example/${'x'.repeat(500)}` },
    { articleTitle: `line\nbreak ${'x'.repeat(400)}` },
    { campaignName: 'x'.repeat(101) },
    { campaignSource: 'ada@reader.example' },
  ])('redirects to Stripe whatever its hidden fields say: %j', async (fields) => {
    expect((await post({ ...filled, ...fields })).status).toBe(303)
    expect(JSON.stringify([...asked.values()])).not.toMatch(/evil|ada@/)
  })

  it('takes a language of more than 35 characters', async () => {
    const long = 'en-US-u-ca-buddhist-co-phonebk-nu-latn-hc-h12'
    expect((await post({ ...filled, amount: '' }, { 'accept-language': long })).status).toBe(400)
    expect((await post(filled, { 'accept-language': long })).status).toBe(303)
  })

  it('shows the amounts of another currency before it takes one, and keeps everything else', async () => {
    const chosen = { ...filled, shownCurrency: 'usd', currency: 'jpy', frequency: 'yearly' }
    const { status, page: shown } = await post({ ...chosen, amount: '500' })
    expect(status).toBe(200)
    expect(asked.size).toBe(0)
    expect(shown).toMatch(/<option value="jpy" selected>/)
    expect(shown).not.toMatch(/name="amount"[^>]*checked/)
    expect(shown).toMatch(/value="yearly"[^>]*checked/)
    expect(shown).toContain('Well &lt;done&gt;</textarea>')
    const typed = await post({ ...chosen, amount: 'other', ownAmount: '700' })
    expect(typed.page).toMatch(/value="other"[^>]*checked/)
    expect(typed.page).toContain('value="700"')
    expect((await post({ ...chosen, shownCurrency: 'jpy' })).status).toBe(303)
  })

  it('creates one checkout for a form that is sent twice, and another for a changed form', async () => {
    const form = { ...filled, idempotencyKey: 'double' }
    const [one, other] = await Promise.all([post(form), post(form)])
    expect(one.location).toBe(other.location)
    const changed = await post({ ...form, amount: '1000' })
    expect(changed.status).toBe(303)
    expect(changed.location).not.toBe(one.location)
  })

  it('creates a checkout for each form without a key', async () => {
    const { idempotencyKey: _, ...form } = filled
    const [one, other] = [await post(form), await post(form)]
    expect(one.location).not.toBe(other.location)
  })

  it('shows every problem and keeps what was typed', async () => {
    const { status, page: shown } = await post({
      ...filled,
      amount: 'other',
      ownAmount: '12,345,6',
      message: `<b>bell\u0007`,
    })
    expect(status).toBe(400)
    expect(shown).toContain('href="#ownAmount"')
    expect(shown).toContain('href="#message"')
    expect(shown).toContain('value="12,345,6"')
    expect(shown).toContain('&lt;b&gt;bell')
    expect(asked.size).toBe(0)
  })

  it.each([
    [{ amount: '' }, '#amount'],
    [{ amount: '1' }, '#amount'],
    [{ amount: 'other', ownAmount: '' }, '#ownAmount'],
    [{ amount: 'other', ownAmount: '0.01' }, '#ownAmount'],
    [{ amount: 'other', ownAmount: '5 EUR' }, '#ownAmount'],
    [{ currency: 'gbp' }, '#currency'],
  ])('shows the problem of %j at its control', async (fields, anchor) => {
    const { status, page: shown } = await post({ ...filled, ...fields })
    expect(status).toBe(400)
    expect(shown).toContain(`href="${anchor}"`)
  })

  it.each(['$7.50', '7.5 USD', '7,50', '٧٫٥٠ دولار'])('takes an own amount typed as %s', async (ownAmount) => {
    const headers = { 'accept-language': ownAmount.includes('٧') ? 'ar' : 'en-US' }
    const form = { ...filled, amount: 'other', ownAmount, idempotencyKey: `typed ${ownAmount}` }
    expect((await post(form, headers)).status).toBe(303)
    expect([...asked.values()]).toEqual([expect.anything()])
  })

  it('asks to send the form again when Stripe’s page has closed', async () => {
    const { cookie, form } = await fetchedForm()
    const first = await post(form, { cookie })
    now = new Date(now.getTime() + 2 * 60 * 60_000)
    const again = await post(form, { cookie })
    expect(again.status).toBe(409)
    const key = /name="idempotencyKey" value="([^"]+)"/.exec(again.page)?.[1] ?? ''
    const fresh = await post({ ...form, idempotencyKey: key }, { cookie })
    expect(fresh.status).toBe(303)
    expect(fresh.location).not.toBe(first.location)
  })

  it('redirects to the thank-you page when the gift was made already', async () => {
    const { cookie, form } = await fetchedForm()
    const first = await post(form, { cookie })
    await markPaid(first.location)
    expect((await post(form, { cookie })).location).toMatch(/^\/thank-you\?session_id=cs_test_/)
  })

  describe('of a page that a shared cache gave to several readers', () => {
    it('opens a checkout of its own for each browser', async () => {
      const { cookie, form } = await fetchedForm()
      const other = await fetchedForm()
      const first = await post(form, { cookie })
      const second = await post(form, { cookie: other.cookie })
      const third = await post(form, { 'user-agent': 'a browser that blocks cookies' })
      expect(new Set([first, second, third].map(({ location }) => location)).size).toBe(3)
      expect([first.status, second.status, third.status]).toEqual([303, 303, 303])
    })

    it('opens a checkout of its own for each address, also when the cookie was cached with the page', async () => {
      const { cookie, form } = await fetchedForm()
      const from = (address: string) => post(form, { cookie, 'x-forwarded-for': address })
      const [one, other] = [await from('203.0.113.1'), await from('198.51.100.1')]
      expect(other.location).not.toBe(one.location)
      const withoutCookie = (address: string) => post(form, { 'x-forwarded-for': address })
      const [third, fourth] = [await withoutCookie('203.0.113.1'), await withoutCookie('198.51.100.1')]
      expect(fourth.location).not.toBe(third.location)
    })

    it('never leads to the thank-you page of another reader', async () => {
      const { cookie, form } = await fetchedForm()
      await markPaid((await post(form, { cookie })).location)
      const other = await fetchedForm()
      expect((await post(form, { cookie: other.cookie })).location).toMatch(
        /^https:\/\/checkout\.stripe\.com\//,
      )
      const blocked = await post(form)
      await markPaid(blocked.location)
      const again = await post(form)
      expect(again.location).toMatch(/^https:\/\/checkout\.stripe\.com\//)
      expect(again.location).not.toBe(blocked.location)
    })
  })

  describe('sent twice', () => {
    it('opens one checkout for one browser, however long it waits', async () => {
      const { cookie, form } = await fetchedForm()
      const [one, other] = await Promise.all([post(form, { cookie }), post(form, { cookie })])
      now = new Date(now.getTime() + 20 * 60_000)
      const later = await post(form, { cookie })
      expect(new Set([one.location, other.location, later.location]).size).toBe(1)
      expect((await post({ ...form, amount: '1000' }, { cookie })).location).not.toBe(one.location)
    })

    it.each([0, 29_000])('opens one checkout where cookies are blocked, %i ms later', async (waitMs) => {
      const { form } = await fetchedForm()
      const one = await post(form)
      now = new Date(now.getTime() + waitMs)
      expect((await post(form)).location).toBe(one.location)
    })

    it('opens another checkout where cookies are blocked, more than a minute later', async () => {
      const { form } = await fetchedForm()
      const one = await post(form)
      now = new Date(now.getTime() + 61_000)
      expect((await post(form)).location).not.toBe(one.location)
    })
  })

  it('gives a browser one short-lived cookie, which no script and no other site can use', async () => {
    const { cookie, response } = await fetchedForm()
    const [line = ''] = response.headers.getSetCookie()
    expect(line).toMatch(/^__Host-donate=[\w-]{22}; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i)
    expect(response.headers.get('cache-control')).toMatch(/private/)
    expect(response.headers.get('vary')).toMatch(/cookie/i)
    const again = await fetchedForm({ cookie })
    expect(again.response.headers.getSetCookie()).toEqual([])
    const forged = await fetchedForm({ cookie: '__Host-donate=short' })
    expect(forged.cookie).toMatch(/^__Host-donate=[\w-]{22}$/)
  })

  it('refuses forms of other sites', async () => {
    expect((await post(filled, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it.each([
    ['amount', 'The smallest amount is $5.00', '#amount'],
    ['currency', 'We cannot take USD', '#currency'],
  ])('shows what Stripe refuses about the %s at its control', async (field, message, anchor) => {
    refusal = new Refusal('malformed', 'no', { problems: [{ pointer: `/${field}`, message }] })
    const { status, page: shown } = await post({ ...filled, idempotencyKey: `refused-${field}` })
    refusal = null
    expect(status).toBe(400)
    expect(shown).toContain(`href="${anchor}"`)
    expect(shown).toContain('Well &lt;done&gt;')
  })

  it('answers a page with 503 while Stripe is away', async () => {
    isStripeAway = true
    const { status, page: shown } = await post({ ...filled, idempotencyKey: 'away' })
    expect(status).toBe(503)
    expect(shown).toBe('<h1>503</h1>')
  })
})
