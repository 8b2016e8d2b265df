import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ARRIVED, ARTICLE, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A reader subscribes, confirms by the mailed link and unsubscribes, over HTTP. */

let service: TestService
beforeAll(async () => {
  service = await startTestService({ NEWSLETTER_TOOL: 'export', CURRENCIES: 'usd' }, { asApp: true })
})
afterAll(() => service?.stop())

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(service.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
    body: new URLSearchParams(form),
  })

async function mailTo(email: string, subject: RegExp) {
  return until(`a mail to ${email}`, async () => {
    const mails = await service.mails.list()
    return mails.find(({ mail }) => mail.to === email && subject.test(mail.subject)) ?? null
  })
}

async function linkIn(
  email: string,
  purpose: 'confirm' | 'unsubscribe',
  subject = /Please confirm/,
): Promise<string> {
  const { mail } = await mailTo(email, subject)
  const found = new RegExp(`http://\\S+(/newsletter/${purpose}/[\\w-]+)`).exec(mail.text)?.[1]
  if (!found) throw new Error('the mail has no such link')
  return found
}

const consentsOf = async (email: string) =>
  (
    await service.database.pool.query<{
      source: string
      text: string
      language: string
      article: string | null
      isConfirmed: boolean
      because: string | null
    }>(
      `select source, text, language, article_url as article, confirmed_at is not null as "isConfirmed", ended_because as because
         from newsletter_consents where lower(email) = lower($1) order by asked_at`,
      [email],
    )
  ).rows

