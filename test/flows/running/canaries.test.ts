import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorForLog } from '../../../src/http/logger.ts'
import { cookieJar } from '../../kit/cookie-jar.ts'
import { cuttable, type Cuttable } from '../../kit/cuttable.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { withRoles } from '../../kit/database-roles.ts'
import { hireStaff } from '../../kit/factories.ts'
import { listen, type TestServer } from '../../kit/http.ts'
import { keptLog } from '../../kit/log.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { signed, stripeEvent } from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'
import { startSmtpCatcher, type SmtpCatcher } from '../../mail/smtp-catcher.ts'

/**
 * Every secret and everything about a donor is a word that stands nowhere else. The service gives, signs in and fails in
 * many ways; then these words are looked for in its log at every level, its metrics, its traces, and in what it answered
 * to strangers.
 */

const DONOR = {
  name: 'Canaria Quillfeather',
  email: 'canaria@quillfeather.example',
  message: 'canary message about a lighthouse',
  address: '203.0.113.177',
}
const WORDS = ['Quillfeather', 'quillfeather', 'lighthouse', DONOR.address]

const secretOf = (purpose: string) => `Zq7-canary-${purpose}-wK3vB9xTm2Ln8`
const PURPOSES = [
  'SESSION_COOKIE',
  'ADDRESS_HASH',
  'RECEIPT_LINK',
  'RECEIPT_CODE',
  'CHECKOUT_MARK',
  'SECOND_FACTOR',
]
const DATABASE_PASSWORD = secretOf('database')
const WEBHOOK_SECRET = 'whsec_Zq7canarywebhook8Lm2Tx'
const SECRETS: Readonly<Record<string, string>> = {
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  SESSION_SECRET: secretOf('session'),
  ...Object.fromEntries(PURPOSES.map((one) => [`${one}_SECRET`, secretOf(one)])),
}
const SECRETS_AWAY: Readonly<Record<string, string>> = {
  STRIPE_SECRET_KEY: 'sk_test_Zq7canarystripekey',
  OIDC_CLIENT_SECRET: secretOf('oidc'),
  CHALLENGE_SECRET: secretOf('challenge'),
  NEWSLETTER_KEY: `${'ab12'.repeat(6)}:${'0fd1'.repeat(16)}`,
}
const SMTP_PASSWORD = 'Zq7canarysmtp'
const DIGEST_URL = 'https://hooks.canary.example/Zq7canarydigest'

/** Secrets that come into being while the service runs: tokens, links, session keys. */
const made = new Set<string>()
const secrets = () => [
  ...Object.values(SECRETS),
  ...Object.values(SECRETS_AWAY),
  ...made,
  DATABASE_PASSWORD,
  SMTP_PASSWORD,
  'Zq7canarydigest',
]

const kept = keptLog()
/** What strangers were answered, headers included. */
const answered: string[] = []
const traces: string[] = []

let database: TestDatabase
let roles: Awaited<ReturnType<typeof withRoles>>
let road: Cuttable
let mailServer: SmtpCatcher
let collector: TestServer
/** Quotes whatever it is sent in every error: Stripe, or an identity provider, at its worst. */
let hostile: TestServer
let service: TestService
let failing: TestService

