import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { dayNamed } from '../../kit/named.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { postToLedger } from '../../../src/ledger/ledger-store.ts'
import { currencyNamed } from '../../kit/named.ts'
import { randomUUID } from 'node:crypto'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})

const MARCH = 'from=2026-03-01&to=2026-03-31'
const usd = currencyNamed('usd')

test.beforeAll(async ({ db }) => {
  const arrivals = Array.from({ length: 60 }, (_, index) => ({
    id: randomUUID(),
    source: `po_${index}`,
    effect: 'arrived' as const,
    clears: `po_${index}`,
    donationId: null,
    occurredAt: new Date('2026-03-14T12:00:00Z'),
    day: { bookedOn: dayNamed('2026-03-14'), period: null },
    entries: [
      { account: 'bank' as const, amount: { minor: 81_231n, currency: usd } },
      { account: 'payouts_in_transit' as const, amount: { minor: -81_231n, currency: usd } },
    ],
  }))
  await inTransaction(db.database.pool, (tx) => postToLedger(tx, arrivals, new Date('2026-03-14T12:00:00Z')))
})

describe('the reports of the books', () => {
  test('lead an auditor from the accounts of a month to every posting of one', async ({
    service,
    signedIn,
  }) => {
    const cookies = await signedIn('auditor')
    const sheet = await (await service.get(`/finance/reports/accounts?${MARCH}`, cookies)).text()
    expect(sheet).toContain('Accounts, March 2026')
    expect(sheet).toContain('$48,738.60')
    const [, address = ''] = /href="(\/finance\/reports\/accounts\/bank[^"]*)"/.exec(sheet) ?? []
    const first = await (await service.get(address.replaceAll('&amp;', '&'), cookies)).text()
    expect(first.match(/href="\/finance\/deposits\/po_/g)).toHaveLength(50)
    const [, next = ''] = /rel="next" href="([^"]*)"/.exec(first.slice(first.indexOf('class="pages"'))) ?? []
    const second = await (await service.get(next.replaceAll('&amp;', '&'), cookies)).text()
    expect(second.match(/href="\/finance\/deposits\/po_/g)).toHaveLength(10)
    expect(second).toContain('Earlier postings')
    expect(second).not.toContain('Later postings')
  })

  test('are for auditors, and a viewer sees none', async ({ service, signedIn }) => {
    const viewer = await signedIn('viewer')
    const auditor = await signedIn('auditor')
    for (const report of ['accounts', 'accounts/bank', 'income', 'trial-balance']) {
      const seen = [viewer, auditor].map(async (cookies) => {
        const { status } = await service.get(`/finance/reports/${report}`, cookies)
        return status
      })
      expect([report, ...(await Promise.all(seen))]).toEqual([report, 403, 200])
    }
  })

  test('name a day that is none beside what was typed', async ({ service, signedIn }) => {
    const cookies = await signedIn('auditor')
    for (const report of ['accounts', 'accounts/bank', 'income', 'trial-balance']) {
      const answer = await service.get(`/finance/reports/${report}?from=2026-03-01&to=yesterday`, cookies)
      expect(answer.status).toBe(400)
      const page = await answer.text()
      expect(page).toContain('To must be a date such as 2026-01-31')
      expect(page).toContain('value="yesterday"')
    }
    const backwards = await service.get('/finance/reports/income?from=2026-04-01&to=2026-03-01', cookies)
    expect(await backwards.text()).toContain('To must not be before from')
  })

  test('are shown for the first and the last months that an address can name', async ({
    service,
    signedIn,
  }) => {
    const cookies = await signedIn('auditor')
    const ends = [
      'from=0001-01-01&to=0001-01-31',
      'from=1000-01-01&to=1000-01-31',
      'from=9998-12-01&to=9998-12-31',
    ]
    for (const report of ['accounts', 'accounts/bank', 'income', 'trial-balance'])
      for (const days of ends)
        expect((await service.get(`/finance/reports/${report}?${days}`, cookies)).status).toBe(200)
  })

  test('say why the fees of the income statement are not those of the overview', async ({
    db,
    service,
    signedIn,
  }) => {
    const at = new Date('2026-04-02T12:00:00Z')
    const feeOfNoGift = {
      id: randomUUID(),
      source: 'txn_failed_debit',
      effect: 'settled' as const,
      clears: 'pi_failed_debit',
      donationId: null,
      occurredAt: at,
      day: { bookedOn: dayNamed('2026-04-02'), period: null },
      entries: [
        { account: 'stripe_fees' as const, amount: { minor: 53n, currency: usd } },
        { account: 'stripe_balance' as const, amount: { minor: -53n, currency: usd } },
      ],
    }
    await inTransaction(db.database.pool, (tx) => postToLedger(tx, [feeOfNoGift], at))
    const cookies = await signedIn('auditor')
    const address = '/finance/reports/income?from=2026-04-01&to=2026-04-30'
    const page = await (await service.get(address, cookies)).text()
    expect(page).toContain('-$0.53')
    expect(page).toContain('it lacks the fees of bank debits that are not paid yet')
    const without = await (
      await service.get('/finance/reports/income?from=2026-05-01&to=2026-05-31', cookies)
    ).text()
    expect(without).not.toContain('bank debits')
  })

  test('name the donor of a posting, with Stripe’s id to copy', async ({ db, service, signedIn }) => {
    const succeededAt = new Date('2026-05-02T12:00:00Z')
    const named = await giveDonation(db.database.knex, { donorName: 'Ann <Reader>', succeededAt })
    const nameless = await giveDonation(db.database.knex, { donorName: null, succeededAt })
    const address = '/finance/reports/accounts/donations?from=2026-05-01&to=2026-05-31'
    const page = await (await service.get(address, await signedIn('auditor'))).text()
    const subjects = page.replaceAll(/<(?!\/?(code|bdi))[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    const id = ({ payment_intent_id: source }: typeof named) => `<code class="id">${source}</code>`
    expect(subjects).toContain(`Gift of <bdi>Ann &lt;Reader&gt;</bdi> ${id(named)}`)
    expect(subjects).toContain(`Gift of a donor without a name ${id(nameless)}`)
  })

  test('refuse an account and a place that do not exist', async ({ service, signedIn }) => {
    const cookies = await signedIn('auditor')
    expect((await service.get(`/finance/reports/accounts/petty_cash?${MARCH}`, cookies)).status).toBe(404)
    const place = await service.get(`/finance/reports/accounts/bank?${MARCH}&cursor=after.x`, cookies)
    expect(place.status).toBe(400)
  })
})
