import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { endpointWithSecret } from '../../../src/integrations/webhooks/endpoint-record.ts'
import { choosableEvents } from '../../../src/webhooks/webhook-event.ts'
import { bearer, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const PATH = '/finance/settings/webhooks'
const API = '/api/webhook-endpoints'

const test = financeTest
  .extend('cookies', { scope: 'file' }, async ({ db, service }) => {
    const staff = await hireStaff(db.database.knex, 'admin')
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('program', { scope: 'file' }, ({ db }) => bearer(db.database.knex, 'admin'))

const form = (over: Record<string, string> = {}) => ({
  request: randomUUID(),
  url: 'https://crm.example/hook?key=secret-of-theirs',
  description: 'Our CRM',
  events: 'donation.created',
  ...over,
})
const SECRET = /whsec_[A-Za-z0-9+/]{43}=/

test('adds an endpoint, shows its secret once, and records neither secret nor address', async ({
  service,
  cookies,
  pool,
}) => {
  const wish = form()
  const made = await service.post(PATH, wish, cookies)
  const secret = SECRET.exec(await made.text())?.[0] ?? ''
  expect(made.status).toBe(200)
  expect(made.headers.get('Cache-Control')).toContain('no-store')
  expect(secret).toMatch(SECRET)
  expect((await service.post(PATH, wish, cookies)).status).toBe(409)
  for (const path of [PATH, `${PATH}/${wish.request}`])
    expect(await (await service.get(path, cookies)).text()).not.toContain('whsec_')
  const acts = await selectAll(
    pool,
    'select act, subject, after from audit_trail where act like $1',
    'webhook%',
  )
  expect(acts).toEqual([
    {
      act: 'webhook_endpoint_added',
      subject: `webhook-endpoint/${wish.request}`,
      after: { host: 'crm.example', description: 'Our CRM', events: ['donation.created'], withDonor: false },
    },
  ])
  expect(JSON.stringify(acts)).not.toContain('secret-of-theirs')
  const rolled = await (await service.post(`${PATH}/${wish.request}/secret`, {}, cookies)).text()
  expect(SECRET.exec(rolled)?.[0]).not.toBe(secret)
  expect(rolled).toContain('signed with the former secret as well')
})

test('names every problem of the form, and keeps what was typed', async ({ service, cookies }) => {
  const answer = await service.post(
    PATH,
    form({ url: 'https://10.0.0.1/', description: 'x'.repeat(201), events: 'x' }),
    cookies,
  )
  const page = await answer.text()
  expect(answer.status).toBe(400)
  for (const problem of [
    '#url">Write an address on the public',
    '#description">Write at most',
    '#events">Choose what',
  ])
    expect(page).toContain(problem)
  expect(page).toContain('value="https://10.0.0.1/"')
})

test('changes, switches, tests and deletes an endpoint, and delivers a range of days again', async ({
  service,
  cookies,
  pool,
}) => {
  const wish = form()
  await service.post(PATH, wish, cookies)
  const own = `${PATH}/${wish.request}`
  const doneAfter = async (path: string, fields: Record<string, string> = {}) => {
    const answer = await service.post(path, fields, cookies)
    return [answer.status, answer.headers.get('Location')]
  }
  expect(await doneAfter(own, form({ events: 'subscription.ended', withDonor: 'yes' }))).toEqual([
    303,
    `${own}?done=changed`,
  ])
  expect(await doneAfter(`${own}/disable`)).toEqual([303, `${own}?done=disabled`])
  expect(await (await service.get(own, cookies)).text()).toContain('it is notified of nothing')
  expect(await doneAfter(`${own}/enable`)).toEqual([303, `${own}?done=enabled`])
  expect(await doneAfter(`${own}/test`)).toEqual([303, `${own}?done=test`])
  const page = await (await service.get(`${own}?status=pending`, cookies)).text()
  const delivery = new RegExp(`action="(${own}/deliveries/\\d+)"`).exec(page)?.[1] ?? ''
  expect(await doneAfter(delivery)).toEqual([303, `${own}?done=replayed&count=1`])
  expect((await service.post(`${own}/deliveries/999999`, {}, cookies)).status).toBe(404)
  expect(await doneAfter(`${own}/replay`, { from: '2026-02-01', to: '2026-02-10' })).toEqual([
    303,
    `${own}?done=replayed&count=0`,
  ])
  const wrong = await service.post(`${own}/replay`, { from: '2026-02-10', to: '2026-02-01' }, cookies)
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining('#to">Write the last day'),
  ])
  expect(await (await service.get(`${own}/delete`, cookies)).text()).toContain('Delete this webhook?')
  expect(await doneAfter(`${own}/delete`)).toEqual([303, `${PATH}?deleted`])
  expect((await service.get(own, cookies)).status).toBe(404)
  const acts = await selectAll(
    pool,
    'select act from audit_trail where subject = $1 order by position',
    `webhook-endpoint/${wish.request}`,
  )
  expect(acts.map(({ act }) => String(act).replace(/^webhook_/, ''))).toEqual([
    'endpoint_added',
    'endpoint_changed',
    'endpoint_disabled',
    'endpoint_enabled',
    'test_sent',
    'deliveries_replayed',
    'deliveries_replayed',
    'endpoint_deleted',
  ])
})

test('programs do the same', async ({ service, program, cookies }) => {
  const send = (method: string, path: string, body?: object) =>
    fetch(service.url + API + path, {
      method,
      headers: { ...program, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const wish = { url: 'https://crm.example/hook', events: ['donation.created'] }
  const created = await send('POST', '', wish)
  expect(created.status).toBe(201)
  const { id, secret } = endpointWithSecret.parse(await created.json())
  const read = async (path: string) =>
    z.record(z.string(), z.unknown()).parse(await (await send('GET', path)).json())
  expect(await read(`/${id}`)).toMatchObject({
    ...wish,
    withDonor: false,
    enabled: true,
    disabledBecause: null,
  })
  expect(JSON.stringify(await read(''))).not.toContain('whsec_')
  const list = async () => (await service.get(PATH, cookies)).text()
  expect(await list()).not.toContain('Everything')
  const changed = await send('PUT', `/${id}`, { ...wish, events: choosableEvents, withDonor: true })
  expect(await changed.json()).toMatchObject({ events: choosableEvents, withDonor: true })
  expect(await list()).toContain('Everything')
  const rolled = endpointWithSecret.parse(await (await send('POST', `/${id}/secret`)).json())
  expect(rolled.secret).not.toBe(secret)
  expect(rolled.formerSecretUntil).not.toBeNull()
  expect(await (await send('POST', `/${id}/switch`, { enabled: false })).json()).toMatchObject({
    enabled: false,
  })
  expect(await (await send('POST', `/${id}/test`)).json()).toEqual({ deliveries: 1 })
  const { data } = z
    .object({ data: z.array(z.looseObject({ id: z.string() })) })
    .parse(await read(`/${id}/deliveries?status=pending`))
  expect(data).toMatchObject([{ type: 'endpoint.test', status: 'pending', attempts: 0 }])
  expect(await (await send('POST', `/${id}/replay`, { delivery: data[0]?.id })).json()).toEqual({
    deliveries: 1,
  })
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00+01:00' }
  expect(await (await send('POST', `/${id}/replay`, range)).json()).toEqual({ deliveries: 0 })
  const refused = await send('POST', '', { url: 'http://127.0.0.1/', events: ['donation.created'] })
  expect([refused.status, await refused.json()]).toEqual([
    400,
    expect.objectContaining({ errors: [{ pointer: '/url', message: 'must start with https://' }] }),
  ])
  expect((await send('DELETE', `/${id}`)).status).toBe(204)
  expect((await send('GET', `/${id}`)).status).toBe(404)
})
