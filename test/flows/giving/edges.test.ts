import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemIn } from '../../kit/answers.ts'
import { selectAll } from '../../kit/processing.ts'
import { recordMigrations } from '../../kit/database.ts'
import { ARTICLE, startTestService, type TestService } from '../../kit/service.ts'

/** What article pages, other sites, programs and operators may ask for. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const SITE = new URL(ARTICLE).origin
const GIFT = { amount: 500, currency: 'usd' }

const checkoutCount = async () =>
  (await selectAll(service.database.pool, 'select count(*) as n from checkouts'))[0]?.['n']
const donations = (headers: Record<string, string>) => service.get('/api/donations', headers)
const from = (address: string) => ({ 'X-Forwarded-For': address })

describe('article pages on other sites', () => {
  it('get a checkout and a preflight answer when they belong to the newsroom', async () => {
    const preflight = await fetch(`${service.url}/checkout-sessions`, {
      method: 'OPTIONS',
      headers: {
        Origin: SITE,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,idempotency-key',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(SITE)
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('idempotency-key')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    const asked = await service.checkout(GIFT, { Origin: SITE, 'Sec-Fetch-Site': 'cross-site' })
    expect(asked.status).toBe(201)
    expect(asked.headers.get('access-control-allow-origin')).toBe(SITE)
    expect(asked.headers.get('vary')).toContain('Origin')
    const refused = await service.checkout({}, { Origin: SITE })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, SITE])
  })

  it('get 403 and store nothing when they belong to somebody else', async () => {
    const before = await checkoutCount()
    for (const origin of [
      'https://evil.example',
      'null',
      'https://courier.example.evil.example',
      'http://courier.example',
    ]) {
      const asked = await service.checkout(GIFT, { Origin: origin, 'Sec-Fetch-Site': 'cross-site' })
      expect([origin, asked.status]).toEqual([origin, 403])
      expect(asked.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await fetch(`${service.url}/checkout-sessions`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(await checkoutCount()).toBe(before)
  })

  it('get no CORS header for a same-origin request under another host name', async () => {
    const own = await service.checkout(GIFT, {
      Origin: 'http://localhost:1',
      'Sec-Fetch-Site': 'same-origin',
    })
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([201, null])
  })

  it('get 403 when they post the donation form', async () => {
    const donate = (headers: Record<string, string>) =>
      fetch(`${service.url}/donate`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ amount: '500', currency: 'usd' }),
      })
    expect((await donate({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await donate({ Origin: 'https://evil.example' })).status).toBe(403)
    const own = await donate({ 'Sec-Fetch-Site': 'same-origin', Origin: service.url })
    expect(own.status).toBe(303)
    expect(own.headers.get('location')).toContain(`${service.sandboxUrl}/c/pay/cs_test_`)
  })
})

describe('programs', () => {
  it('without a valid token get 401 with WWW-Authenticate', async () => {
    const revoked = await service.token('finance')
    await service.database.knex('api_tokens').update({ revoked_at: new Date() })
    for (const headers of [
      {},
      { Authorization: 'Bearer ' },
      { Authorization: `Bearer rd_${'x'.repeat(43)}` },
      { Authorization: 'Basic YTpi' },
      revoked,
    ]) {
      const response = await donations(headers)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect((await problemIn(response)).status).toBe(401)
    }
  })

  it('with a viewer’s token get totals, and 403 where donors are named', async () => {
    const viewer = await service.token('viewer')
    expect(
      (await service.get('/api/reports/totals?from=2026-01-01&to=2026-01-31&by=day', viewer)).status,
    ).toBe(200)
    expect((await problemIn(await donations(viewer))).status).toBe(403)
    expect((await donations(await service.token('finance'))).status).toBe(200)
  })
})

describe('operators', () => {
  it.each(['/healthz', '/readyz', '/metrics', '/webhooks/stripe', '/donate', '/openapi.json', '/nowhere'])(
    'get no content type to guess from %s',
    async (path) => {
      expect((await service.get(path)).headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  it.each(['/finance/sign-in', '/finance/months', '/donate', '/my', '/nowhere'])(
    'see %s framed by no other site',
    async (path) => {
      const policy = (await service.get(path)).headers.get('content-security-policy') ?? ''
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
    },
  )

  it('get 503 from /readyz and 200 from /healthz when a migration is missing', async () => {
    const { pool } = service.owner
    const { rows } = await pool.query<Record<string, unknown>>(
      'delete from knex_migrations where id = (select max(id) from knex_migrations) returning *',
    )
    expect(rows).toHaveLength(1)
    const response = await service.get('/readyz')
    expect(response.headers.get('retry-after')).not.toBeNull()
    expect((await problemIn(response)).status).toBe(503)
    expect((await service.get('/healthz')).status).toBe(200)
    const { name, batch, migration_time: at } = rows[0] ?? {}
    await pool.query('insert into knex_migrations (name, batch, migration_time) values ($1, $2, $3)', [
      name,
      batch,
      at,
    ])
    expect((await service.get('/readyz')).status).toBe(200)
  })

  it('get the reason from /readyz when an older version created the database', async () => {
    const { knex } = service.owner
    await recordMigrations(service.owner, '0001_immutability.ts')
    const problem = await problemIn(await service.get('/readyz'))
    expect(problem).toMatchObject({
      status: 503,
      detail: expect.stringContaining('set DATA_DIR to a new folder'),
    })
    await knex('knex_migrations').where({ name: '0001_immutability.ts' }).delete()
    expect((await service.get('/readyz')).status).toBe(200)
  })
})

describe('an address that asks too often', () => {
  it('gets 429 from the form and the JSON route, while other addresses are served', async () => {
    const strict = await startTestService({ CHECKOUT_LIMIT_PER_ADDRESS: '3', TRUSTED_PROXIES: '127.0.0.1' })
    try {
      for (let tries = 0; tries < 3; tries++)
        expect((await strict.checkout(GIFT, from('203.0.113.7'))).status).toBe(201)
      const refused = await strict.checkout(GIFT, from('203.0.113.7'))
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await problemIn(refused)).status).toBe(429)
      const form = { method: 'POST', body: new URLSearchParams({ amount: '500', currency: 'usd' }) }
      expect((await fetch(`${strict.url}/donate`, { ...form, headers: from('203.0.113.7') })).status).toBe(
        429,
      )
      expect((await strict.checkout(GIFT, from('198.51.100.1'))).status).toBe(201)
    } finally {
      await strict.stop()
    }
  })
})
