import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintSignInLink } from '../../../src/access/sign-in/sign-in-link-store.ts'
import { putStaff } from '../../../src/access/staff-store.ts'
import { saveGiving } from '../../../src/protection/protection-store.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** What the switch that stops giving does to each thing that the service answers, and what it leaves alone. */

const SENTENCE = 'We cannot take gifts at this moment. Nothing was charged.'
const GIFT = { amount: 500, currency: 'usd', locale: 'en' }
const KEY = { 'Idempotency-Key': randomUUID() }

let service: TestService
let staff: { readonly Cookie: string }
let program: { readonly Authorization: string }
/** Opened before the switch, and not paid yet. */
let opened: Awaited<ReturnType<TestService['session']>>
let paidId = ''
let receipt = ''
let recurring = ''

beforeAll(async () => {
  service = await startTestService({}, { trial: true })
  const { knex, pool } = service.database
  const { id } = await putStaff(knex, { email: 'finance@courier.example', role: 'finance' })
  const { token } = await mintSignInLink(knex, id, new Date())
  const signedIn = await fetch(`${service.url}/finance/sign-in/confirm`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ token }),
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  })
  const cookies = signedIn.headers.getSetCookie().map((one) => one.split(';')[0])
  staff = { Cookie: cookies.join('; ') }
  program = await service.token()

  const paid = await service.session()
  paidId = paid.id
  await service.pay(paid)
  receipt = /href="(\/receipts\/[\w-]{22,})"/.exec(await service.thankYou(paid, ARRIVED))?.[1] ?? ''
  await service.pay(await service.session({ frequency: 'monthly' }), { email: 'monthly@reader.example' })
  recurring = await until('the link that stops the monthly gift', async () => {
    const mails = await service.mails.list()
    const found = mails.map(({ mail }) => /\/recurring\/sub_\S+/.exec(mail.text)?.[0])
    return found.find((one) => one !== undefined) ?? null
  })
  await service.checkout(GIFT, KEY)
  opened = await service.session()

  await saveGiving(pool, new Date())
  service.forwardMs(2_000)
}, 60_000)
afterAll(() => service?.stop())

const form = (fields: Readonly<Record<string, string>> = {}) =>
  fetch(`${service.url}/donate`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      amount: 'other',
      ownAmount: '7.25',
      frequency: 'monthly',
      currency: 'usd',
      shownCurrency: 'usd',
      ...fields,
    }),
  })

describe('while giving is off', () => {
  it.each([
    ['a single gift', () => service.checkout(GIFT)],
    ['a monthly gift', () => service.checkout({ ...GIFT, frequency: 'monthly' })],
    ['a request that was answered before', () => service.checkout(GIFT, KEY)],
    ['a gift of a program from another site', () => service.checkout(GIFT, { 'User-Agent': 'program' })],
    ['the form', () => form()],
    ['the form in Spanish', () => form({ lang: 'es' })],
  ])('%s is refused with the sentence, and no payment page is made', async (_, ask) => {
    const { rows: before } = await service.database.pool.query('select count(*) from checkouts')
    const answer = await ask()
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('600')
    const { rows: after } = await service.database.pool.query('select count(*) from checkouts')
    expect(after).toEqual(before)
    const text = await answer.text()
    // A program reads the reason, and the form keeps what was typed.
    expect(text).toMatch(/"reason":"giving_is_off"|value="7\.25"/)
    expect(text).toMatch(new RegExp(`${SENTENCE}|En este momento no podemos recibir aportaciones`))
  })

  it('a wrong request still gets the answer that says what is wrong with it', async () => {
    expect((await service.checkout({ ...GIFT, amount: -1 })).status).toBe(400)
  })

  it('/donate says so before anybody chooses', async () => {
    const page = await service.get('/donate')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(SENTENCE)
  })

  it.each([
    ['a receipt', () => receipt],
    ['its PDF', () => `${receipt}.pdf`],
    ['the page that checks receipts', () => '/verify-receipt'],
    ['the thank-you page', () => `/thank-you?session_id=${paidId}`],
    ['the page of a recurring gift', () => recurring],
    ['what became of a session', () => `/checkout-sessions/${paidId}`],
    ['the widget', () => '/widget.js'],
    ['the rest of the widget', () => '/widget-more.js'],
    ['the demo', () => '/demo'],
    ['the source', () => '/source'],
    ['health', () => '/healthz'],
    ['readiness', () => '/readyz'],
    ['the metrics', () => '/metrics'],
    ['the description of the API', () => '/openapi.json'],
  ])('%s answers as ever', async (_, path) => {
    expect([path(), (await service.get(path())).status]).toEqual([path(), 200])
  })

  it.each([
    '/finance',
    '/finance/donations',
    '/finance/deposits',
    '/finance/months',
    '/finance/exports',
    '/finance/mail',
    '/finance/reports/income',
    '/finance/reports/receipts',
    '/finance/reports/recurring',
    '/finance/settings',
  ])('finance reads %s', async (path) => {
    expect([path, (await service.get(path, staff)).status]).toEqual([path, 200])
  })

  it.each([
    '/api/donations',
    '/api/donations.csv',
    '/api/reports/totals?from=2026-01-01&to=2026-01-31&by=day',
  ])('a program reads %s', async (path) => {
    expect([path, (await service.get(path, program)).status]).toEqual([path, 200])
  })

  it('a payment page of before is paid, its webhook is taken, and its gift gets a receipt', async () => {
    expect((await service.pay(opened, { email: 'late@reader.example' })).status).toBe(303)
    expect(await service.thankYou(opened, ARRIVED)).toContain('$5.00')
    await until('the receipt', async () => {
      const mails = await service.mails.list()
      return mails.some(({ mail }) => JSON.stringify(mail).includes('late@reader.example'))
    })
    expect((await service.get('/webhooks/stripe')).status).toBe(405)
  })

  it('and once it is on again, the request of before gets its payment page', async () => {
    await saveGiving(service.database.pool, null)
    service.forwardMs(2_000)
    expect((await service.checkout(GIFT, KEY)).status).toBe(201)
    expect(await (await service.get('/donate')).text()).not.toContain(SENTENCE)
  })
})