beforeAll(async () => {
  database = await testDatabase()
  roles = await withRoles(database)
  await database.database.pool.query(`alter role ${roles.names.app} password '${DATABASE_PASSWORD}'`)
  const url = new URL(roles.appUrl)
  url.password = DATABASE_PASSWORD
  road = await cuttable(url.href)
  mailServer = await startSmtpCatcher()
  collector = await listen((request, response) => {
    request.on('data', (chunk: Buffer) => void traces.push(chunk.toString('latin1')))
    request.on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'))
  })
  hostile = await listen((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const message = `No such thing: ${request.headers.authorization} ${decodeURIComponent(body)}`
      response
        .writeHead(400, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ error: { type: 'invalid_request_error', message } }))
    })
  })
  const common = { ...SECRETS, TRUSTED_PROXIES: '127.0.0.1', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  service = await startTestService(
    {
      ...common,
      DATABASE_URL: road.url,
      MIGRATION_DATABASE_URL: database.url,
      SMTP_URL: mailServer.url,
      NEWSLETTER_TOOL: 'export',
    },
    { log: kept.log },
  )
  failing = await startTestService(
    {
      ...common,
      ...SECRETS_AWAY,
      STRIPE_API_BASE: hostile.url,
      SMTP_URL: mailServer.url.replace('smtp://', `smtp://canary:${SMTP_PASSWORD}@`),
      OIDC_ISSUER: hostile.url,
      OIDC_CLIENT_ID: 'canary',
      OIDC_ALLOWED_DOMAINS: 'news.example',
      CHALLENGE: 'turnstile',
      CHALLENGE_SITE_KEY: 'public',
      NEWSLETTER_TOOL: 'ghost',
      NEWSLETTER_URL: 'https://ghost.canary.example',
      DIGEST_WEBHOOK_URL: DIGEST_URL,
    },
    { log: kept.log },
  )
}, 60_000)
afterAll(async () => {
  await failing?.stop()
  await service?.stop()
  await Promise.all([mailServer?.close(), collector?.close(), hostile?.close(), road?.close()])
  await roles?.remove()
  await database?.drop()
})

const asDonor = { 'X-Forwarded-For': DONOR.address }

/** A request of somebody who may see no donor and no secret: the answer is kept. */
async function ask(at: string, init: RequestInit = {}, of = service): Promise<Response> {
  const headers = { ...asDonor, ...Object.fromEntries(new Headers(init.headers)) }
  const answer = await fetch(of.url + at, { redirect: 'manual', ...init, headers })
  const sent = [...answer.headers].filter(([name]) => name !== 'set-cookie')
  answered.push(`${answer.status} ${JSON.stringify(sent)} ${await answer.clone().text()}`)
  return answer
}
const send = (at: string, form: Record<string, string>, headers: Record<string, string> = {}, of = service) =>
  ask(
    at,
    {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
    },
    of,
  )
const json = (body: string, of = service) =>
  ask(
    '/checkout-sessions',
    { method: 'POST', body, headers: { 'Content-Type': 'application/json', Accept: 'application/json' } },
    of,
  )

/** The secret at the end of a link in a mail that was delivered. */
async function mailed(to: string, link: RegExp): Promise<string> {
  const secret = await until(`a mail to ${to} with ${link}`, () => {
    const texts = mailServer.mails
      .filter((mail) => JSON.stringify(mail.to).includes(to))
      .map(({ text }) => text)
    return link.exec(texts.join('\n'))?.[1] ?? null
  })
  made.add(secret)
  return secret
}

/** A browser of staff: what it is answered may name donors, so that only refusals are kept. */
async function signedIn() {
  const staff = await hireStaff(database.database.knex, 'admin')
  await send('/finance/sign-in', { email: staff.email })
  const token = await mailed(staff.email, /\/finance\/sign-in\/([\w-]+)/)
  const browser = {
    get: (at: string, headers: Record<string, string> = {}) =>
      fetch(service.url + at, { redirect: 'manual', headers: { ...asDonor, ...headers } }),
    post: (at: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(service.url + at, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(form),
        headers: { ...asDonor, 'Sec-Fetch-Site': 'same-origin', ...headers },
      }),
  }
  const jar = cookieJar(browser)
  expect((await jar.post('/finance/sign-in/confirm', { token })).status).toBe(303)
  for (const [, value = ''] of jar.header().matchAll(/=([^;]{20,})/g)) made.add(value)
  // The link once more, as somebody who found it.
  expect((await send('/finance/sign-in/confirm', { token })).status).toBe(410)
  return jar
}

