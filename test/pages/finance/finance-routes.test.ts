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

/** What a reader sees of a page. */
const wordsOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('/finance', () => {
  test('shows the running month beside the one before, without a donor', async ({ donation, page }) => {
    expect(donation.day).toBe('2026-02-03')
    const html = await page('/finance', 'finance')
    const words = wordsOf(html)
    expect(words).toContain('Feb 1, 2026 to Feb 10, 2026')
    expect(words).toContain('compared with Jan 1, 2026 to Jan 10, 2026')
    expect(words).toMatch(/Gross \$5\.00 unchanged/)
    expect(words).toMatch(/Gifts 2 up 1 \(100%\)/)
    expect(words).toContain('The fees of 2 gifts are not known yet')
    expect(words).toContain('Stripe has never exchanged JPY for USD')
    for (const hidden of ['Ann', 'ann@reader.example', donation.id]) expect(html).not.toContain(hidden)
  })

  test('shows any days, by name or by date, and any comparison', async ({ donation, page }) => {
    expect(donation.day).toBe('2026-02-03')
    const named = wordsOf(await page('/finance?period=last_month&compare=year_before', 'viewer'))
    expect(named).toContain('Jan 1, 2026 to Jan 31, 2026')
    expect(named).toContain('compared with Jan 1, 2025 to Jan 31, 2025')
    expect(named).toContain('Nothing was booked then')
    const dates = await page('/finance?from=2026-02-03&to=2026-02-03&grain=day', 'viewer')
    expect(wordsOf(dates)).toMatch(/Gifts 1 up 1 Needs attention|Gifts 1 up 1/)
    expect(dates).toContain('name="from" value="2026-02-03"')
    expect(await page('/finance?from=2001-01-01&to=2001-01-31', 'viewer')).toContain(
      'No gift was booked in this period.',
    )
  })

  test('leads to the other date basis with the period kept', async ({ page }) => {
    const booked = await page('/finance?period=last_quarter', 'viewer')
    expect(booked).toContain('on the day on which it was booked')
    expect(booked).toContain('href="/finance?period=last_quarter&amp;basis=given"')
    const given = await page('/finance?period=last_quarter&basis=given', 'viewer')
    expect(given).toContain('on the day on which it was given')
    expect(given).toContain('href="/finance?period=last_quarter"')
  })

  test('redirects links of before to the days of their month', async ({ service, signedIn }) => {
    const answer = await service.get('/finance?month=2026-01', await signedIn('viewer'))
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      301,
      '/finance?from=2026-01-01&to=2026-01-31',
    ])
  })

  test.for([
    'month=2026-13',
    'month=x',
    'period=tomorrow',
    'from=2026-02-01',
    'from=2026-02-30&to=2026-03-01',
    'from=2026-02-02&to=2026-02-01',
    'period=this_month&from=2026-02-01&to=2026-02-02',
    'compare=x',
    'basis=x',
    'grain=hour',
    'perod=this_month',
    'period=this_month&period=last_month',
  ])('refuses %s and says how days are written', async (query, { service, signedIn }) => {
    const answer = await service.get(`/finance?${query}`, await signedIn('viewer'))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(/like 2026-01/)
  })

  test('takes the fields that a form leaves empty for none', async ({ page }) => {
    expect(await page('/finance?period=this_month&from=&to=', 'viewer')).toContain('Feb 1, 2026')
  })

  test('begins a month at midnight in the newsroom’s time zone', async ({ service, page }) => {
    service.now = new Date('2026-02-01T04:30:00Z') // still January in New York
    expect(await page('/finance', 'viewer')).toContain('Jan 1, 2026 to Jan 31, 2026')
    service.now = new Date('2026-02-10T12:00:00Z')
  })
})

describe('/finance/donations', () => {
  test('shows the gifts of a period page by page, and refuses a cursor that is in no link', async ({
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
    const first = await page('/finance/donations?from=2025-10-01&to=2025-10-31', 'finance')
    expect(first).toContain('Reader 59.')
    expect(first).not.toContain('Reader 9.')
    const earlier = /href="(\/finance\/donations\?[^"]*cursor=[\w-]+)"/.exec(first)?.[1] ?? ''
    const second = await page(earlier.replaceAll('&amp;', '&'), 'finance')
    expect(second).toContain('Reader 9.')
    expect(second).not.toContain('Reader 10.')
    expect(second).toContain('← Previous')
    expect(second).not.toContain('Next →')
    const cookies = await signedIn('finance')
    expect((await service.get('/finance/donations?cursor=x', cookies)).status).toBe(400)
  })

  test('names donors, and receipts by their numbers', async ({ donation, receipt, page }) => {
    const html = await page('/finance/donations?period=this_month', 'auditor')
    expect(html).toContain('&lt;i&gt;Ann&lt;/i&gt;')
    expect(html).toContain(`/finance/donations/${donation.id}`)
    expect(html).toContain(`/receipts/${receipt.token}`)
    expect(html).not.toContain('January Jane')
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
    ['/finance/donations', ['auditor', 'finance', 'admin']],
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
