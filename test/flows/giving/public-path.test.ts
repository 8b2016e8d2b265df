import { request as forward } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { putStaff } from '../../../src/access/staff-store.ts'
import { openBrowser, skipReason } from '../../kit/browser.ts'
import { sessionIn } from '../../kit/answers.ts'
import { freePort } from '../../kit/free-port.ts'
import { listen, type TestServer } from '../../kit/http.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { charge, signed, stripeEvent, stripeId } from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'

/** The service below a path of a newsroom's site, behind a proxy that takes the path off. */

const PATH = '/give'

let service: TestService
let proxy: TestServer
/** The service itself, which a proxy that leaves addresses as they are would ask. */
let behind: string
/** The site of the newsroom, without the path. */
let site: string
const outsideOfPath: string[] = []

beforeAll(async () => {
  const port = await freePort()
  behind = `http://127.0.0.1:${port}`
  proxy = await listen((request, response) => {
    const at = request.url ?? ''
    if (!at.startsWith(`${PATH}/`)) {
      outsideOfPath.push(at)
      response.statusCode = 404
      return void response.end('another page of the site')
    }
    const { method, headers } = request
    const asked = forward(`${behind}${at.slice(PATH.length)}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
    })
    asked.on('error', () => response.destroy())
    request.pipe(asked)
  })
  site = proxy.url
  service = await startTestService({ PORT: String(port), PUBLIC_URL: `${site}${PATH}/` }, { trial: true })
})
afterAll(async () => {
  await service?.stop()
  await proxy?.close()
})

/** Every address of this site that a page links to, loads or posts to. */
function addressesIn(html: string): string[] {
  const found = [
    ...html.matchAll(/\s(?:href|src|action|formaction|content|poster|srcset|data-[a-z]+)="(\/[^"]*)"/g),
  ]
  return found.map(([, address = '']) => address.replaceAll('&amp;', '&'))
}

/** The addresses that a person can open by a link. */
const linksIn = (html: string): string[] =>
  [...html.matchAll(/<a\b[^>]*\shref="(\/[^"]*)"/g)].map(([, address = '']) =>
    address.replaceAll('&amp;', '&'),
  )

/** The page, all of whose addresses are below the path. */
async function pageAt(address: string, headers: Record<string, string> = {}) {
  const answer = await fetch(new URL(address, `${site}${PATH}/`), { redirect: 'manual', headers })
  const html = await answer.text()
  expect([address, answer.status]).toEqual([address, 200])
  const addresses = addressesIn(html)
  expect(addresses.filter((one) => !one.startsWith(`${PATH}/`))).toEqual([])
  expect(addresses.length).toBeGreaterThan(0)
  return { html, addresses, answer }
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  redirect: 'manual',
  body: new URLSearchParams(fields),
  headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
})

it('lets a reader give by the form, return from Stripe and open the receipt', async () => {
  const { html, addresses } = await pageAt(`${PATH}/donate?amount=500&currency=usd`)
  for (const asset of addresses.filter((one) => one.includes('/assets/')))
    expect([asset, (await fetch(`${site}${asset}`)).status]).toEqual([asset, 200])
  const key = /name="idempotencyKey" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const fields = { amount: '500', currency: 'usd', frequency: 'once', idempotencyKey: key }
  const posted = await fetch(`${site}${PATH}/donate`, form(fields))
  expect(posted.status).toBe(303)
  expect(posted.headers.get('location')).toContain(service.sandboxUrl)

  const session = await sessionIn(await service.checkout({ amount: 500, currency: 'usd' }))
  await service.pay(session)
  const stored = await service.stripe.checkout.sessions.retrieve(session.id)
  expect(stored.success_url).toBe(`${site}${PATH}/thank-you?session_id={CHECKOUT_SESSION_ID}`)
  expect(stored.cancel_url?.split('?')[0]).toBe(`${site}${PATH}/donate`)
  const thanks = await service.thankYou(session, ARRIVED)
  const receipt = addressesIn(thanks).find((one) => one.includes('/receipts/')) ?? ''
  expect(receipt).toMatch(/^\/give\/receipts\//)
  const page = await pageAt(receipt)
  const pdf = page.addresses.find((one) => one.endsWith('.pdf')) ?? ''
  expect((await fetch(`${site}${pdf}`)).headers.get('content-type')).toBe('application/pdf')
  const mail = await until('the receipt’s mail', async () => (await service.mails.list())[0]?.mail)
  expect(mail.text).toContain(`${site}${receipt}`)
  expect((await pageAt(`${PATH}/donate?amount=x`)).html).toContain('id="form"')
  const problem = await fetch(`${site}${PATH}/nothing-here`, { headers: { Accept: 'text/html' } })
  expect(problem.status).toBe(404)
  expect(addressesIn(await problem.text()).filter((one) => !one.startsWith(`${PATH}/`))).toEqual([])
})

it('sends a reader who comes back too early to the same page below the path', async () => {
  const session = await sessionIn(await service.checkout({ amount: 500, currency: 'usd' }))
  // As the first payment of a recurring gift is: Stripe says that it is paid before the gift itself comes.
  await service.database
    .knex('checkouts')
    .where({ stripe_session_id: session.id })
    .update({ status: 'succeeded' })
  const waiting = await fetch(`${site}${PATH}/thank-you?session_id=${session.id}`)
  expect(waiting.headers.get('refresh')).toMatch(/url=\/give\/thank-you/)
})

it('lets staff sign in by the mailed link, with a cookie for the path alone, and use their pages', async () => {
  const staff = await putStaff(service.database.knex, { email: 'finance@courier.example', role: 'finance' })
  const unknown = await fetch(`${site}${PATH}/finance`, { redirect: 'manual' })
  expect(unknown.headers.get('location')).toBe(`${PATH}/finance/sign-in`)
  await pageAt(`${PATH}/finance/sign-in`)
  await fetch(`${site}${PATH}/finance/sign-in`, form({ email: staff.email }))
  const link = await until('the mailed link', async () => {
    const mails = await service.mails.list()
    return mails.map(({ mail }) => /http\S+\/finance\/sign-in\/\S+/.exec(mail.text)?.[0]).find(Boolean)
  })
  expect(link).toContain(`${site}${PATH}/finance/sign-in/`)
  const confirm = await pageAt(link)
  const token = /name="token" value="([^"]+)"/.exec(confirm.html)?.[1] ?? ''
  const signedIn = await fetch(`${site}${PATH}/finance/sign-in/confirm`, form({ token }))
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, `${PATH}/finance`])
  const cookies = signedIn.headers.getSetCookie()
  expect(cookies.filter((one) => !/;\s*path=\/give(;|$)/i.test(one))).toEqual([])
  const headers = { Cookie: cookies.map((one) => one.split(';')[0]).join('; ') }

  const seen = new Set<string>()
  const open = [`${PATH}/finance`]
  for (let at = open.pop(); at !== undefined && seen.size < 25; at = open.pop()) {
    seen.add(at)
    const { html } = await pageAt(at, headers)
    open.push(
      ...linksIn(html)
        .filter((one) => /\/finance(\/(donations|deposits|months|mail)|\?|$)/.test(one))
        .filter((one) => !seen.has(one)),
    )
  }
  expect(seen.size).toBeGreaterThan(2)
  const out = await fetch(`${site}${PATH}/finance/sign-out`, form({}, headers))
  expect(out.headers.get('location')).toBe(`${PATH}/finance/sign-in`)
})

it('names its public address to programs, and lets the site’s own article pages ask for a checkout', async () => {
  const document = (await (await fetch(`${site}${PATH}/openapi.json`)).json()) as { servers: unknown } // checked below
  expect(document.servers).toEqual([{ url: `${site}${PATH}` }])
  const asked = await fetch(`${site}${PATH}/checkout-sessions`, {
    method: 'OPTIONS',
    headers: { Origin: site, 'Access-Control-Request-Method': 'POST' },
  })
  expect(asked.headers.get('access-control-allow-origin')).toBe(site)
  const { data } = (await (
    await fetch(`${site}${PATH}/api/donations`, { headers: await service.token('finance') })
  ).json()) as { data: { receipt: { url: string } }[] } // checked below
  expect(data[0]?.receipt.url).toMatch(new RegExp(`^${site}${PATH}/receipts/`))
})

it('takes webhooks below the path, and answers a proxy that leaves the path as well', async () => {
  const event = stripeEvent('charge.succeeded', charge({ paymentIntentId: stripeId('pi') }))
  const { payload, header } = signed(event, { secret: service.webhookSecret })
  const headers = { 'Content-Type': 'application/json', 'Stripe-Signature': header }
  for (const address of [`${site}${PATH}`, `${behind}${PATH}`, behind]) {
    const posted = await fetch(`${address}/webhooks/stripe`, { method: 'POST', headers, body: payload })
    expect([address, posted.status]).toEqual([address, 200])
  }
  const direct = await fetch(`${behind}${PATH}/donate`)
  expect(direct.status).toBe(200)
  expect(addressesIn(await direct.text()).filter((one) => !one.startsWith(`${PATH}/`))).toEqual([])
  expect((await fetch(`${behind}/givens/donate`)).status).toBe(404)
})

describe.skipIf(skipReason)(`in a browser${skipReason ? ` (${skipReason})` : ''}`, () => {
  it('the widget of an article page reaches the service below the path', async () => {
    outsideOfPath.length = 0
    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.goto(`${site}${PATH}/demo`)
    await page
      .getByRole('button', { name: /^(Give|Donate)/ })
      .first()
      .click()
    await page.waitForURL(`${service.sandboxUrl}/c/pay/**`)
    await page.getByLabel('Name').fill('Ada Reader')
    await page.getByLabel('Email').fill('ada@reader.example')
    await page.getByRole('button', { name: /by card$/ }).click()
    await page.waitForURL(`${site}${PATH}/thank-you?**`)
    await page.getByRole('heading', { name: 'Thank you', exact: true }).waitFor()
    // Browsers ask every site for its icon by themselves.
    expect(outsideOfPath.filter((at) => at !== '/favicon.ico')).toEqual([])
  })
})
