import { describe, expect } from 'vitest'
import { roles, type Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('page', { scope: 'file' }, ({ service, signedIn }) => async (path: string, role: Role) => {
    const answer = await service.get(path, await signedIn(role))
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
    return answer.text()
  })

const wordsOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('/finance/reports', () => {
  test('lists only reports that the role may open, and opens each', async ({ db, service }) => {
    for (const role of roles) {
      const staff = await hireStaff(db.database.knex, role)
      const token = await signInToken(db.database.knex, staff, service.now)
      const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
      const answer = await service.get('/finance/reports', cookies)
      expect([role, answer.status]).toEqual([role, 200])
      const [, list = ''] = (await answer.text()).split('<h1>')
      const addresses = Array.from(list.matchAll(/<dt><a href="([^"]+)"/g), ([, address = '']) => address)
      expect(addresses).toContain('/finance')
      for (const address of addresses) {
        const { status } = await service.get(address.replaceAll('&amp;', '&'), cookies)
        expect([role, address, status]).toEqual([role, address, 200])
      }
    }
  })
})

describe('/finance/reports/stories', () => {
  test('sorts stories by net, leads to the gifts of each, and names no donor', async ({ db, page }) => {
    const { knex } = db.database
    const give = (articleUrl: string | null, grossMinor: bigint, campaignName: string | null = null) =>
      giveDonation(knex, {
        succeededAt: new Date('2026-02-03T12:00:00Z'),
        articleUrl,
        articleTitle: articleUrl && `Title of ${articleUrl.slice(-1)}`,
        grossMinor,
        campaignName,
      })
    await give('https://news.example/a', 700n, 'spring')
    await give('https://news.example/b', 900n)
    await give('https://news.example/b', 100n)
    await give(null, 5000n)
    const html = await page('/finance/reports/stories?period=this_month', 'auditor')
    const words = wordsOf(html)
    expect(words).toMatch(/Without a story .*Title of b 2 \$10\.00 .*Title of a 1 \$7\.00 .*All 4 \$67\.00/)
    expect(html).toContain(
      'href="/finance/donations?from=2026-02-01&amp;to=2026-02-10&amp;story=https%3A%2F%2Fnews.example%2Fb"',
    )
    expect(words).not.toContain('Ann')
    expect(wordsOf(await page('/finance/reports/stories?sort=key', 'viewer'))).toMatch(
      /Title of a .*Title of b/,
    )
    expect(await page('/finance/reports/stories', 'viewer')).not.toContain('/finance/donations?')
    expect(wordsOf(await page('/finance/reports/campaigns', 'viewer'))).toMatch(/spring 1 \$7\.00/)
  })

  test('goes on page by page, and refuses a cursor that is in no link', async ({
    db,
    service,
    signedIn,
    page,
  }) => {
    for (let story = 0; story < 60; story += 1)
      await giveDonation(db.database.knex, {
        succeededAt: new Date('2025-05-03T12:00:00Z'),
        articleUrl: `https://news.example/story-${story}.`,
        articleTitle: null,
        grossMinor: BigInt(100 + story),
      })
    const path = '/finance/reports/stories?from=2025-05-01&to=2025-05-31'
    const first = await page(path, 'viewer')
    expect(first).toContain('story-59.')
    expect(first).not.toContain('story-9.')
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1] ?? ''
    const second = await page(next.replaceAll('&amp;', '&'), 'viewer')
    expect(second).toContain('story-9.')
    expect(second).not.toContain('story-10.')
    expect(second).not.toContain('rel="next"')
    const cookies = await signedIn('viewer')
    for (const cursor of [
      'x',
      Buffer.from('["a",1]').toString('base64url'),
      Buffer.from('["\\u0000","1"]').toString('base64url'),
    ])
      expect((await service.get(`${path}&cursor=${cursor}`, cookies)).status).toBe(400)
  })
})

describe('/finance/reports/recurring', () => {
  test('says what is expected next month and whose payment fails, to viewers without the donor', async ({
    db,
    page,
  }) => {
    const { pool, knex } = db.database
    const gift = await giveDonation(knex, { frequency: 'monthly', donorName: 'Failing Fred' })
    await pool.query(
      `insert into subscriptions (stripe_subscription_id, checkout_id, status, frequency, currency, amount_minor, started_at,
         last_paid_at, last_failure_at)
       values ('sub_runs', $1, 'active', 'monthly', 'usd', 700, '2026-01-05', null, null),
         ('sub_fails', $1, 'past_due', 'monthly', 'usd', 500, '2025-12-05', '2026-01-05', '2026-02-05')`,
      [gift.checkout_id],
    )
    await pool.query(`update donations set stripe_subscription_id = 'sub_fails' where id = $1`, [gift.id])
    const html = await page('/finance/reports/recurring', 'auditor')
    expect(wordsOf(html)).toMatch(/Expected in March 2026 .*Monthly USD 2 0 0 1 \$7\.00 \$7\.00/)
    expect(wordsOf(html)).toMatch(/January 2026 1 0 – 2 /)
    expect(html).toContain('Failing Fred')
    const forViewer = await page('/finance/reports/recurring', 'viewer')
    expect(wordsOf(forViewer)).toContain('Payments that fail')
    expect(forViewer).not.toContain('Failing Fred')
    expect(forViewer).not.toContain(gift.id)
    expect(wordsOf(await page('/finance', 'viewer'))).toContain(
      'The last payment of 1 recurring gift failed. See which',
    )
  })
})
