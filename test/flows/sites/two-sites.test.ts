import { afterAll, beforeAll, expect, test } from 'vitest'
import { admitWithLink } from '../../../src/access/manage-staff.ts'
import { payAt } from '../../kit/service.ts'
import { signatureHeader } from '../../kit/stripe-events.ts'
import { askAt, startTwoSites, type OneSite } from '../../kit/two-sites.ts'
import { until } from '../../kit/until.ts'

/** Two newsrooms on one service. Nobody of one site sees anything of the other, whatever they ask for. */
let two: Awaited<ReturnType<typeof startTwoSites>>
let herald: OneSite
let gazette: OneSite
beforeAll(async () => {
  two = await startTwoSites()
  ;({ herald, gazette } = two)
}, 120_000)
afterAll(async () => {
  await two.stop()
  await two.clean()
})

type Gift = {
  readonly session: string
  readonly id: string
  readonly receipt: string
  readonly number: string
}
async function give(site: OneSite, currency: string, email: string): Promise<Gift> {
  const asked = await site.ask('/checkout-sessions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ amount: 500, currency }),
  })
  expect(asked.status).toBe(201)
  const { id: session, url } = JSON.parse(asked.text) as { id: string; url: string } // checked by the status
  await payAt({ url }, { email })
  const { rows } = await until('the receipt', async () => {
    const found = await site.database.pool.query<{ id: string; number: string }>(
      'select d.id, r.number from donations d join receipts r on r.donation_id = d.id where d.donor_email = $1',
      [email],
    )
    return found.rows.length > 0 && found
  })
  const mail = await until('the mail', async () =>
    (await site.mails.list()).map((one) => one.mail).find(({ to }) => to.includes(email)),
  )
  const receipt = /\/receipts\/([A-Za-z0-9_-]+)/.exec(mail.text)?.[1] ?? ''
  return { session, id: rows[0]?.id ?? '', receipt, number: rows[0]?.number ?? '' }
}

test('each site books its own gift, numbers its receipts from 1 and mails in its own name', async () => {
  const [a, b] = [
    await give(herald, 'usd', 'ada@reader.example'),
    await give(gazette, 'eur', 'bea@reader.example'),
  ]
  expect(a.number).toBe(b.number)
  for (const site of [herald, gazette]) {
    const { rows } = await site.database.pool.query('select currency from donations')
    expect(rows).toHaveLength(1)
    for (const { mail } of await site.mails.list()) expect(mail.text).toContain(site.name)
  }

  // Every id of the Herald, asked for at the Gazette, is as unknown as one that never was.
  const staff = await gazette.token()
  for (const path of [`/receipts/${a.receipt}`, `/receipts/${a.receipt}.pdf`]) {
    expect((await herald.ask(path)).status).toBe(200)
    expect((await gazette.ask(path)).status).toBe(404)
  }
  expect((await herald.ask(`/api/donations/${a.id}`, { headers: await herald.token() })).status).toBe(200)
  expect((await gazette.ask(`/api/donations/${a.id}`, { headers: staff })).status).toBe(404)
  const unknown = await gazette.ask('/thank-you?session_id=cs_test_neverwasthere')
  const foreign = await gazette.ask(`/thank-you?session_id=${a.session}`)
  expect(foreign.status).toBe(unknown.status)
  expect(foreign.text.replaceAll(a.session, '')).toBe(unknown.text.replaceAll('cs_test_neverwasthere', ''))
  const list = await gazette.ask('/api/donations', { headers: staff })
  expect(list.text).toContain('bea@reader.example')
  expect(list.text).not.toContain('ada@reader.example')

  // The same of every address that programs have: nothing of the Herald's donor, by whatever id.
  const { paths } = JSON.parse((await gazette.ask('/openapi.json')).text) as {
    paths: Record<string, Record<string, unknown>>
  } // the service's own document, which other tests read closely
  const { rows } = await herald.database.pool.query<Record<string, string>>(
    'select d.id, d.payment_intent_id as intent, d.checkout_id as checkout, i.id as event from donations d, inbox_events i',
  )
  const ids = new Set([
    a.session,
    a.receipt,
    a.number,
    ...rows.flatMap((row) => Object.values(row).map(String)),
  ])
  expect(ids.size).toBeGreaterThan(5)
  const read = Object.entries(paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []))
  expect(read.length).toBeGreaterThan(20)
  for (const path of read)
    for (const id of path.includes('{') ? ids : ['']) {
      const answer = await gazette.ask(path.replace(/\{\w+\}/g, id), { headers: staff })
      expect([path, id, answer.text.includes('ada@')]).toEqual([path, id, false])
    }
}, 120_000)