async function give(): Promise<string> {
  mailServer.answers = [{ at: 'rcpt', code: 450, status: '4.2.2' }]
  const opened = await service.session({ amount: 2500, message: DONOR.message })
  made.add(opened.id)
  await service.pay(opened, { name: DONOR.name, email: DONOR.email })
  const page = await service.thankYou(opened, ARRIVED)
  made.add(/\/receipts\/([\w-]+)/.exec(page)?.[1] ?? 'no receipt')
  await until('the refused mail is noted', () => kept.text().includes('4.2.2'))
  return opened.id
}

async function failOfReaders(session: string): Promise<void> {
  const wrong = { amount: 'much', currency: 'usd', message: DONOR.message, email: DONOR.email }
  expect((await json(JSON.stringify(wrong))).status).toBe(400)
  expect((await json(`{"amount": 500, "message": "${DONOR.message}`)).status).toBe(400)
  expect((await json(`{"amount":500,"currency":"usd","message":"${DONOR.message.repeat(40)}"}`)).status).toBe(
    400,
  )
  expect((await json(`{"amount":500,"currency":"usd"}${' '.repeat(70_000)}${DONOR.email}`)).status).toBe(413)
  await ask(`/donate?amount=500&email=${encodeURIComponent(DONOR.email)}&currency=nope`)
  await ask(`/thank-you?session_id=${session}x`)
  await ask(`/receipts/2026-000001-${'a'.repeat(22)}`)
  await ask(`/my/${'b'.repeat(43)}`)
  await ask('/verify-receipt?code=AAAA-BBBB-CCCC')
  await ask('/nowhere', { headers: { Cookie: `staff=${DONOR.email}` } })
  // Answers byte for byte the same to whoever asks, so nothing of the address comes back.
  await send('/my', { email: DONOR.email })
  const link = await mailed(DONOR.email, /\/my\/([\w-]{20,})/)
  expect((await fetch(`${service.url}/my/${link}`, { headers: asDonor })).status).toBe(200)
  await fetch(`${service.url}/newsletter`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin', ...asDonor },
    body: new URLSearchParams({ email: DONOR.email, consent: 'on' }),
  })
}

async function failOfPrograms(): Promise<void> {
  const { Authorization } = await service.token('viewer')
  made.add(Authorization.replace('Bearer ', ''))
  const auditor = await service.token('auditor')
  made.add(auditor.Authorization.replace('Bearer ', ''))
  expect(
    (await ask('/api/reports/totals?from=2026-01-01&to=2026-01-31&by=day', { headers: { Authorization } }))
      .status,
  ).toBe(200)
  expect((await ask(`/api/donations?q=${DONOR.email}`, { headers: { Authorization } })).status).toBe(403)
  expect((await ask(`/api/donations?limit=x${DONOR.email}`, { headers: auditor })).status).toBe(400)
  const unknown = `rd_${'c'.repeat(43)}`
  made.add(unknown)
  expect((await ask('/api/donations', { headers: { Authorization: `Bearer ${unknown}` } })).status).toBe(401)
}

async function failOfStripe(): Promise<void> {
  const { rows } = await database.database.pool.query<{ payment: string }>(
    'select payment_intent_id as payment from donations',
  )
  const event = stripeEvent('refund.created', {
    id: 're_unreadable',
    object: 'refund',
    payment_intent: rows[0]?.payment,
    amount: DONOR.message,
    metadata: { name: DONOR.name, email: DONOR.email },
  })
  const post = (payload: string, header: string) =>
    ask('/webhooks/stripe', { method: 'POST', body: payload, headers: { 'Stripe-Signature': header } })
  const wrong = signed(event, { secret: 'whsec_of_somebody_else' })
  expect((await post(wrong.payload, wrong.header)).status).toBe(400)
  const right = signed(event, { secret: WEBHOOK_SECRET })
  expect((await post(right.payload, right.header)).status).toBe(200)
  const noEvent = signed({ name: DONOR.name, note: DONOR.message }, { secret: WEBHOOK_SECRET })
  expect((await post(noEvent.payload, noEvent.header)).status).toBe(400)
  const { outcome } = await until('the unreadable event has an outcome', async () => {
    const { rows: states } = await database.database.pool.query<{ outcome: string }>(
      `select outcome from inbox_states s join inbox_events e on e.id = s.inbox_event_id where e.event_id = $1 and outcome <> 'pending'`,
      [event.id],
    )
    return states[0] ?? null
  })
  expect(outcome).toBe('failed')

  expect(
    (await json(JSON.stringify({ amount: 500, currency: 'usd', message: DONOR.message }), failing)).status,
  ).toBeGreaterThan(399)
  expect((await ask('/finance/sign-in/provider', {}, failing)).status).toBe(503)
  const staff = await hireStaff(failing.database.knex, 'viewer')
  await send('/finance/sign-in', { email: staff.email }, {}, failing)
  await until('the mail server refuses the password', () => /EAUTH|AUTH/.test(kept.text()))
}

