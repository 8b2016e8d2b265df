import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'
import { takeGiftMessages } from '../../../src/donors/messages/reader-message-store.ts'
import { withdrawEntries } from '../../../src/donors/supporters/supporter-entry-store.ts'
import { eraseDonor } from '../../../src/donors/erasure/erase-donor.ts'

/** Donors write after paying, staff approve, and readers see the list, over HTTP and without scripts. */

let service: TestService
let staff: Record<string, string>
beforeAll(async () => {
  service = await startTestService({ SUPPORTERS_LIST: 'on', CURRENCIES: 'usd' }, { asApp: true })
  const { knex } = service.database
  const token = await signInToken(knex, await hireStaff(knex, 'finance'), new Date())
  staff = cookiesOf(await post('/finance/sign-in/confirm', { token }))
})
afterAll(() => service?.stop())

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(service.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin', ...headers },
    body: new URLSearchParams(form),
  })

async function given(body: Record<string, unknown>, email: string) {
  const session = await service.session(body)
  await service.pay(session, { email })
  const page = await service.thankYou(session, ARRIVED)
  return { session, page }
}

const write = async (session: { readonly id: string }, form: Record<string, string>) => {
  const answer = await post('/supporters/message', { session_id: session.id, lang: 'en', ...form })
  expect(answer.status).toBe(303)
}

/** Not the copy that is kept for some seconds. */
const list = async () => {
  service.forwardMs(11_000)
  return (await service.get('/supporters')).text()
}

async function decide(decision: 'approved' | 'hidden', text: string) {
  const page = await (await service.get('/finance/messages', staff)).text()
  const entry = page
    .split('<li>')
    .find((item) => item.includes(text) && item.includes('/messages/supporters/'))
  const path = /\/finance\/messages\/supporters\/[0-9a-f-]+/.exec(entry ?? '')?.[0] ?? 'none'
  expect((await post(path, { decision }, staff)).status).toBe(303)
}

const acts = async () =>
  (
    await service.database.pool.query<{ act: string }>(
      `select act from audit_trail where act like 'supporter_%' order by position`,
    )
  ).rows.map(({ act }) => act)

