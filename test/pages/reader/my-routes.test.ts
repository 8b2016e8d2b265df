import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { inTransaction, type Queryable } from '../../../src/db/database.ts'
import { erasureRequestRound } from '../../../src/donors/erasure/erasure-request-worker.ts'
import { mintDonorLink, requestDonorLink } from '../../../src/donors/donor-link-store.ts'
import { createComposer } from '../../../src/mail/kinds/mail-kinds.ts'
import type { Mail } from '../../../src/mail/mail.ts'
import { claimDue } from '../../../src/outbox/outbox-store.ts'
import { languages } from '../../../src/text/languages.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken, type Gift } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { testKeys } from '../../kit/keys.ts'
import { currencyNamed } from '../../kit/named.ts'
import { profile } from '../../kit/processing.ts'

const MINUTE_MS = 60_000
let donors = 0

const test = financeTest
  // A donor with a gift and its receipt.
  .extend('donor', { scope: 'file' }, ({ db }) => async (wish: Partial<Gift> = {}) => {
    const email = wish.donorEmail ?? `donor-${(donors += 1)}@reader.example`
    const gift = await giveDonation(db.database.knex, { donorEmail: email, ...wish })
    return { email, id: gift.id, receipt: await giveReceipt(db.database.knex, gift) }
  })
  // The token that a mail to the address would hold.
  .extend('linkFor', { scope: 'file' }, ({ db, service }) => async (email: string, locale = 'en') => {
    const id = crypto.randomUUID()
    await requestDonorLink(db.database.pool, { id, email, locale }, service.now)
    const link = await inTransaction(db.database.pool, (tx) => mintDonorLink(tx, id, service.now))
    return link?.token ?? 'none'
  })
  // Composes every mail that is due; null for one with nobody to write to.
  .extend('mails', { scope: 'file' }, ({ db, service }) => async (): Promise<(Mail | null)[]> => {
    const compose = createComposer({
      db: db.database.knex,
      clock: () => service.now,
      publicUrl: 'http://donations.example',
      newsroom: profile,
      languages: { offered: languages, fallback: 'en' },
      keys: testKeys,
      logoUrl: null,
      pool: db.database.pool,
      reporting: { currency: currencyNamed('usd') },
    })
    const composed: (Mail | null)[] = []
    for (const message of await claimDue(db.database.pool, 50, MINUTE_MS)) {
      composed.push(await compose(message, '<a@b>'))
      await db.database.pool.query('update outbox_messages set sent_at = now() where id = $1', [message.id])
    }
    return composed
  })
  .extend('acts', { scope: 'file' }, ({ db }) => async (donationId: string): Promise<string[]> => {
    const { rows } = await db.database.pool.query<{ act: string; by: string }>(
      `select act, actor_kind as by from audit_trail where subject = $1 order by position`,
      [`donation/${donationId}`],
    )
    return rows.map(({ act, by }) => `${act} by ${by}`)
  })

