import { createHash, createHmac } from 'node:crypto'
import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { ghostAuthorization } from '../../src/integrations/newsletter/ghost-gateway.ts'
import { mailingTool } from '../../src/integrations/newsletter/tool-gateway.ts'
import { nextTry } from '../../src/newsletter/tool-delivery.ts'
import { nockAnswers } from '../kit/nock-hosts.ts'

/** What each mailing tool is asked for, and what its documented answers mean. */

const member = { email: 'Ada.O’Hara@Mail.example'.replace('’', "'"), language: 'de' }
const NOW = new Date('2026-03-02T12:00:00Z')
const never = new AbortController().signal
const failure = (kind: string, code: number | null) => ({ outcome: 'failed', failure: kind, code })
const DONE = { outcome: 'done' }

/** What every tool answers alike. */
const REFUSALS = [
  [401, 'wrong_key'],
  [403, 'wrong_key'],
  [500, 'unavailable'],
  [503, 'unavailable'],
] as const

nockAnswers()

describe('Mailchimp', () => {
  const tool = mailingTool(
    { kind: 'mailchimp', key: '0123456789abcdef0123456789abcdef-us21', list: 'a1b2c3d4e5' },
    () => NOW,
  )
  const hash = createHash('md5').update(member.email.toLowerCase()).digest('hex')
  const path = `/3.0/lists/a1b2c3d4e5/members/${hash}`
  const api = () => nock('https://us21.api.mailchimp.com').matchHeader('Authorization', /^Basic YW55OjAxMjM/)
  const problem = (title: string, status: number) => ({
    type: 'about:blank',
    title,
    status,
    detail: 'x',
    instance: 'y',
  })

  it('takes an address, also one that it has already', async () => {
    const asked = api()
      .put(path, {
        email_address: member.email,
        status: 'subscribed',
        status_if_new: 'subscribed',
        language: 'de',
      })
      .reply(200, { id: hash, status: 'subscribed' })
    expect(await tool.subscribe(member, never)).toEqual(DONE)
    expect(asked.isDone()).toBe(true)
  })

  it('asks a reader itself who unsubscribed there before', async () => {
    api()
      .put(path, /"status":"subscribed"/)
      .reply(400, problem('Member In Compliance State', 400))
    const asked = api()
      .put(path, /"status":"pending"/)
      .reply(200, { status: 'pending' })
    expect(await tool.subscribe(member, never)).toEqual(DONE)
    expect(asked.isDone()).toBe(true)
  })

  it('names what it refuses', async () => {
    api().put(path).reply(400, problem('Invalid Resource', 400))
    expect(await tool.subscribe(member, never)).toEqual(failure('address_refused', 400))
    api().put(path).reply(404, problem('Resource Not Found', 404))
    expect(await tool.subscribe(member, never)).toEqual(failure('wrong_list', 404))
    api().put(path).reply(429, problem('Too Many Requests', 429), { 'Retry-After': '60' })
    expect(await tool.subscribe(member, never)).toEqual({ ...failure('too_many', 429), retryAfterMs: 60_000 })
    for (const [code, kind] of REFUSALS) {
      api().put(path).reply(code, problem('API Key Invalid', code))
      expect(await tool.subscribe(member, never)).toEqual(failure(kind, code))
    }
  })

  it('unsubscribes, and takes an address that is not there for unsubscribed', async () => {
    api().patch(path, { status: 'unsubscribed' }).reply(200, { status: 'unsubscribed' })
    expect(await tool.unsubscribe(member, never)).toEqual(DONE)
    api().patch(path).reply(404, problem('Resource Not Found', 404))
    expect(await tool.unsubscribe(member, never)).toEqual(DONE)
    api().patch(path).reply(500, '')
    expect(await tool.unsubscribe(member, never)).toEqual(failure('unavailable', 500))
  })

  it('says when nothing answers, and follows no redirect with the key', async () => {
    api().put(path).replyWithError(new Error('connection refused'))
    expect(await tool.subscribe(member, never)).toEqual(failure('unreachable', null))
    api().put(path).reply(302, '', { Location: 'https://elsewhere.example/' })
    expect(await tool.subscribe(member, never)).toEqual(failure('address_refused', 302))
  })
})

