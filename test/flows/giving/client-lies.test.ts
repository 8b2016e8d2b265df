import { afterAll, beforeAll, expect, it } from 'vitest'
import { pointersIn, problemIn, sessionIn } from '../../kit/answers.ts'
import { ARTICLE, startTestService, type TestService } from '../../kit/service.ts'

/** Nothing that a page sends besides the reader's request reaches Stripe. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const sessionsAtStripe = async () => (await service.stripe.checkout.sessions.list({ limit: 100 })).data.length

it('refuses unknown fields such as a price, metadata or a return address, without asking Stripe', async () => {
  const before = await sessionsAtStripe()
  const response = await service.checkout({
    amount: 500,
    currency: 'usd',
    price: 'price_free',
    price_data: { unit_amount: 1 },
    metadata: { checkout_id: 'somebody-else' },
    success_url: 'https://evil.example/',
    cancel_url: 'https://evil.example/',
    article: { url: ARTICLE, returnTo: 'https://evil.example/' },
    __proto__: { polluted: true },
  })
  expect(response.status).toBe(400)
  const { errors } = await problemIn(response)
  expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(
    '/article/returnTo /cancel_url /metadata /price /price_data /success_url'.split(' '),
  )
  expect(JSON.stringify(errors)).not.toContain('evil.example')
  expect(await sessionsAtStripe()).toBe(before)
})

it('takes a gift for an article on another site, and returns the reader to no such address', async () => {
  for (const url of [
    'https://evil.example/ferry-returns',
    'https://courier.example.evil.example/',
    'https://courier.example@evil.example/',
    'https://courier.example:8443/',
    'javascript:alert(1)',
    '//courier.example/ferry',
    'ferry-returns',
  ]) {
    const { id } = await service.session({ article: { url, title: 'Ferry' } })
    const session = await service.stripe.checkout.sessions.retrieve(id)
    const form = `${service.url}/donate?again=${session.client_reference_id}`
    expect([url, session.cancel_url]).toEqual([url, form])
    expect(session.metadata).not.toHaveProperty('article_url')
  }
})

it('takes a gift whatever the page says about itself, and sends Stripe nothing that names the reader', async () => {
  const who = 'ada@reader.example'
  const response = await service.checkout(
    {
      amount: 500,
      currency: 'usd',
      article: {
        url: `https://www.courier.example/ferry?id=7&email=ada&who=${who}`,
        title: `T\n${'t'.repeat(400)}`,
      },
      campaign: { source: who, medium: 'm'.repeat(101), name: 'spring\tappeal' },
      locale: 'en-US-u-ca-buddhist-co-phonebk-nu-latn-hc-h12',
    },
    { Origin: 'https://courier.example' },
  )
  const { id } = await sessionIn(response)
  const session = await service.stripe.checkout.sessions.retrieve(id)
  expect(session.cancel_url).toBe('https://courier.example/ferry?id=7')
  expect(session.metadata).toMatchObject({ campaign_medium: 'm'.repeat(100), campaign_name: 'spring appeal' })
  expect(JSON.stringify(session)).not.toMatch(/reader\.example|email=ada/)
})

it('returns the reader of a republished story to the page that asked', async () => {
  const body = { amount: 500, currency: 'usd', article: { url: 'https://original.example/ferry' } }
  const from = async (headers: Record<string, string>) => {
    const { id } = await sessionIn(await service.checkout(body, headers))
    return (await service.stripe.checkout.sessions.retrieve(id)).cancel_url
  }
  const Origin = 'https://courier.example'
  expect(await from({ Origin, Referer: `${Origin}/ferry?email=ada` })).toBe(`${Origin}/ferry`)
  expect(await from({ Origin })).toBe(`${Origin}/`)
})

it('creates the session with its own addresses and metadata, without the reader’s message', async () => {
  const { id } = await service.session({
    amount: 1250,
    article: { url: `${ARTICLE}?page={CHECKOUT_SESSION_ID}&utm_source=x`, title: 'Ferry returns' },
    message: 'a message for the newsroom only',
    anonymous: true,
  })
  const session = await service.stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })
  expect(session).toMatchObject({
    mode: 'payment',
    amount_total: 1250,
    currency: 'usd',
    success_url: `${service.url}/thank-you?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${ARTICLE}?page=%7BCHECKOUT_SESSION_ID%7D`,
    metadata: {
      checkout_id: session.client_reference_id,
      article_url: `${ARTICLE}?page=%7BCHECKOUT_SESSION_ID%7D`,
      article_title: 'Ferry returns',
      frequency: 'once',
    },
  })
  expect(session.line_items?.data.map((line) => [line.quantity, line.amount_total])).toEqual([[1, 1250]])
  expect(JSON.stringify(session)).not.toContain('for the newsroom only')
})

it('answers 400 with every problem of an invalid body', async () => {
  const response = await service.checkout({
    amount: 4.5,
    currency: 'zzz',
    frequency: 'hourly',
    coverFees: 'yes',
    message: 'm'.repeat(501),
    anonymous: 'no',
    newsletter: 1,
    tip: 1,
  })
  expect(response.status).toBe(400)
  expect([...new Set(await pointersIn(response))]).toEqual(
    '/amount /anonymous /coverFees /currency /frequency /message /newsletter /tip'.split(' '),
  )
})

it('answers with problem details to a body that is not a JSON object, is too large or has another type', async () => {
  const cases: [string, Record<string, string>, number][] = [
    ['', {}, 400],
    ['null', {}, 400],
    ['[]', {}, 400],
    ['{"amount":500,', {}, 400],
    [`{"article":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, {}, 400],
    ['{"amount":500,"currency":"usd","amount":900}', {}, 400],
    ['{"amount":500,"currency":"usd","article":{"title":"a","title":"b"}}', {}, 400],
    ['{"amount":500,"\\u0061mount":900,"currency":"usd"}', {}, 400],
    [`{"message":"${'x'.repeat(70_000)}"}`, {}, 413],
    ['amount=500', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['{"amount":500,"currency":"usd"}', { 'Content-Encoding': 'gzip' }, 415],
  ]
  for (const [body, headers, status] of cases) {
    const response = await service.checkout(body, headers)
    expect([body.slice(0, 40), (await problemIn(response)).status]).toEqual([body.slice(0, 40), status])
  }
})
