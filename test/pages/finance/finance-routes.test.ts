import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { withProfile } from '../../kit/books.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import {
  giveDonation,
  giveReceipt,
  hireStaff,
  keepEvent,
  signInToken,
  type GivenDonation,
} from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService
let donation: GivenDonation
let receipt: { token: string; number: string }

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  const { knex, pool } = db.database
  await withProfile(pool)
  donation = await giveDonation(knex, {
    succeededAt: new Date('2026-02-03T12:00:00Z'),
    donorName: '<i>Ann</i>',
    message: 'Keep going',
    campaignName: 'spring',
  })
  receipt = await giveReceipt(knex, donation)
  await keepEvent(knex, { correlationId: donation.payment_intent_id })
  await giveDonation(knex, {
    succeededAt: new Date('2026-02-04T12:00:00Z'),
    currency: 'jpy',
    grossMinor: 700n,
  })
  await giveDonation(knex, { succeededAt: new Date('2026-01-04T12:00:00Z'), donorName: 'January Jane' })
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function signedIn(role: Role): Promise<Record<string, string>> {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
}

async function page(path: string, role: Role): Promise<string> {
  const answer = await service.get(path, await signedIn(role))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toContain('text/html')
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer.text()
}

describe('/finance', () => {
  test('shows the running month’s totals per currency and its donations', async () => {
    const html = await page('/finance', 'finance')
    expect(html).toContain('February 2026')
    expect(html).toMatch(/\$5\.00\s+<span class="quiet">from 1 donation</)
    expect(html).toContain('¥700')
    expect(html).toContain('&lt;i&gt;Ann&lt;/i&gt;')
    expect(html).toContain(`/finance/donations/${donation.id}`)
    expect(html).toContain(`/receipts/${receipt.token}`)
    expect(html).not.toContain('January Jane')
    expect(html).toContain('month=2026-01')
    expect(html).not.toContain('month=2026-03')
  })

  test('another month by its name; a month that is none is refused in words', async () => {
    const html = await page('/finance?month=2026-01', 'admin')
    expect(html).toContain('January Jane')
    expect(html).not.toContain('Ann&lt;')
    expect(html).toContain('month=2025-12')
    expect(html).toContain('month=2026-02')
    const cookies = await signedIn('finance')
    for (const month of ['2026-13', 'x', '2026-1', '0000-01'])
      expect((await service.get(`/finance?month=${month}`, cookies)).status).toBe(400)
  })

  test('a busy month is read page by page, and a page that is none is refused', async () => {
    for (let hour = 0; hour < 60; hour += 1)
      await giveDonation(db.database.knex, {
        succeededAt: new Date(Date.UTC(2025, 9, 10, hour)),
        donorName: `Reader ${hour}.`,
      })
    const first = await page('/finance?month=2025-10', 'finance')
    expect(first).toContain('Reader 59.')
    expect(first).not.toContain('Reader 9.')
    const earlier = /href="(\/finance\?month=2025-10&amp;cursor=[\w-]+)"/.exec(first)?.[1] ?? ''
    const second = await page(earlier.replace('&amp;', '&'), 'finance')
    expect(second).toContain('Reader 9.')
    expect(second).not.toContain('Reader 10.')
    expect(second).toContain('← Latest donations')
    expect(second).not.toContain('cursor=')
    expect((await service.get('/finance?cursor=x', await signedIn('finance'))).status).toBe(400)
  })

  test('a month begins when it does in the newsroom', async () => {
    service.now = new Date('2026-02-01T04:30:00Z') // still January in New York
    expect(await page('/finance', 'viewer')).toContain('Donations in January 2026')
    service.now = new Date('2026-02-10T12:00:00Z')
  })

  test('viewers see totals and nobody’s name', async () => {
    const html = await page('/finance', 'viewer')
    expect(html).toContain('$5.00')
    for (const secret of ['Ann', 'ann@reader.example', donation.id, receipt.token])
      expect(html).not.toContain(secret)
  })
})

describe('/finance/donations/:id', () => {
  test('tells everything about one donation', async () => {
    const html = await page(`/finance/donations/${donation.id}`, 'finance')
    for (const fact of [
      '$5.00',
      'ann@reader.example',
      'Keep going',
      'spring',
      receipt.number,
      donation.payment_intent_id,
      `Receipt ${receipt.number} issued`,
      'Received from Stripe: checkout.session.completed (applied)',
    ])
      expect(html).toContain(fact)
  })

  test('Stripe’s id of the payment leads to it', async () => {
    const cookies = await signedIn('finance')
    const answer = await service.get(`/finance/donations/${donation.payment_intent_id}`, cookies)
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      302,
      `/finance/donations/${donation.id}`,
    ])
    expect((await service.get('/finance/donations/pi_none', cookies)).status).toBe(404)
  })

  test('404 for an unknown donation', async () => {
    const cookies = await signedIn('admin')
    for (const id of ['00000000-0000-4000-8000-000000000000', 'x'])
      expect((await service.get(`/finance/donations/${id}`, cookies)).status).toBe(404)
  })
})

describe('who may see what', () => {
  test.each([
    ['/finance', ['viewer', 'finance', 'admin']],
    ['/finance/donations/ID', ['finance', 'admin']],
  ] as const)('%s', async (address, allowed) => {
    const path = address.replace('ID', donation.id)
    for (const role of ['viewer', 'finance', 'admin'] as const) {
      const { status } = await service.get(path, await signedIn(role))
      expect([role, status]).toEqual([role, allowed.some((one) => one === role) ? 200 : 403])
    }
    const stranger = await service.get(path)
    expect([stranger.status, stranger.headers.get('Location')]).toEqual([303, '/finance/sign-in'])
    expect(await stranger.text()).not.toContain('Ann Giver')
  })
})