describe('a subscription', () => {
  it('takes effect only when the button behind the mailed link is pressed', async () => {
    const email = 'once@reader.example'
    const form = await (
      await service.get(`/newsletter?lang=en&article=${encodeURIComponent(ARTICLE)}`)
    ).text()
    expect(form).not.toMatch(/type="checkbox"[^>]*checked/)
    const sentence = /<span>(Yes, send me[^<]*)<\/span>/.exec(form)?.[1]
    const answer = await post('/newsletter', { email, agree: 'yes', lang: 'en', article: ARTICLE })
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining('Look into your mailbox'),
    ])
    const link = await linkIn(email, 'confirm')
    // A program that looks into mails opens the link, and confirms nothing.
    expect((await service.get(link)).status).toBe(200)
    expect(await consentsOf(email)).toEqual([
      {
        source: 'article',
        text: sentence,
        language: 'en',
        article: ARTICLE,
        isConfirmed: false,
        because: null,
      },
    ])
    expect(await (await post(link, {})).text()).toContain('You get the newsletter')
    expect(await (await post(link, {})).text()).toContain('You get the newsletter')
    expect((await consentsOf(email)).map(({ isConfirmed }) => isConfirmed)).toEqual([true])
  })

  it('is not confirmed by a link that is older than three days, which says so and shows the form', async () => {
    const email = 'slow@reader.example'
    await post('/newsletter', { email, agree: 'yes', lang: 'en' })
    const link = await linkIn(email, 'confirm')
    await service.database.pool.query(
      `update newsletter_consents set asked_at = asked_at - interval '4 days', expires_at = now() - interval '1 minute' where email = $1`,
      [email],
    )
    for (const answer of [await service.get(link), await post(link, {})]) {
      const page = await answer.text()
      expect([answer.status, page]).toEqual([
        410,
        expect.stringContaining('This link does not work any more'),
      ])
      expect(page).toContain('name="email"')
    }
    expect((await consentsOf(email)).filter(({ isConfirmed }) => isConfirmed)).toEqual([])
  })

  it('ends by one press in a mail program, without cookies and from anywhere', async () => {
    const email = 'stop@reader.example'
    await post('/newsletter', { email, agree: 'yes', lang: 'en' })
    await post(await linkIn(email, 'confirm'), {})
    const { name } = await mailTo(email, /Please confirm/)
    const eml = String(await service.mails.readEml(name)).replaceAll(/\r\n[ \t]/g, '')
    const url = /^List-Unsubscribe: *<(http[^>]+)>/m.exec(eml)?.[1] ?? ''
    expect(eml).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
    expect(await (await fetch(url)).text()).toContain('<button')
    expect((await consentsOf(email))[0]?.because).toBe(null)
    const body = new FormData()
    body.set('List-Unsubscribe', 'One-Click')
    const answer = await fetch(url, { method: 'POST', body, headers: { Origin: 'https://mail.example' } })
    expect(answer.status).toBe(200)
    expect((await consentsOf(email))[0]?.because).toBe('one_click')
    // The same link again, and the link that confirmed: neither subscribes anybody.
    expect((await fetch(url, { method: 'POST' })).status).toBe(200)
    expect((await post(await linkIn(email, 'confirm'), {})).status).toBe(410)
  })

  it('is answered in the same way when the address has it already, and the mail says so', async () => {
    const email = 'twice@reader.example'
    const ask = async () => {
      const answer = await post('/newsletter', { email, agree: 'yes', lang: 'en' })
      return [answer.status, await answer.text()]
    }
    const first = await ask()
    await post(await linkIn(email, 'confirm'), {})
    expect(await ask()).toEqual(first)
    const stop = await linkIn(email, 'unsubscribe', /already/)
    expect((await post(stop, {})).status).toBe(200)
    expect((await consentsOf(email)).map(({ because }) => because)).toEqual(['page'])
  })

  it('is refused without an address or without the box, and says both', async () => {
    const answer = await post('/newsletter', { email: 'no address', lang: 'en' })
    const page = await answer.text()
    expect([answer.status, page]).toEqual([400, expect.stringContaining('Tick the box')])
    expect(page).toContain('Write your e-mail address')
  })

  it('begun by the form of an article page leads to our own page, which shows the consent', async () => {
    const email = 'article@reader.example'
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://courier.example', Referer: ARTICLE }
    const page = await (await post('/newsletter', { email, agree: 'yes' }, headers)).text()
    expect(page).toContain(`value="${email}"`)
    expect(page).toContain(`name="article" value="${ARTICLE}"`)
    expect(await consentsOf(email)).toEqual([])
  })

  it('is asked for by programs of the newsroom’s sites alone', async () => {
    const ask = (origin: string, body: object) =>
      fetch(`${service.url}/newsletter/subscriptions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin },
        body: JSON.stringify(body),
      })
    const wish = { email: 'element@reader.example', agree: true, locale: 'de-AT', article: ARTICLE }
    expect((await ask('https://elsewhere.example', wish)).status).toBe(403)
    expect((await ask('https://courier.example', { ...wish, agree: false })).status).toBe(400)
    expect((await ask('https://courier.example', { ...wish, email: 'a@b, c@d' })).status).toBe(400)
    const answer = await ask('https://courier.example', wish)
    expect([answer.status, await answer.json()]).toEqual([202, {}])
    expect(await consentsOf(wish.email)).toMatchObject([
      { source: 'element', language: 'de', article: ARTICLE },
    ])
  })
})

describe('the box on the form of a gift', () => {
  it('leads to the mail only after the gift has succeeded, to the address that was typed at Stripe', async () => {
    const email = 'giver@reader.example'
    const session = await service.session({ newsletter: true, locale: 'en', article: { url: ARTICLE } })
    const { pool } = service.database
    expect((await pool.query('select source, language from newsletter_wishes')).rows).toEqual([
      { source: 'checkout', language: 'en' },
    ])
    await service.pay(session, { email })
    await service.thankYou(session, ARRIVED)
    await post(await linkIn(email, 'confirm'), {})
    expect(await consentsOf(email)).toMatchObject([
      { source: 'checkout', isConfirmed: true, article: ARTICLE },
    ])
    expect((await pool.query('select 1 from newsletter_wishes')).rows).toEqual([])
    // The sentence that is kept is the one beside the box, on the form and in the widget.
    const [consent] = await consentsOf(email)
    expect(await (await service.get('/donate?lang=en')).text()).toContain(`>${consent?.text}`)
    expect(await (await service.get('/widget.json?lang=en')).json()).toMatchObject({
      newsletter: consent?.text,
    })
    expect(await service.thankYou(session, ARRIVED)).toContain('We send you an e-mail to confirm')
  })

  it('stands on the thank-you page, too', async () => {
    const email = 'thanks@reader.example'
    const session = await service.session()
    await service.pay(session, { email })
    const page = await service.thankYou(session, ARRIVED)
    expect(page).toContain('action="/newsletter/thank-you"')
    expect(page).not.toMatch(/type="checkbox"[^>]*checked/)
    const answer = await post('/newsletter/thank-you', { session_id: session.id, agree: 'yes', lang: 'en' })
    expect(answer.status).toBe(303)
    await linkIn(email, 'confirm')
    expect(await consentsOf(email)).toMatchObject([{ source: 'thank_you', isConfirmed: false }])
  })
})

it('is offered to article pages by a small script and its words in each language', async () => {
  const script = await service.get('/newsletter.js', { 'Accept-Encoding': 'br' })
  expect([script.status, script.headers.get('Access-Control-Allow-Origin')]).toEqual([200, '*'])
  expect(Number(script.headers.get('Content-Length'))).toBeLessThan(2_000)
  const words = async (lang: string): Promise<unknown> =>
    (await service.get(`/newsletter.json?lang=${lang}`)).json()
  expect(await words('ar')).toMatchObject({ lang: 'ar', dir: 'rtl' })
  expect(await words('de-AT')).toMatchObject({ lang: 'de', subscribe: 'Abonnieren' })
})

it('is not there where the newsroom offers no newsletter', async () => {
  const plain = await startTestService({ CURRENCIES: 'usd' })
  try {
    for (const path of ['/newsletter', '/newsletter.js', '/newsletter.json'])
      expect((await plain.get(path)).status).toBe(404)
    expect(await (await plain.get('/donate')).text()).not.toContain('name="newsletter"')
    const session = await plain.session({ newsletter: true })
    await plain.pay(session)
    expect(await plain.thankYou(session, ARRIVED)).not.toContain('action="/newsletter')
  } finally {
    await plain.stop()
  }
})
