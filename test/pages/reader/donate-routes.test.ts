import { randomUUID } from 'node:crypto'
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

const neverAsked = () => Promise.reject(new Error('Stripe was asked'))

const filled = {
  currency: 'usd',
  amount: '500',
  ownAmount: '',
  message: 'Well <done>',
  idempotencyKey: 'form-1',
}

async function post(
  fields: Record<string, string>,
  headers: Record<string, string> = {},
  path: '/donate' | '/donate-monthly' = '/donate',
) {
  const response = await fetch(service.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', ...headers },
    body: new URLSearchParams(fields),
  })
  const setCookies = response.headers.getSetCookie().filter((line) => line.includes('donate-sent'))
  return {
    status: response.status,
    location: response.headers.get('location'),
    retryAfter: response.headers.get('retry-after'),
    page: await response.text(),
    setCookies,
    cookies: setCookies.map((line) => line.split(';')[0] ?? ''),
  }
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
  it('shows a form with the newsroom’s currencies, which works without its one script', async () => {
    const shown = await page('')
    expect(shown).toContain('<form method="post" action="/donate"')
    expect(shown).toContain('value="jpy"')
    expect(shown.match(/<script[^>]*>/g)).toEqual(['<script src="/assets/donate.js" defer>'])
    expect(shown).toContain('not tax-deductible')
  })

  it('says when a recurring gift is charged next and how it is stopped, and names no way to pay on its own', async () => {
    now = new Date('2028-01-31T17:00:00Z')
    const shown = await page('')
    const terms = (next: string) => `Next payment: ${next}. Stop any time with the link in every receipt.`
    expect(shown).toContain(`rhythm-monthly">${terms('February 29, 2028')}<`)
    expect(shown).toContain(`rhythm-yearly">${terms('January 31, 2029')}<`)
    expect(shown).toContain('<p class="trust">Secure payment by Stripe</p>')
    expect(await page('?lang=de')).toContain('Nächste Zahlung: 29. Februar 2028.')
  })

  it('fills the form in from its address', async () => {
    const article = encodeURIComponent('https://courier.example/ferry')
    const shown = await page(`?amount=700&currency=eur&article=${article}&campaignName=spring`)
    expect(shown).toContain('name="shownCurrency" value="eur"')
    expect(shown).toContain('value="7.00"')
    expect(shown).toContain('value="https://courier.example/ferry"')
    expect(shown).toContain('value="spring"')
    expect(await page('?amount=500')).toMatch(/value="500"[^>]*checked/)
  })

  it('chooses a modest amount before the reader does, so that one click is enough', async () => {
    for (const query of ['', '?amount=abc', '?currency=usd'])
      expect(await page(query)).toMatch(/name="amount"\s+value="500"[^>]*checked/)
    expect(await page('?currency=jpy')).toMatch(/name="amount"\s+value="700"[^>]*checked/)
  })

  it('takes no amount over from a currency that the newsroom does not take', async () => {
    const shown = await page('?amount=1000&currency=gbp')
    expect(shown).toContain('name="shownCurrency" value="usd"')
    expect(shown).toMatch(/name="amount"\s+value="500"[^>]*checked/)
    expect(shown).not.toMatch(/value="1000"[^>]*checked/)
  })

  it('fills an own amount in so that it can be read again in the reader’s language', async () => {
    const shown = await fetch(`${service.url}/donate?amount=1250&currency=kwd`, {
      headers: { accept: 'text/html', 'accept-language': 'de' },
    })
    expect(await shown.text()).toContain('value="1,250"')
    await post(
      { ...filled, currency: 'kwd', amount: 'other', ownAmount: '1,250' },
      { 'accept-language': 'de' },
    )
    expect([...asked.values()][0]?.line_items[0]?.price_data).toMatchObject({ unit_amount: 1250 })
  })

  it('shows in link previews the newsroom, and nothing that the link says', async () => {
    const article = encodeURIComponent('https://courier.example/ferry')
    const shown = await page(`?article=${article}&articleTitle=You+have+won&amount=700`)
    const head = shown.slice(0, shown.indexOf('</head>'))
    expect(head).toContain('<link rel="canonical" href="https://give.courier.example/donate" />')
    expect(head).toContain('property="og:title" content="Support The Willow Creek Courier"')
    expect(head).toContain('property="og:image" content="https://give.courier.example/donate-preview.png"')
    expect(head).toContain('name="twitter:card" content="summary_large_image"')
    expect(head).not.toContain('won')
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
  /** Sends the form as a browser does. Its address of the way back, and its cookies by then. */
  async function sentForm(fields: Record<string, string> = {}) {
    const { cookie, form } = await fetchedForm()
    const sent = await post({ ...form, ...fields }, { cookie })
    const [params] = [...asked.values()].slice(-1)
    const again = `?again=${params?.client_reference_id}`
    return { ...sent, again, form, cookies: [cookie, ...sent.cookies].join('; '), params }
  }
  const pageWith = async (query: string, cookie: string) =>
    (await fetch(`${service.url}/donate${query}`, { headers: { accept: 'text/html', cookie } })).text()

  it('shows the form as it was filled in for a checkout that was not paid, and that nothing was charged', async () => {
    const { again, params } = await sentForm({
      amount: 'other',
      ownAmount: '7.50',
      frequency: 'monthly',
      campaignName: 'spring',
      article: 'https://courier.example/ferry',
      articleTitle: 'Ferry crossings',
    })
    expect(params?.cancel_url).toBe(`https://give.courier.example/donate${again}`)
    const shown = await page(again)
    expect(shown).toMatch(/value="7\.50"/)
    expect(shown).toMatch(/value="monthly"[^>]*checked/)
    expect(shown).toContain('value="spring"')
    expect(shown).toContain('<cite>Ferry crossings</cite>')
    expect(shown).toContain('Nothing was charged')
  })

  it('shows the message to the browser that wrote it, and to nobody else who has the link', async () => {
    const { again, cookies } = await sentForm()
    expect(await pageWith(again, cookies)).toContain('Well &lt;done&gt;</textarea>')
    expect(await page(again)).not.toContain('Well')
    const other = await sentForm({ message: 'Another one' })
    const shown = await pageWith(again, other.cookies)
    expect(shown).not.toContain('Well')
    expect(shown).not.toContain('Another one')
    expect(await pageWith(again, `__Host-donate-sent=${again.slice(7)}.x.%%%`)).not.toContain('Well')
  })

  it('keeps a message of 500 emoji in a cookie of two hours that no script can read', async () => {
    const message = '😀'.repeat(500)
    const { again, cookies, setCookies } = await sentForm({ message })
    expect(await pageWith(again, cookies)).toContain(`${message}</textarea>`)
    expect(setCookies[0]).toMatch(
      /^__Host-donate-sent=\S{2700,3600}; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i,
    )
  })

  it('leads the same form to the payment page that is open already, so that nobody pays two', async () => {
    const { again, cookies, location, form } = await sentForm()
    const [, token = ''] = /name="idempotencyKey" value="([^"]+)"/.exec(await pageWith(again, cookies)) ?? []
    expect(token).toBe(form.idempotencyKey)
    expect((await post({ ...form, idempotencyKey: token }, { cookie: cookies })).location).toBe(location)
    expect((await post({ ...form, amount: '1000' }, { cookie: cookies })).location).not.toBe(location)
  })

  it('leads it there from a page that was fetched anew, too, until the gift is paid', async () => {
    const { cookies, location, form } = await sentForm()
    const fresh = async () => /name="idempotencyKey" value="([^"]+)"/.exec(await pageWith('', cookies))?.[1]
    expect(await fresh()).toBe(form.idempotencyKey)
    await markPaid(location)
    // The reader may want to give the same once more.
    expect(await fresh()).not.toBe(form.idempotencyKey)
  })

  it('leads the browser that paid to its thank-you page, and shows everybody else an empty form', async () => {
    const { again, cookies, location } = await sentForm()
    await markPaid(location)
    const own = await fetch(`${service.url}/donate${again}`, {
      headers: { cookie: cookies },
      redirect: 'manual',
    })
    expect([own.status, own.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/thank-you\?session_id=cs_test_/),
    ])
    const elses = await fetch(`${service.url}/donate${again}`, { redirect: 'manual' })
    expect([elses.status, elses.headers.get('location')]).toEqual([200, null])
    const shown = await elses.text()
    expect(shown).not.toContain('Well')
    expect(shown).not.toContain('role="status"')
  })

  it.each([
    ['expired', 'The payment page has closed. Nothing was charged'],
    ['failed', 'The payment did not go through'],
  ])('says of a checkout that is %s: %s', async (status, words) => {
    const { again, cookies, form } = await sentForm()
    await db.database
      .knex('checkouts')
      .where({ id: again.slice(7) })
      .update({ status })
    const shown = await pageWith(again, cookies)
    expect(shown).toContain(words)
    // A form with the same token would lead to the page that has closed.
    expect(shown).not.toContain(form.idempotencyKey)
  })

  it('shows the form for an address that names no checkout', async () => {
    for (const again of ['00000000-0000-4000-8000-000000000000', 'x', ''])
      expect(await page(`?again=${again}`)).toContain('<form method="post"')
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
    // The reader came from the form, so that the way back leads there, with what was chosen.
    expect(params?.cancel_url).toBe(
      `https://give.courier.example/donate?again=${params?.client_reference_id}`,
    )
    expect(params?.metadata['article_url']).toBe('https://courier.example/ferry')
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
    const article = { article: 'https://courier.example/ferry', articleTitle: 'Ferry crossings' }
    const chosen = { ...filled, ...article, shownCurrency: 'usd', currency: 'jpy', frequency: 'yearly' }
    const { status, page: shown } = await post({ ...chosen, amount: '500' })
    expect(status).toBe(200)
    expect(asked.size).toBe(0)
    expect(shown).toContain('name="shownCurrency" value="jpy"')
    // ¥700 stands where $5 stood; ¥500 is another place.
    expect(shown).toMatch(/name="amount"\s+value="700"[^>]*checked/)
    expect(shown).toContain('The amounts are now in Japanese Yen (JPY). Nothing was charged.')
    expect(shown).toContain('value="https://courier.example/ferry"')
    expect(shown).toContain('<cite>Ferry crossings</cite>')
    expect(shown).toMatch(/value="yearly"[^>]*checked/)
    expect(shown).toContain('Well &lt;done&gt;</textarea>')
    const typed = await post({ ...chosen, amount: 'other', ownAmount: '700' })
    expect(typed.page).toMatch(/value="other"[^>]*checked/)
    expect(typed.page).toContain('value="700"')
    expect((await post({ ...chosen, shownCurrency: 'jpy' })).status).toBe(303)
    const [params] = asked.values()
    expect(params?.line_items[0]?.price_data).toMatchObject({ currency: 'jpy', unit_amount: 500 })
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
    expect(shown).toContain('name="idempotencyKey" value="form-1"')
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

  it('charges in the currency that was shown when no other one is chosen', async () => {
    const { currency: _, ...form } = filled
    await post({ ...form, shownCurrency: 'jpy', amount: '1000' })
    expect([...asked.values()][0]?.line_items[0]?.price_data).toMatchObject({
      currency: 'jpy',
      unit_amount: 1000,
    })
  })

  it('shows the form with all that was typed while Stripe is away, and says that nothing was charged', async () => {
    isStripeAway = true
    const { status, page: shown, retryAfter } = await post({ ...filled, idempotencyKey: 'away' })
    expect([status, retryAfter]).toEqual([503, '5'])
    expect(shown).toContain('Nothing was charged, and nothing that you typed is lost')
    expect(shown).toContain('Well &lt;done&gt;</textarea>')
    expect(shown).toMatch(/value="500"[^>]*checked/)
  })

  it('shows it to a reader who has tried too often, too', async () => {
    const strict = await startCheckoutServer(
      db.database,
      checkoutDeps(db.database, { createSession: neverAsked }),
      {
        address: { points: 1, seconds: 60 },
      },
    )
    const send = () =>
      fetch(`${strict.url}/donate`, {
        method: 'POST',
        headers: { 'x-forwarded-for': '203.0.113.9' },
        body: new URLSearchParams({ ...filled, amount: '1' }),
      })
    await (await send()).text()
    const second = await send()
    expect([second.status, second.headers.has('retry-after')]).toEqual([429, true])
    const shown = await second.text()
    await strict.close()
    expect(shown).toContain('Please wait a minute')
    expect(shown).toContain('Well &lt;done&gt;</textarea>')
  })
})

