import { Readable } from 'node:stream'
import Koa, { type Context } from 'koa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { formBody, jsonBody, rawBody } from '../../src/http/body.ts'
import { dripped, listen, type TestServer } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'

let server: TestServer

beforeAll(async () => {
  const app = new Koa()
    .use(errorHandler({ log: keptLog().log, renderErrorPage: () => '' }))
    .use(async (ctx) => {
      if (ctx.path === '/slow') await rawBody(ctx, 1_000, 100)
      ctx.body =
        ctx.path === '/form' ? Object.fromEntries(await formBody(ctx)) : { read: await jsonBody(ctx) }
    })
  server = await listen(app.callback())
})

afterAll(() => server.close())

const json = { 'content-type': 'application/json' }

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>, path = '/') {
  return fetch(server.url + path, { method: 'POST', body, headers })
}

it('reads the body of a JSON request and of a posted form', async () => {
  expect(await (await post('{"a":[1]}', json)).json()).toEqual({ read: { a: [1] } })
  const utf8 = { 'content-type': 'Application/JSON; charset="UTF-8"' }
  expect(await (await post('"é"', utf8)).json()).toEqual({ read: 'é' })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect(await (await post('a=1&b=%C3%A9+x', form, '/form')).json()).toEqual({ a: '1', b: 'é x' })
})

it.each([
  ['no content type', '{}', { 'content-type': '' }, 415],
  ['another content type', '{}', { 'content-type': 'text/plain' }, 415],
  ['another charset', '{}', { 'content-type': 'application/json; charset=latin1' }, 415],
  ['an encoding', '{}', { ...json, 'content-encoding': 'gzip' }, 415],
  ['even identity', '{}', { ...json, 'content-encoding': 'identity' }, 415],
  ['too much', `"${'x'.repeat(64 * 1024)}"`, json, 413],
  ['broken JSON', '{"a":', json, 400],
  ['a key twice', '{"a":1,"a":2}', json, 400],
  ['a key twice at any depth', '[{"b":{"a":1,"\\u0061":1}}]', json, 400],
  ['more than a hundred levels', `${'['.repeat(101)}${']'.repeat(101)}`, json, 400],
  ['twenty thousand levels', `{"__proto__":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, json, 400],
  ['nothing', '', json, 400],
  ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), json, 400],
])('refuses %s', async (_, body, headers, status) => {
  const response = await post(body, headers)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({
    status,
    ...(status === 400 ? { errors: [{ pointer: '' }] } : {}),
  })
})

it.each(['a=%00', 'a=1&b=x%00y', '%00=1'])(
  'refuses the form %s, of which no text can be stored',
  async (body) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await post(body, form, '/form')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      detail: 'The form contains NUL.',
      errors: [{ pointer: '' }],
    })
  },
)

it('takes a body of exactly the limit and refuses one byte more', async () => {
  expect((await post(`"${'x'.repeat(64 * 1024 - 2)}"`, json)).status).toBe(200)
})

it('answers 408 to a body that does not arrive in time, and closes the connection', async () => {
  const slowly = {
    ' ': 'Content-Length: 1000\r\n\r\n{',
    '1\r\n \r\n': 'Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
  }
  for (const [drop, start] of Object.entries(slowly)) {
    const answer = await dripped(server.url, `POST /slow HTTP/1.1\r\nHost: here\r\n${start}`, drop)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toMatch(/\r\nConnection: close\r\n/i)
    expect(answer).toMatch(/"The body did not arrive within 0.1 seconds\."/)
  }
})

it('takes a client that hung up before its body was read for no error of ours', async () => {
  const req = Readable.from(['{'])
  req.destroy()
  const ctx = { req, get: () => '' } as unknown as Context // nothing else of it is read
  await expect(rawBody(ctx, 1_000)).rejects.toMatchObject({ kind: 'malformed' })
})
