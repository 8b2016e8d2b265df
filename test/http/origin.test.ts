import { Router } from '@koa/router'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { articleSites } from '../../src/http/origin.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { sameOriginOnly } from '../../src/http/same-origin.ts'
import { headersForAll, securityHeaders } from '../../src/http/security-headers.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'

const news = 'https://news.example'
let server: TestServer

beforeAll(async () => {
  const cors = articleSites([news])
  const router = new Router()
    .options('/checkout-sessions', cors)
    .post('/checkout-sessions', cors, (ctx) => {
      if (ctx.query['fail'] !== undefined) throw new Refusal('unavailable', 'later')
      ctx.body = 'made'
    })
    .post('/donate', sameOriginOnly('https://give.example'), (ctx) => {
      ctx.body = 'given'
    })
  const app = new Koa()
    .use(headersForAll('https://give.example'))
    .use(securityHeaders({ checkoutOrigins: ['https://checkout.stripe.com'] }))
    .use(errorHandler({ log: keptLog().log, renderErrorPage: () => '' }))
    .use(router.routes())
  server = await listen(app.callback())
})

afterAll(() => server.close())

function ask(path: string, headers: Record<string, string>, method = 'POST') {
  return fetch(server.url + path, { method, headers })
}

describe('article sites', () => {
  it('may ask for a checkout when they belong to the newsroom', async () => {
    const response = await ask('/checkout-sessions', { origin: news })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(news)
    expect(response.headers.get('vary')).toContain('Origin')
  })

  it('may read why they are refused', async () => {
    const response = await ask('/checkout-sessions?fail', { origin: news })
    expect(response.status).toBe(503)
    expect(response.headers.get('access-control-allow-origin')).toBe(news)
  })

  it.each(['https://evil.example', 'null', 'https://news.example.evil.example', 'http://news.example'])(
    'may not when they are %s',
    async (origin) => {
      for (const method of ['POST', 'OPTIONS']) {
        const response = await ask(
          '/checkout-sessions',
          { origin, 'access-control-request-method': 'POST' },
          method,
        )
        expect(response.status).toBe(403)
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
      }
    },
  )

  it('get an answer to their preflight request', async () => {
    const headers = { origin: news, 'access-control-request-method': 'POST' }
    const response = await ask('/checkout-sessions', headers, 'OPTIONS')
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'Content-Type,Idempotency-Key,Challenge-Answer',
    )
  })

  it('are not required of programs and of the service’s own pages', async () => {
    expect((await ask('/checkout-sessions', {})).status).toBe(200)
    const own = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }
    expect((await ask('/checkout-sessions', own)).status).toBe(200)
  })
})

describe('form posts', () => {
  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'null' }, 200],
    ['an old browser on our own page', { origin: 'https://give.example' }, 200],
    ['a program', {}, 200],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://give.example' }, 403],
    ['a sibling of ours', { 'sec-fetch-site': 'same-site' }, 403],
    ['an old browser elsewhere', { origin: 'https://evil.example' }, 403],
  ])('from %s', async (_, headers, status) => {
    expect((await ask('/donate', headers)).status).toBe(status)
  })
})

describe('security headers', () => {
  it('allow the service’s own resources only, and forms that lead to Stripe', async () => {
    const { headers } = await ask('/donate', {})
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self' https://checkout.stripe.com")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each(['/receipts/token', '/thank-you'])(
    'keep the address of %s out of the Referer header',
    async (path) => {
      expect((await ask(path, {}, 'GET')).headers.get('referrer-policy')).toBe('no-referrer')
    },
  )

  // Old browsers say `Origin: null` for a form of a page with `no-referrer`, and would be refused.
  it.each([
    ['/finance/sign-in', 'strict-origin'],
    ['/finance/sign-in/token', 'strict-origin'],
    ['/finance/sign-in/provider/callback', 'strict-origin'],
    ['/finance', 'same-origin'],
    ['/finance/donations/1', 'same-origin'],
  ])('keep the address of %s from other sites, and let its forms name their origin', async (path, policy) => {
    expect((await ask(path, {}, 'GET')).headers.get('referrer-policy')).toBe(policy)
  })

  it('let other sites load the widget and nothing else of the service', async () => {
    expect((await ask('/widget.js', {}, 'GET')).headers.get('cross-origin-resource-policy')).toBe(
      'cross-origin',
    )
    expect((await ask('/donate', {}, 'GET')).headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })
})