describe('the language of GET /donate', () => {
  const german = { accept: 'text/html', 'accept-language': 'de-AT,en;q=0.5' }
  const fetched = async (query: string) =>
    (await fetch(`${service.url}/donate${query}`, { headers: german })).text()

  it('is what the link says, otherwise what the browser prefers', async () => {
    expect(await fetched('')).toContain('<html lang="de" dir="ltr">')
    expect(await fetched('?lang=de-AT')).toContain('name="lang" value="de-AT"')
    expect(await fetched('?lang=ar')).toContain('<html lang="ar" dir="rtl">')
    expect(await fetched('?lang=tlh')).toContain('<html lang="de" dir="ltr">')
  })

  it('changes by one button, and everything that was typed stays', async () => {
    const typed = { ...filled, amount: 'other', ownAmount: '7,50', frequency: 'monthly', lang: 'de' }
    const { status, page: shown } = await post({ ...typed, changeLanguage: 'uk' }, german)
    expect(status).toBe(200)
    expect(shown).toContain('<html lang="uk" dir="ltr">')
    expect(shown).toMatch(/name="lang" value="uk"/)
    expect(shown).toMatch(/value="other"[^>]*checked/)
    expect(shown).toMatch(/value="7,50"/)
    expect(shown).toMatch(/value="monthly"[^>]*checked/)
    expect(shown).toContain('Well &lt;done&gt;')
    expect(shown).not.toContain('class="problems"')
    expect(asked.size).toBe(0)
  })

  it('is kept with the checkout, and is that of the form when the reader comes back unpaid', async () => {
    const { location } = await post({ ...filled, lang: 'de-AT' }, { 'accept-language': 'en' })
    const checkout = await db.database.knex('checkouts').where('stripe_session_url', location).first()
    expect(checkout).toMatchObject({ locale: 'de-AT' })
    expect(await page(`?again=${checkout?.id}`)).toContain('<html lang="de" dir="ltr">')
  })

  it('is left to Stripe’s page where only Stripe has it', async () => {
    const { page: shown } = await post({ ...filled, amount: '' }, { 'accept-language': 'pt-BR' })
    expect(shown).toContain('<html lang="en" dir="ltr">')
    await post(filled, { 'accept-language': 'pt-BR' })
    expect([...asked.values()].map(({ locale }) => locale)).toEqual(['pt-BR'])
  })
})

