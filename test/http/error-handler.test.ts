import { Router } from '@koa/router'
import { Readable } from 'node:stream'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { errorHandler, onLateError } from '../../src/http/error-handler.ts'
import { parseOrRefuse } from '../../src/http/parse.ts'
import { Refusal, type RefusalKind } from '../../src/http/refusal.ts'
import { callersThrough } from '../../src/http/client-ip.ts'
import { requestLog, type RequestRecord } from '../../src/http/request-log.ts'
import { dripped, listen, type TestServer } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'

const kept = keptLog()
const observed: RequestRecord[] = []
let thrown: unknown = null
let server: TestServer

beforeAll(async () => {
  const router = new Router()
    .get('/fails/:token', () => {
      throw thrown
    })
    .get('/late', (ctx) => {
      ctx.body = Readable.from(halfAnAnswer())
    })
    .get('/flushed', (ctx) => {
      ctx.status = 200
      ctx.flushHeaders()
      throw new Error('broke half-way')
    })
    .get('/api/fails', () => {
      throw thrown
    })
  const app = new Koa()
    .use(
      requestLog({ log: kept.log, callers: callersThrough([]), observe: (record) => observed.push(record) }),
    )
    .use(
      errorHandler({
        log: kept.log,
        renderErrorPage: (parts) => `<p>${parts.status} ${parts.detail ?? ''} ${parts.errorId ?? ''}</p>`,
      }),
    )
    .use(router.routes())
  app.on('error', onLateError(kept.log))
  server = await listen(app.callback())
})

afterAll(() => server.close())

async function* halfAnAnswer() {
  yield 'x'.repeat(100_000)
  throw new Error('broke half-way')
}

async function failWith(error: unknown, path = '/fails/tok_secret', accept = 'application/json') {
  thrown = error
  const response = await fetch(server.url + path, { headers: { accept } })
  return { response, body: await response.text() }
}

const kinds: [RefusalKind, number][] = [
  ['malformed', 400],
  ['unauthenticated', 401],
  ['forbidden', 403],
  ['not_found', 404],
  ['method_not_allowed', 405],
  ['too_slow', 408],
  ['conflict', 409],
  ['too_large', 413],
  ['unsupported_media_type', 415],
  ['too_many_requests', 429],
  ['unavailable', 503],
]

describe('refusals', () => {
  it.each(kinds)('answers %s with status %i as problem details', async (kind, status) => {
    const { response, body } = await failWith(new Refusal(kind, 'Not like this.', { retryAfterSeconds: 7 }))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, detail: 'Not like this.' })
  })

  it('names every problem of a body, unknown fields included, and repeats no value', async () => {
    const schema = z.strictObject({ amount: z.int('must be a whole number'), article: z.strictObject({}) })
    const input = { amount: 'hunter2', article: { 'a/b~c': 1 }, price: 1 }
    const refusal = await Promise.resolve()
      .then(() => parseOrRefuse(schema, input))
      .catch((error: unknown) => error)
    const { response, body } = await failWith(refusal)
    expect(response.status).toBe(400)
    expect(JSON.parse(body).errors).toEqual([
      { pointer: '/amount', message: 'must be a whole number' },
      { pointer: '/article/a~1b~0c', message: 'is not a known field' },
      { pointer: '/price', message: 'is not a known field' },
    ])
    expect(body).not.toContain('hunter2')
  })

  it('answers browsers with a page and programs with JSON, whatever they accept', async () => {
    const refusal = new Refusal('conflict', 'Used before.')
    const page = await failWith(refusal, '/fails/x', 'text/html,*/*;q=0.8')
    expect(page.response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page.body).toContain('409 Used before.')
    const program = await failWith(refusal, '/api/fails', 'text/html,*/*;q=0.8')
    expect(program.response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })
})

describe('unexpected errors', () => {
  it('answer 500 with an id and nothing else, and are logged once under it', async () => {
    kept.lines.length = 0
    const { response, body } = await failWith(new Error('secret innards'))
    const answer = JSON.parse(body)
    expect(response.status).toBe(500)
    expect(Object.keys(answer).toSorted()).toEqual(['id', 'status', 'title', 'type'])
    const errors = kept.lines.filter((line) => line.includes('unexpected error'))
    expect(errors).toHaveLength(1)
    expect(JSON.parse(errors[0] ?? '')).toMatchObject({
      errorId: answer.id,
      err: { message: 'secret innards' },
    })
  })

  it.each([
    ['a zod error', new z.ZodError([{ code: 'custom', path: ['x'], message: 'inner words', input: 1 }])],
    ['a thrown string', 'inner words'],
  ])('%s leaks nothing', async (_, error) => {
    const { response, body } = await failWith(error)
    expect(response.status).toBe(500)
    expect(body).not.toContain('inner words')
  })
})

