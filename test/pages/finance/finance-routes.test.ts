import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, giveReceipt, hireStaff, keepEvent, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

/** On 10 February 2026: a donation in dollars with its receipt and event, one in yen, and one in January. */
const test = financeTest
  .extend('donation', { scope: 'file' }, async ({ db: { database } }) => {
    const donation = await giveDonation(database.knex, {
      succeededAt: new Date('2026-02-03T12:00:00Z'),
      donorName: '<i>Ann</i>',
      message: 'Keep going',
      campaignName: 'spring',
    })
    await keepEvent(database.knex, { correlationId: donation.payment_intent_id })
    await giveDonation(database.knex, {
      succeededAt: new Date('2026-02-04T12:00:00Z'),
      currency: 'jpy',
      grossMinor: 700n,
    })
    await giveDonation(database.knex, {
      succeededAt: new Date('2026-01-04T12:00:00Z'),
      donorName: 'January Jane',
    })
    return donation
  })
  .extend('receipt', { scope: 'file' }, ({ db, donation }) => giveReceipt(db.database.knex, donation))
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('page', { scope: 'file' }, ({ service, signedIn }) => async (path: string, role: Role) => {
    return pageIn(await service.get(path, await signedIn(role)))
  })

/** The page in the answer, which browsers must not store. */
async function pageIn(answer: Response): Promise<string> {
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toContain('text/html')
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer.text()
}

describe('/finance', () => {
  test('shows the running month’s totals per currency and its donations', async ({
    donation,
    receipt,
    page,
  }) => {
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

  test('shows another month, and refuses what is no month', async ({ service, donation, signedIn, page }) => {
    expect(donation.day).toBe('2026-02-03')
    const html = await page('/finance?month=2026-01', 'admin')
    expect(html).toContain('January Jane')
    expect(html).not.toContain('Ann&lt;')
    expect(html).toContain('month=2025-12')
    expect(html).toContain('month=2026-02')
    const cookies = await signedIn('finance')
    for (const month of ['2026-13', 'x', '2026-1', '0000-01'])
      expect((await service.get(`/finance?month=${month}`, cookies)).status).toBe(400)
  })

  test('shows a busy month page by page, and refuses a cursor that is in no link', async ({
    db,
    service,
    signedIn,
    page,
  }) => {
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

  test('begins a month at midnight in the newsroom’s time zone', async ({ service, page }) => {
    service.now = new Date('2026-02-01T04:30:00Z') // still January in New York
    expect(await page('/finance', 'viewer')).toContain('Donations in January 2026')
    service.now = new Date('2026-02-10T12:00:00Z')
  })

  test('shows viewers the totals, and no donor, donation or receipt', async ({ donation, receipt, page }) => {
    const html = await page('/finance', 'viewer')
    expect(html).toContain('$5.00')
    for (const hidden of ['Ann', 'ann@reader.example', donation.id, receipt.token])
      expect(html).not.toContain(hidden)
  })
})

describe('/finance/donations/:id', () => {
  test('shows the donation’s facts and its history', async ({ donation, receipt, page }) => {
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

  test('redirects Stripe’s id of the payment to the donation', async ({ service, donation, signedIn }) => {
    const cookies = await signedIn('finance')
    const answer = await service.get(`/finance/donations/${donation.payment_intent_id}`, cookies)
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      302,
      `/finance/donations/${donation.id}`,
    ])
    expect((await service.get('/finance/donations/pi_none', cookies)).status).toBe(404)
  })

  test('answers 404 for an unknown donation', async ({ service, signedIn }) => {
    const cookies = await signedIn('admin')
    for (const id of ['00000000-0000-4000-8000-000000000000', 'x'])
      expect((await service.get(`/finance/donations/${id}`, cookies)).status).toBe(404)
  })
})

describe('the roles', () => {
  test.for([
    ['/finance', ['viewer', 'auditor', 'finance', 'admin']],
    ['/finance/donations/ID', ['auditor', 'finance', 'admin']],
  ] as const)(
    'open %s to those who may see it, and redirect strangers to sign in',
    async ([address, allowed], { service, donation, signedIn }) => {
      const path = address.replace('ID', donation.id)
      for (const role of ['viewer', 'auditor', 'finance', 'admin'] as const) {
        const { status } = await service.get(path, await signedIn(role))
        expect([role, status]).toEqual([role, allowed.some((one) => one === role) ? 200 : 403])
      }
      const stranger = await service.get(path)
      expect([stranger.status, stranger.headers.get('Location')]).toEqual([303, '/finance/sign-in'])
      expect(await stranger.text()).not.toContain('Ann Giver')
    },
  )
})