describe('POST /donate-monthly, “Make it monthly” after a single gift', () => {
  /** A single gift that was paid. */
  async function paidGift(fields: Record<string, string> = {}) {
    const { location } = await post({ ...filled, idempotencyKey: randomUUID(), ...fields })
    await markPaid(location)
    const [given] = [...asked.values()].slice(-1)
    return given?.client_reference_id ?? ''
  }
  const press = (of: string, headers: Record<string, string> = {}) =>
    post({ of, lang: 'en' }, headers, '/donate-monthly')

  it('leads to Stripe’s page with the same gift every month, in one press', async () => {
    const id = await paidGift({ coverFees: 'true', campaignName: 'spring' })
    const { status, location } = await press(id)
    expect([status, location]).toEqual([303, expect.stringMatching(/^https:\/\/checkout\.stripe\.com\//)])
    const [monthly] = [...asked.values()].slice(-1)
    expect(monthly).toMatchObject({
      mode: 'subscription',
      line_items: [{ price_data: { currency: 'usd', unit_amount: 546, recurring: { interval: 'month' } } }],
      metadata: { campaign_name: 'spring', gift_minor: '500', covered_fee_minor: '46' },
      custom_text: { submit: { message: expect.stringContaining('every month until you stop') } },
    })
    expect(monthly?.client_reference_id).not.toBe(id)
  })

  it('finds the payment page that is open, then the monthly gift that was paid, and a new page after it has closed', async () => {
    const id = await paidGift()
    const first = await press(id)
    expect((await press(id)).location).toBe(first.location)
    now = new Date(now.getTime() + 3 * 60 * 60_000)
    const second = await press(id)
    expect(second.location).not.toBe(first.location)
    expect((await press(id)).location).toBe(second.location)
    await markPaid(second.location)
    expect((await press(id)).location).toMatch(/^\/thank-you\?session_id=cs_test_/)
  })

  it('opens nothing for a gift that is not paid, that is monthly already, or that nobody made', async () => {
    const { location } = await post({ ...filled, idempotencyKey: randomUUID() })
    const unpaid = location?.split('cs_test_')[1] ?? ''
    const monthly = await paidGift({ frequency: 'monthly' })
    asked.clear()
    const uuid = unpaid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    for (const gift of [uuid, monthly, randomUUID(), 'x', ''])
      expect(await press(gift)).toMatchObject({ status: 303, location: '/donate' })
    expect(asked.size).toBe(0)
  })

  it('takes no form of another site', async () => {
    const id = await paidGift()
    asked.clear()
    expect((await press(id, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect(asked.size).toBe(0)
  })

  it('shows the form, filled in with the monthly gift, and the reason where it cannot be opened', async () => {
    const id = await paidGift({ amount: '1000' })
    isStripeAway = true
    const answer = await press(id)
    expect([answer.status, answer.retryAfter]).toEqual([503, '5'])
    expect(answer.page).toContain('The payment page could not be opened. Nothing was charged')
    expect(answer.page).toMatch(/value="monthly"[^>]*checked/)
    expect(answer.page).toMatch(/value="1000"[^>]*checked/)
  })

  it('counts with every other try of the caller', async () => {
    const id = await paidGift()
    const strict = await startCheckoutServer(
      db.database,
      checkoutDeps(db.database, { now: () => now, createSession: neverAsked }),
      { address: { points: 1, seconds: 60 } },
    )
    const body = () => new URLSearchParams({ of: id })
    const pressed = () =>
      fetch(`${strict.url}/donate-monthly`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'x-forwarded-for': '203.0.113.19' },
        body: body(),
      })
    await pressed()
    const refused = await pressed()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.any(String)])
    await strict.close()
  })
})