describe('the list of supporters', () => {
  it('shows who agreed once staff have approved it, and no sooner', async () => {
    const { session, page } = await given({ message: 'With the gift' }, 'ann@reader.example')
    expect(page).toContain('action="/supporters/message"')
    expect(page).not.toMatch(/name="agree"[^>]*checked/)
    const sentence = /<span>(Yes, [^<]*list of supporters[^<]*)<\/span>/.exec(page)?.[1]
    await write(session, { message: 'Ferry\r\nnews!', agree: 'yes', name: 'Ann', town: 'Millbrook' })
    expect(await service.thankYou(session, ARRIVED)).toContain('once somebody from the newsroom has approved')
    expect(await list()).toContain('Nobody is on the list yet')
    await decide('approved', 'Millbrook')
    const shown = await list()
    expect(shown).toContain('Ann from Millbrook')
    expect(shown).toContain('Ferry\nnews!')
    const { rows } = await service.database.pool.query(
      'select consent, language, consented_at is not null as timed from supporter_entries',
    )
    expect(rows).toEqual([{ consent: sentence, language: 'en', timed: true }])
    await decide('hidden', 'Millbrook')
    expect(await list()).not.toContain('Millbrook')
    expect(await acts()).toEqual(['supporter_agreed', 'supporter_approved', 'supporter_hidden'])
  })

  it('says what was written with a gift and after it to the newsroom, by page and by mail', async () => {
    const { session } = await given({ message: 'Keep it up' }, 'bob@reader.example')
    await write(session, { message: 'Just for you' })
    for (const said of ['Keep it up', 'Just for you'])
      await until(`a mail that says ${said}`, async () =>
        (await service.mails.list()).some(
          ({ mail }) => mail.subject.startsWith('A message from') && mail.text.includes(said),
        )
          ? true
          : null,
      )
    const page = await (await service.get('/finance/messages', staff)).text()
    expect(page).toContain('Keep it up')
    expect(page).toContain('With the gift')
    expect(await list()).not.toContain('Just for you')
    // Taken once: another worker finds nothing left.
    const taken = { since: new Date(0), at: new Date(), limit: 50, messageMail: 'at_once' as const }
    expect(await takeGiftMessages(service.database.pool, taken)).toBe(0)
  })

  it('never names who asked to stay out of lists', async () => {
    const { session, page } = await given({ anonymous: true }, 'quiet@reader.example')
    expect(page).not.toContain('name="town"')
    await write(session, { message: 'Shy words', agree: 'yes', name: 'Sneaky', town: 'Here' })
    await service.database.pool.query(
      `update supporter_entries set name = 'Sneaky', town = 'Here' where message = 'Shy words'`,
    )
    await decide('approved', 'Shy words')
    const shown = await list()
    expect(shown).toContain('Shy words')
    expect(shown).not.toMatch(/Sneaky|Here/)
  })

  it('shows hostile names as the text that they are', async () => {
    const { session } = await given({}, 'evil@reader.example')
    const name = '<img src=x>\u202Eevil\u0000'
    await write(session, { agree: 'yes', name: name.replace('\u0000', ''), town: 'x'.repeat(500) })
    await decide('approved', '&lt;img')
    const shown = await list()
    expect(shown).toContain('&lt;img src=x&gt; evil')
    expect(shown).not.toMatch(/<img|\u202E|x{61}/)
    const data = await service.get('/supporters.json?lang=en', { Origin: 'https://any.example' })
    expect([data.headers.get('access-control-allow-origin'), data.headers.get('cache-control')]).toEqual([
      '*',
      'public, max-age=60',
    ])
    const etag = data.headers.get('etag') ?? ''
    expect(
      (await service.get('/supporters.json?lang=en', { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }))
        .status,
    ).toBe(304)
    expect(await (await service.get('/supporters.js')).text()).toContain('reader-supporters')
  })

  it.each(['refunded', 'disputed', 'dispute_lost', 'returned'])(
    'leaves out a gift that is %s',
    async (status) => {
      const { session } = await given({}, `${status}@reader.example`)
      await write(session, { agree: 'yes', name: `Was ${status}` })
      await decide('approved', `Was ${status}`)
      expect(await list()).toContain(`Was ${status}`)
      const { pool } = service.database
      const gift = `id in (select donation_id from supporter_entries where name = 'Was ${status}')`
      const column = status === 'disputed' || status === 'dispute_lost' ? 'disputed_minor' : 'refunded_minor'
      await pool.query(`update donations set status = $1, ${column} = gross_minor where ${gift}`, [status])
      expect(await list()).not.toContain(`Was ${status}`)
    },
  )

  it('loses the entry of a donor who withdraws or is erased', async () => {
    const { pool } = service.database
    const { session } = await given({}, 'gone@reader.example')
    await write(session, { agree: 'yes', name: 'Gone Soon' })
    await decide('approved', 'Gone Soon')
    expect(await list()).toContain('Gone Soon')
    const token = await linkOf('gone@reader.example')
    const own = await (await service.get(token)).text()
    expect(own).toContain(`action="${token}/unlist"`)
    expect((await post(`${token}/unlist`, {})).status).toBe(303)
    expect(await list()).not.toContain('Gone Soon')
    expect(await (await service.get(token)).text()).not.toContain('/unlist')
    expect((await acts()).at(-1)).toBe('supporter_withdrew')
    expect(await withdrawEntries(pool, 'gone@reader.example', new Date())).toBe(0)
    const { rows } = await pool.query<{ id: string }>(
      `select id from donations where donor_email = 'gone@reader.example'`,
    )
    await eraseDonor(
      { pool, clock: () => new Date() },
      { donationId: rows[0]?.id ?? '', actor: { kind: 'operator', name: 'op' } },
    )
    const left = await pool.query('select from supporter_entries where donation_id = $1', [rows[0]?.id])
    expect(left.rowCount).toBe(0)
  })

  it('takes nothing from another site, for an unknown session, or twice', async () => {
    const { session } = await given({}, 'once@reader.example')
    const form = { session_id: session.id, message: 'From afar' }
    expect((await post('/supporters/message', form, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await post('/supporters/message', { ...form, session_id: 'cs_test_unknown' })).status).toBe(303)
    await write(session, { message: 'First words' })
    await write(session, { message: 'Second words', agree: 'yes' })
    const { rows } = await service.database.pool.query<{ text: string }>(
      `select text from reader_messages where text in ('From afar', 'First words', 'Second words')`,
    )
    expect(rows).toEqual([{ text: 'First words' }])
  })
})

async function linkOf(email: string): Promise<string> {
  await post('/my', { email, lang: 'en' })
  return until('the link', async () => {
    const mails = await service.mails.list()
    const found = mails.find(({ mail }) => mail.to === email && /\/my\/[\w-]{20,}/.test(mail.text))
    return found ? (/\/my\/[\w-]{20,}/.exec(found.mail.text)?.[0] ?? null) : null
  })
}