test('the link to a donor’s own page opens nothing at another site, where the donor is unknown', async () => {
  const askFor = (site: OneSite) =>
    site.ask('/my', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: site.url },
      body: 'email=ada%40reader.example&lang=en',
    })
  const answers = [await askFor(herald), await askFor(gazette)]
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const token = await until(
    'the mail with the link',
    async () =>
      (await herald.mails.list()).flatMap(({ mail }) => /\/my\/([\w-]{43})/.exec(mail.text)?.[1] ?? [])[0],
  )
  expect((await herald.ask(`/my/${token}`)).status).toBe(200)
  const never = await gazette.ask(`/my/${'x'.repeat(43)}`)
  const foreign = await gazette.ask(`/my/${token}`)
  expect([foreign.status, foreign.text.includes('ada@')]).toEqual([never.status, false])
  expect(foreign.status).not.toBe(200)
  expect((await gazette.mails.list()).filter(({ mail }) => mail.to.includes('ada@'))).toEqual([])
})

test('a token, a sign-in link and a session of one site are worth nothing at the other', async () => {
  const token = await herald.token()
  expect((await herald.ask('/api/donations', { headers: token })).status).toBe(200)
  expect((await gazette.ask('/api/donations', { headers: token })).status).toBe(401)

  const { link } = await herald.database.knex.transaction((tx) =>
    admitWithLink(
      tx,
      { email: 'finance@herald.example', role: 'auditor' },
      { by: { kind: 'service' }, at: new Date() },
    ),
  )
  const confirm = (site: OneSite) =>
    site.ask('/finance/sign-in/confirm', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: site.url },
      body: new URLSearchParams({ token: link.token }).toString(),
    })
  expect((await confirm(gazette)).headers['set-cookie'] ?? []).not.toContainEqual(
    expect.stringMatching(/session=/),
  )
  const signedIn = await confirm(herald)
  const cookies = signedIn.headers['set-cookie']
  const headers = {
    Cookie: (Array.isArray(cookies) ? cookies : []).map((one) => one.split(';')[0]).join('; '),
  }
  expect((await herald.ask('/finance', { headers })).status).toBe(200)
  expect((await gazette.ask('/finance', { headers })).status).not.toBe(200)
})

test('an event is taken at the address of the site that its secret belongs to', async () => {
  const body = JSON.stringify({ id: 'evt_two_sites', object: 'event' })
  const send = (site: OneSite, secret: string) =>
    site.ask('/webhooks/stripe', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Stripe-Signature': signatureHeader(body, secret, Math.floor(Date.now() / 1000)),
      },
      body,
    })
  const refused = await send(gazette, herald.webhookSecret)
  expect([refused.status, refused.text.includes('signature')]).toEqual([400, true])
  // The body is refused for what it is, not for who signed it.
  expect((await send(gazette, gazette.webhookSecret)).text).not.toContain('signature')
})

test('a site answers its own origins, in its own currencies and languages', async () => {
  const preflight = async (site: OneSite, origin: string) =>
    (
      await site.ask('/checkout-sessions', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    ).headers['access-control-allow-origin']
  expect(await preflight(herald, 'https://herald.example')).toBe('https://herald.example')
  expect(await preflight(gazette, 'https://herald.example')).toBeUndefined()
  expect((await herald.ask('/donate')).text).toContain('The Harbour Herald')
  const page = await gazette.ask('/donate')
  expect(page.text).toContain('Die Wald-Gazette')
  expect(page.text).toContain('<html lang="de"')
  expect(page.text).not.toContain('Herald')
})

test('a host that is no site’s is unknown, and only the process answers there', async () => {
  for (const host of ['127.0.0.1', 'other.localhost', 'herald.localhost.example'])
    for (const path of ['/donate', '/finance', '/widget.js', '/api/donations'])
      expect([host, path, (await askAt(two.port, host, path)).status]).toEqual([host, path, 404])
  expect((await askAt(two.port, '127.0.0.1', '/readyz')).status).toBe(200)
  const metrics = (await askAt(two.port, '127.0.0.1', '/metrics')).text
  expect(metrics).toMatch(/inbox_depth\{site="herald"\} \d/)
  expect(metrics).toMatch(/inbox_depth\{site="gazette"\} \d/)
  expect(metrics.match(/^# TYPE inbox_depth /gm)).toHaveLength(1)
  expect((await herald.ask('/metrics')).text).not.toContain('gazette')
})

test('a site goes on while the database refuses another one', async () => {
  await two.db.database.pool.query('alter schema herald rename to herald_away')
  try {
    await give(gazette, 'eur', 'cleo@reader.example')
    expect((await gazette.ask('/readyz')).status).toBe(200)
    expect((await askAt(two.port, '127.0.0.1', '/readyz')).status).toBe(503)
  } finally {
    await two.db.database.pool.query('alter schema herald_away rename to herald')
  }
}, 60_000)