async function failOfStaff(): Promise<void> {
  const jar = await signedIn()
  const [gift] = (await database.database.pool.query<{ id: string }>('select id from donations')).rows
  for (const at of [
    `/finance/donations?q=${encodeURIComponent(DONOR.email)}`,
    `/finance/donations/${gift?.id}`,
    `/finance/donors/${encodeURIComponent(DONOR.email)}`,
    '/api/donations.csv',
  ])
    await jar.get(at)
  await jar.post(`/finance/donations/${gift?.id}/notes`, { text: DONOR.message })
  await jar.post(`/finance/donations/${gift?.id}/refunds`, { amount: DONOR.message, reason: DONOR.name })
  // Somebody else's session, and a form without one.
  await send(`/finance/donations/${gift?.id}/notes`, { text: DONOR.message })
  await jar.post('/finance/sign-in/sign-out')
}

async function failOfDatabase(session: string): Promise<void> {
  await road.cut()
  await json(JSON.stringify({ amount: 500, currency: 'usd', message: DONOR.message }))
  await ask(`/thank-you?session_id=${session}`)
  await send('/my', { email: DONOR.email })
  await send('/finance/sign-in', { email: DONOR.email })
  await ask('/readyz')
  const event = signed(
    stripeEvent('customer.created', { id: 'cus_1', object: 'customer', email: DONOR.email }),
    {
      secret: WEBHOOK_SECRET,
    },
  )
  const header = { 'Stripe-Signature': event.header }
  expect(
    (await ask('/webhooks/stripe', { method: 'POST', body: event.payload, headers: header })).status,
  ).toBe(503)
  await road.mend()
  await until('the database is back', async () =>
    (await service.get('/readyz')).status === 200 ? true : null,
  )
}

it('leaks no secret and no donor in any log line, answer, metric or trace, whatever fails', async () => {
  const session = await give()
  await failOfReaders(session)
  await failOfPrograms()
  await failOfStripe()
  await failOfStaff()
  await failOfDatabase(session)
  const metrics = [await (await service.get('/metrics')).text(), await (await failing.get('/metrics')).text()]
  await until('traces', () => traces.length > 0)

  const linesWith = (words: readonly string[], lines: readonly string[]) =>
    lines.flatMap((line) => words.filter((word) => line.includes(word)).map((word) => `${word}: ${line}`))
  expect(kept.lines.length).toBeGreaterThan(60)
  expect(answered.length).toBeGreaterThan(25)
  expect(made.size).toBeGreaterThan(8)
  expect(linesWith([...secrets(), ...WORDS], kept.lines)).toEqual([])
  expect(linesWith([...secrets(), ...WORDS], [...metrics, ...traces])).toEqual([])
  expect(linesWith(secrets(), answered)).toEqual([])
  expect(linesWith(WORDS, answered)).toEqual([])
}, 60_000)

it('would see a secret: the words are looked for where they are', () => {
  const line = JSON.stringify(errorForLog(new Error(`invalid key ${SECRETS['SESSION_SECRET']}`)))
  expect(secrets().filter((secret) => line.includes(secret))).toEqual([SECRETS['SESSION_SECRET']])
})