describe('Buttondown', () => {
  const tool = mailingTool({ kind: 'buttondown', key: 'a-key' }, () => NOW)
  const api = () => nock('https://api.buttondown.com').matchHeader('Authorization', 'Token a-key')
  const path = '/v1/subscribers'
  const own = `${path}/${encodeURIComponent(member.email)}`

  it('takes an address as confirmed', async () => {
    const asked = api().post(path, { email_address: member.email, type: 'regular' }).reply(201, { id: 'x' })
    expect(await tool.subscribe(member, never)).toEqual(DONE)
    expect(asked.isDone()).toBe(true)
  })

  it('subscribes one again that it has already', async () => {
    api().post(path).reply(400, { code: 'email_already_exists', detail: 'x', metadata: {} })
    const asked = api().patch(own, { type: 'regular' }).reply(200, { id: 'x' })
    expect(await tool.subscribe(member, never)).toEqual(DONE)
    expect(asked.isDone()).toBe(true)
  })

  it('names what it refuses', async () => {
    for (const code of ['email_invalid', 'email_blocked']) {
      api().post(path).reply(400, { code, detail: 'x' })
      expect(await tool.subscribe(member, never)).toEqual(failure('address_refused', 400))
    }
    api().post(path).reply(429, { code: 'rate_limited' }, { 'Retry-After': '3600' })
    expect(await tool.subscribe(member, never)).toEqual({
      ...failure('too_many', 429),
      retryAfterMs: 3_600_000,
    })
    for (const [code, kind] of REFUSALS) {
      api().post(path).reply(code, { detail: 'Invalid token.' })
      expect(await tool.subscribe(member, never)).toEqual(failure(kind, code))
    }
  })

  it('unsubscribes, and takes an address that is not there for unsubscribed', async () => {
    api().patch(own, { type: 'unsubscribed' }).reply(200, {})
    expect(await tool.unsubscribe(member, never)).toEqual(DONE)
    api().patch(own).reply(404, { detail: 'Not found' })
    expect(await tool.unsubscribe(member, never)).toEqual(DONE)
  })
})