describe('the page that asks for the link', () => {
  test('answers byte for byte the same, whether the address has given or not', async ({ service, donor }) => {
    const { email } = await donor()
    const answers = []
    for (const asked of [email, 'stranger@reader.example', email.toUpperCase()]) {
      const response = await service.post('/my', { email: asked, lang: 'en' })
      const { date: _date, ...headers } = Object.fromEntries(response.headers)
      answers.push({ status: response.status, headers, body: await response.text() })
    }
    expect(answers[0]?.status).toBe(200)
    expect(answers[0]?.headers['cache-control']).toBe('private, no-store')
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('runs the same statements before the answer for every address, and looks up nothing', async ({
    db,
    service,
    donor,
  }) => {
    const statementsFor = async (email: string): Promise<string[]> => {
      const statements: string[] = []
      await inTransaction(db.database.pool, (tx) => {
        const recorded = {
          query: (query: { text: string }) => {
            statements.push(query.text)
            return tx.query(query)
          },
        }
        // The store calls nothing but `query`, with one object.
        const watched = recorded as unknown as Queryable
        return requestDonorLink(watched, { id: crypto.randomUUID(), email, locale: 'en' }, service.now)
      })
      return statements
    }
    const known = await statementsFor((await donor()).email)
    expect(await statementsFor('nobody@reader.example')).toEqual(known)
    expect(known.join(' ')).not.toMatch(/donations|subscriptions|receipts/)
  })

  test('mails a link to an address that has given, in the language of the page, and nothing to others', async ({
    db,
    service,
    donor,
    mails,
  }) => {
    const { email } = await donor()
    await mails()
    await service.post('/my', { email: email.toUpperCase(), lang: 'de' })
    await service.post('/my', { email: 'unknown@reader.example', lang: 'de' })
    const composed = await mails()
    expect(composed).toHaveLength(2)
    const [mail, more] = composed.filter((one) => one !== null)
    expect(mail?.to.address).toBe(email)
    expect(mail?.subject).toContain('Ihre Beiträge')
    expect(more).toBeUndefined()
    const token = /\/my\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? 'none'
    expect((await service.get(`/my/${token}`)).status).toBe(200)
    // Neither a usable link nor the stranger's address is kept.
    const dump = await db.database.pool.query<{ row: string }>(
      `select l::text as row from donor_links l union all select r::text from donor_link_requests r`,
    )
    const kept = dump.rows.map(({ row }) => row).join('\n')
    expect(kept).not.toContain(token)
    expect(kept).not.toContain('unknown@reader.example')
  })

  test('never mails to a spelling that only the database takes for the same address', async ({
    service,
    donor,
    mails,
  }) => {
    const { email } = await donor({ donorEmail: 'kim@reader.example' })
    await mails()
    // The Kelvin sign, whose lower case is k.
    await service.post('/my', { email: '\u212Aim@reader.example' })
    for (const mail of await mails()) expect(mail?.to.address ?? email).toBe(email)
  })

  test('lets strangers use up nobody’s links: the first stay valid, and one more comes every five minutes', async ({
    service,
    donor,
    mails,
  }) => {
    const { email } = await donor()
    await mails()
    const ask = () => service.post('/my', { email })
    for (let tries = 0; tries < 6; tries++) await ask()
    const first = (await mails()).filter((mail) => mail !== null)
    expect(first).toHaveLength(3)
    service.now = new Date(service.now.getTime() + 5 * MINUTE_MS)
    await ask()
    expect((await mails()).filter((mail) => mail !== null)).toHaveLength(1)
    for (const mail of first) {
      const token = /\/my\/([\w-]{43})/.exec(mail.text)?.[1] ?? 'none'
      expect((await service.get(`/my/${token}`)).status).toBe(200)
    }
  })

  test('counts requests by the network that asks, before it does anything', async ({ service }) => {
    service.counted.length = 0
    await service.post('/my', { email: 'counted@reader.example' })
    expect(service.counted.length).toBeGreaterThanOrEqual(1)
    expect(service.counted.join()).not.toContain('counted@')
  })

  test.for(['', 'ada', 'a b@c.example', `${'a'.repeat(250)}@c.example`])(
    'shows the form again for %j',
    async (email, { service }) => {
      const response = await service.post('/my', { email })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('aria-invalid="true"')
    },
  )

  test('refuses a form of another site', async ({ service }) => {
    const headers = { 'Sec-Fetch-Site': 'cross-site' }
    expect((await service.post('/my', { email: 'a@b.example' }, headers)).status).toBe(403)
  })
})

describe('a donor’s own page', () => {
  test('shows all gifts of the address in any case of its letters, with receipts and statements', async ({
    service,
    donor,
    linkFor,
  }) => {
    const { email, receipt } = await donor({ articleTitle: 'The <first> story' })
    await donor({
      donorEmail: email.toUpperCase(),
      grossMinor: 7_700n,
      succeededAt: new Date('2025-03-01T12:00:00Z'),
    })
    const path = `/my/${await linkFor(email)}`
    const response = await service.get(path)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'referrer-policy': 'strict-origin',
      'x-robots-tag': 'noindex, noarchive',
    })
    const page = await response.text()
    for (const part of ['$5.00', '$77.00', 'The &lt;first&gt; story', receipt.number, 'year=2025'])
      expect(page).toContain(part)
    const statement = await service.get(`${path}/statement.pdf?year=2025`)
    expect([statement.status, statement.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect((await statement.text()).slice(0, 5)).toBe('%PDF-')
    expect((await service.get(`${path}/statement.pdf?year=2019`)).status).toBe(404)
    expect((await service.get(`${path}/statement.pdf?year=x`)).status).toBe(404)
    // Looking uses nothing up: mail programs look first.
    expect((await service.get(path)).status).toBe(200)
  })

  test('is open for an hour, until it is closed', async ({ service, donor, linkFor }) => {
    const { email } = await donor()
    const [first, second] = [await linkFor(email), await linkFor(email)]
    expect((await service.post(`/my/${first}/close`, {})).status).toBe(200)
    for (const token of [first, second, randomBytes(32).toString('base64url'), 'x']) {
      const response = await service.get(`/my/${token}`)
      expect(response.status).toBe(410)
      expect(await response.text()).toContain('action="/my"')
    }
    const before = service.now
    const third = await linkFor(email)
    service.now = new Date(before.getTime() + 60 * MINUTE_MS)
    expect((await service.get(`/my/${third}`)).status).toBe(410)
    service.now = before
  })

  test('takes a question to the newsroom: finance sees it, and a mail comes that answers the donor', async ({
    db,
    service,
    donor,
    linkFor,
    mails,
    acts,
  }) => {
    const { email, id } = await donor({ donorName: 'Ann <b>Giver</b>' })
    await mails()
    const path = `/my/${await linkFor(email)}`
    const asked = await service.post(`${path}/question`, { question: 'May I have\r\na tote bag?' })
    expect([asked.status, asked.headers.get('location')]).toEqual([303, `${path}?done=asked`])
    const mail = (await mails()).find((one) => one?.subject.startsWith('A question'))
    expect(mail?.to.address).toBe(profile.email)
    expect(mail?.replyTo?.address).toBe(email)
    expect(mail?.text).toContain('May I have\na tote bag?')
    expect(await acts(id)).toEqual(['donor_asked by donor'])

    const staff = await hireStaff(db.database.knex, 'finance')
    const cookies = cookiesOf(
      await service.post('/finance/sign-in/confirm', {
        token: await signInToken(db.database.knex, staff, service.now),
      }),
    )
    expect(await (await service.get('/finance', cookies)).text()).toContain('question of a donor waits')
    const page = await (await service.get('/finance/messages', cookies)).text()
    expect(page).toContain('a tote bag?')
    const action = /\/finance\/messages\/[0-9a-f-]+\/answered/.exec(page)?.[0] ?? ''
    expect((await service.post(action, {}, cookies)).status).toBe(303)
    expect(await (await service.get('/finance/messages', cookies)).text()).toContain(
      `Marked as answered by ${staff.email}`,
    )
    expect(await acts(id)).toEqual(['donor_asked by donor', 'question_answered by staff'])
  })

  test.for(['', '   ', 'x'.repeat(2_001)])(
    'shows a question that it cannot take again',
    async (question, { service, donor, linkFor }) => {
      const path = `/my/${await linkFor((await donor()).email)}`
      const response = await service.post(`${path}/question`, { question })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('aria-invalid="true"')
    },
  )

  test('gives the donor’s data, and erases it by the rule of finance once the donor confirms', async ({
    db,
    service,
    donor,
    linkFor,
    acts,
  }) => {
    const { email, id } = await donor({ message: 'My own words' })
    const path = `/my/${await linkFor(email)}`
    await service.post(`${path}/question`, { question: 'Who reads this?' })
    const file = await service.post(`${path}/data.json`, {})
    expect(file.headers.get('content-disposition')).toContain('attachment')
    expect(await file.json()).toMatchObject({
      email,
      gifts: [{ id, message: 'My own words' }],
      questions: [{ text: 'Who reads this?' }],
    })
    const before = await (await service.get(`${path}/erase`)).text()
    expect(before).toContain('the law requires books')
    expect((await service.post(`${path}/erase`, {})).status).toBe(200)
    expect((await service.get(path)).status).toBe(410)
    const round = erasureRequestRound({ pool: db.database.pool, clock: () => service.now })
    expect(await round()).toBe(true)
    expect(await round()).toBe(false)
    expect((await db.database.knex('donations').where({ id }))[0]).toMatchObject({
      donor_email: null,
      donor_name: null,
      message: null,
      gross_minor: 500n,
    })
    expect(await db.database.knex('reader_messages').where({ donation_id: id })).toMatchObject([{ text: '' }])
    expect(await db.database.knex('donor_links').where({ email })).toEqual([])
    expect(await acts(id)).toEqual([
      'donor_asked by donor',
      'donor_exported by donor',
      'donor_erasure_requested by donor',
      'donor_erased by donor',
    ])
  })

  test('erases nobody whose regular gift still runs', async ({ db, service, donor, linkFor }) => {
    const { email, id } = await donor()
    await db.database.pool.query(
      `insert into subscriptions (stripe_subscription_id, donor_email) values ('sub_running', $1)`,
      [email],
    )
    const path = `/my/${await linkFor(email)}`
    const response = await service.post(`${path}/erase`, {})
    expect(response.status).toBe(409)
    expect(await response.text()).toContain('still runs')
    expect(await db.database.knex('donor_erasure_requests').where({ donation_id: id })).toEqual([])
  })

  test('shows two donors nothing of one another, by any id, token, form or query', async ({
    db,
    service,
    donor,
    linkFor,
  }) => {
    const ann = await donor({ donorName: 'Ann Alone', articleTitle: 'Story of Ann' })
    const bob = await donor({ donorName: 'Bob Beside', articleTitle: 'Story of Bob', grossMinor: 12_300n })
    const [annToken, bobToken] = [await linkFor(ann.email), await linkFor(bob.email)]
    const bobsOwn = [bob.email, bob.id, bob.receipt.number, bobToken, 'Bob Beside', 'Story of Bob', '$123.00']
    const tries: [method: 'GET' | 'POST', path: string][] = [
      ['GET', ''],
      ['GET', `?email=${bob.email}&donor=${bob.id}&token=${bobToken}`],
      ['GET', `/erase?donor=${bob.id}`],
      ['GET', `/statement.pdf?year=2026&email=${bob.email}&donor=${bob.id}`],
      ['POST', '/data.json'],
      ['POST', '/question'],
      ['POST', '/unlist'],
      ['POST', '/newsletter'],
    ]
    // Every route of the page is tried: these, and the two that end it below.
    const routes = service.routes.filter(({ path }) => path.startsWith('/my/:token'))
    const tried = [...tries, ['POST', '/close'], ['POST', '/erase']].map(
      ([method, rest = '']) => `${method} /my/:token${rest.replace(/\?.*$/, '')}`,
    )
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      [...new Set(tried)].toSorted(),
    )
    await db.database.knex('supporter_entries').insert({
      id: crypto.randomUUID(),
      donation_id: bob.id,
      name: 'Bob',
      language: 'en',
      consent: 'Yes',
      consented_at: service.now,
    })
    const form = {
      wish: 'subscribe',
      agree: 'yes',
      email: bob.email,
      donor: bob.id,
      donationId: bob.id,
      id: bob.id,
      question: 'Mine?',
    }
    for (const [method, rest] of tries) {
      const path = `/my/${annToken}${rest}`
      const response = method === 'GET' ? await service.get(path) : await service.post(path, form)
      const shown = await response.text()
      for (const own of bobsOwn) expect(shown, `${method} ${rest}`).not.toContain(own)
    }
    // What Ann does concerns Ann alone.
    const asked = await db.database.knex('reader_messages').where({ text: 'Mine?' })
    expect(asked.map(({ donation_id: of }) => of)).toEqual([ann.id])
    const consents = await db.database.knex('newsletter_consents').whereIn('email', [ann.email, bob.email])
    expect(consents.map(({ email }) => email)).toEqual([ann.email])
    const listed = await db.database.knex('supporter_entries').where({ donation_id: bob.id })
    expect(listed).toMatchObject([{ withdrawn_at: null }])
    await service.post(`/my/${annToken}/close`, form)
    expect((await service.get(`/my/${bobToken}`)).status).toBe(200)
    await service.post(`/my/${await linkFor(ann.email)}/erase`, form)
    while (await erasureRequestRound({ pool: db.database.pool, clock: () => service.now })()) {
      // Every request that waits.
    }
    const left = await db.database.knex('donations').whereIn('id', [ann.id, bob.id]).orderBy('gross_minor')
    expect(left.map(({ donor_email: email }) => email)).toEqual([null, bob.email])
    // A token of one kind opens no page of another.
    expect((await service.get(`/my/${bob.receipt.token}`)).status).toBe(410)
    expect((await service.get(`/receipts/${bobToken}`)).status).toBe(404)
  })

  test('follows a corrected address: the page of the old one shows the gift no more', async ({
    db,
    service,
    donor,
    linkFor,
  }) => {
    const { email, id, receipt } = await donor()
    const path = `/my/${await linkFor(email)}`
    await db.database.knex('donations').where({ id }).update({ donor_email: 'corrected@reader.example' })
    const page = await (await service.get(path)).text()
    expect(page).not.toContain(receipt.number)
    expect(page).toContain('Nothing that was given')
    expect((await service.post(`${path}/data.json`, {})).status).toBe(404)
  })
})