describe('errors of a database that cannot work now', () => {
  const answered = (code: string) => Object.assign(new Error('secret innards'), { code, severity: 'ERROR' })
  it.each([
    ['its disk is full (53100)', answered('53100')],
    ['its memory is full (53200)', answered('53200')],
    ['it has no connection left (53300)', answered('53300')],
    ['it takes only reads (25006)', answered('25006')],
    ['it cancelled the statement (57014)', answered('57014')],
    ['it stops (57P01)', answered('57P01')],
    ['it starts (57P03)', answered('57P03')],
    ['its disk fails (58030)', answered('58030')],
    ['two transactions wait for each other (40P01)', answered('40P01')],
    ['a lock was not to be had (55P03)', answered('55P03')],
    ['it does not answer', new Error('Query read timeout')],
    ['it does not answer Knex', new Error('select 1 - Query read timeout')],
    ['something else tells so', new Error('secret innards', { cause: answered('53100') })],
  ])('answer 503 with Retry-After at every route when %s', async (_, error) => {
    for (const path of ['/fails/tok_secret', '/api/fails']) {
      const { response, body } = await failWith(error, path)
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      expect(body).not.toMatch(/secret|\d{2}[0-9A-Z]{3}|select|timeout/)
    }
  })

  it.each(['23505', '22003', '42P01', 'XX000'])(
    'are not those of our own (%s), which answer 500',
    async (code) => {
      expect((await failWith(answered(code))).response.status).toBe(500)
    },
  )
})

const coded = (code: string) => Object.assign(new Error('gone'), { code })

it.each(['/late', '/flushed'])(
  'an answer that fails half-way (%s) does not look whole, and is logged',
  async (path) => {
    kept.lines.length = 0
    const response = await fetch(server.url + path, { signal: AbortSignal.timeout(5_000) })
    await expect(response.text()).rejects.toThrow('terminated')
    expect(kept.text()).toContain('broke half-way')
  },
)

it('a body that cannot be parsed is no error of ours', async () => {
  kept.lines.length = 0
  thrown = new Refusal('not_found', 'x')
  const sent = 'POST /fails/x HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nno size'
  expect(await dripped(server.url, sent)).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(kept.lines.filter((line) => line.includes('"level":50'))).toEqual([])
})

describe('a database that is away', () => {
  it.each([
    ['refused', coded('ECONNREFUSED')],
    ['refused at every address', new AggregateError([coded('ECONNREFUSED')])],
    ['shutting down', coded('57P01')],
    ['connection failure', coded('08006')],
    ['too many connections', coded('53300')],
    ['cut off', new Error('Connection terminated unexpectedly')],
    ['pool exhausted', new Error('Knex: Timeout acquiring a connection. The pool is probably full.')],
    ['somewhere below', new Error('wrapped', { cause: coded('ECONNRESET') })],
  ])('%s answers 503 with Retry-After', async (_, error) => {
    const { response } = await failWith(error)
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is not assumed when a constraint was broken', async () => {
    expect((await failWith(coded('23505'))).response.status).toBe(500)
  })
})

describe('addresses', () => {
  it('answer 404 when nothing is there', async () => {
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404)
  })

  it('answer 405 and list the allowed methods when the method does not fit', async () => {
    const response = await fetch(`${server.url}/api/fails`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('HEAD, GET')
  })

  it('answer 400 when they are malformed, and log no error', async () => {
    thrown = new Refusal('not_found', 'x')
    expect((await fetch(`${server.url}/fails/%E0%A4%A`)).status).toBeLessThan(500)
  })
})

describe('the request log', () => {
  it('writes one line with the route but not the address, and counts the request in the metrics', async () => {
    kept.lines.length = 0
    observed.length = 0
    const { response } = await failWith(
      new Refusal('not_found', 'x'),
      '/fails/tok_secret?session_id=cs_secret',
    )
    const lines = kept.lines.filter((line) => line.includes('"msg":"request"'))
    expect(lines).toHaveLength(1)
    const line = JSON.parse(lines[0] ?? '')
    expect(line).toMatchObject({ method: 'GET', route: '/fails/:token', status: 404 })
    expect(line.requestId).toBe(response.headers.get('x-request-id'))
    expect(kept.text()).not.toContain('secret')
    expect(observed).toMatchObject([{ method: 'GET', route: '/fails/:token', status: 404 }])
  })

  it('ignores a request id that did not come through a trusted proxy', async () => {
    const response = await fetch(`${server.url}/nowhere`, { headers: { 'x-request-id': 'chosen-by-me' } })
    expect(response.headers.get('x-request-id')).not.toBe('chosen-by-me')
  })
})