describe('Ghost', () => {
  const SECRET = 'b1b5b9c1d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1'
  const key = `6748592f4b9b7700010f6564:${SECRET}`
  const whole = mailingTool({ kind: 'ghost', key, url: 'https://news.example', list: null }, () => NOW)
  const one = mailingTool({ kind: 'ghost', key, url: 'https://news.example', list: 'n1' }, () => NOW)
  const path = '/ghost/api/admin/members/'
  const api = () =>
    nock('https://news.example')
      .matchHeader('Authorization', /^Ghost /)
      .matchHeader('Accept-Version', 'v5.0')
  const exists = {
    errors: [
      {
        message: 'Validation error, cannot save member.',
        context: 'Member already exists. Attempting to add member with existing email address',
        type: 'ValidationError',
      },
    ],
  }
  const found = (newsletters: readonly { id: string }[]) =>
    api()
      .get(path)
      .query({ filter: String.raw`email:'ada.o\'hara@mail.example'`, include: 'newsletters' })
      .reply(200, { members: [{ id: 'm1', newsletters }] })

  it('is asked with a token that names the key, ends soon and is signed with its secret', () => {
    const [scheme, token = ''] = ghostAuthorization(key, NOW).split(' ')
    const [header = '', claims = '', signature] = token.split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    expect(scheme).toBe('Ghost')
    expect(read(header)).toEqual({ alg: 'HS256', typ: 'JWT', kid: '6748592f4b9b7700010f6564' })
    const iat = NOW.getTime() / 1000
    expect(read(claims)).toEqual({ iat, exp: iat + 300, aud: '/admin/' })
    const expected = createHmac('sha256', Buffer.from(SECRET, 'hex')).update(`${header}.${claims}`)
    expect(signature).toBe(expected.digest('base64url'))
  })

  it('takes an address as a member of its usual newsletters, or of the one that is set', async () => {
    const usual = api()
      .post(path, { members: [{ email: member.email, subscribed: true }] })
      .reply(201, { members: [] })
    expect(await whole.subscribe(member, never)).toEqual(DONE)
    const named = api()
      .post(path, { members: [{ email: member.email, newsletters: [{ id: 'n1' }] }] })
      .reply(201, {})
    expect(await one.subscribe(member, never)).toEqual(DONE)
    expect([usual.isDone(), named.isDone()]).toEqual([true, true])
  })

  it('subscribes a member whom it has already, and leaves the member’s other newsletters', async () => {
    api().post(path).reply(422, exists)
    found([{ id: 'n2' }])
    const changed = api()
      .put(`${path}m1/`, { members: [{ newsletters: [{ id: 'n2' }, { id: 'n1' }] }] })
      .reply(200, {})
    expect(await one.subscribe(member, never)).toEqual(DONE)
    expect(changed.isDone()).toBe(true)
  })

  it('names what it refuses', async () => {
    const because = (context: string) => ({
      errors: [{ message: 'Validation error', context, type: 'ValidationError' }],
    })
    api().post(path).reply(422, because('Invalid Email'))
    expect(await whole.subscribe(member, never)).toEqual(failure('address_refused', 422))
    api().post(path).reply(422, because('Newsletter not found'))
    expect(await one.subscribe(member, never)).toEqual(failure('wrong_list', 422))
    api().post(path).reply(429, {})
    expect(await whole.subscribe(member, never)).toEqual(failure('too_many', 429))
    for (const [code, kind] of REFUSALS) {
      api()
        .post(path)
        .reply(code, { errors: [{ message: 'Unknown Admin API Key', type: 'UnauthorizedError' }] })
      expect(await whole.subscribe(member, never)).toEqual(failure(kind, code))
    }
  })

  it('unsubscribes from all newsletters, or from the one that is set; who is no member is unsubscribed', async () => {
    found([{ id: 'n1' }])
    api()
      .put(`${path}m1/`, { members: [{ subscribed: false }] })
      .reply(200, {})
    expect(await whole.unsubscribe(member, never)).toEqual(DONE)
    found([{ id: 'n1' }, { id: 'n2' }])
    api()
      .put(`${path}m1/`, { members: [{ newsletters: [{ id: 'n2' }] }] })
      .reply(200, {})
    expect(await one.unsubscribe(member, never)).toEqual(DONE)
    api().get(path).query(true).reply(200, { members: [] })
    expect(await whole.unsubscribe(member, never)).toEqual(DONE)
    api().get(path).query(true).reply(401, {})
    expect(await whole.unsubscribe(member, never)).toEqual(failure('wrong_key', 401))
  })
})

describe('the schedule of tries', () => {
  const failed = (kind: 'too_many' | 'address_refused' | 'unavailable', retryAfterMs?: number) => ({
    outcome: 'failed' as const,
    failure: kind,
    code: 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
  const afterMs = (at: Date | null) => at && at.getTime() - NOW.getTime()

  it('doubles from half a minute to six hours and ends after two days', () => {
    const at = (attempts: number) => afterMs(nextTry(attempts, failed('unavailable'), NOW))
    expect([at(1), at(2), at(11), at(15), at(16)]).toEqual([
      30_000,
      60_000,
      6 * 3_600_000,
      6 * 3_600_000,
      null,
    ])
  })

  it('waits as long as the tool asks for', () => {
    expect(afterMs(nextTry(1, failed('too_many', 120_000), NOW))).toBe(120_000)
  })

  it('does not repeat what only a person mends', () => {
    expect(nextTry(1, failed('address_refused'), NOW)).toBe(null)
  })
})
