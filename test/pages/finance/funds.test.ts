import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})

const PATH = '/finance/settings/funds'
const wordsOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('/finance/settings/funds', () => {
  test('restricts a campaign, which reports then keep apart, and records who did so', async ({
    db,
    pool,
    service,
    signedIn,
  }) => {
    const { knex } = db.database
    const on = { succeededAt: new Date('2026-02-03T12:00:00Z') }
    await giveDonation(knex, { ...on, campaignName: 'investigations', grossMinor: 3000n })
    await giveDonation(knex, { ...on, grossMinor: 700n })
    const cookies = await signedIn('finance')
    const marked = await service.post(
      PATH,
      { kind: 'campaign', key: ' investigations ', fund: 'Inquiry' },
      cookies,
    )
    expect([marked.status, marked.headers.get('Location')]).toEqual([303, `${PATH}?marked`])
    const shown = await (await service.get('/finance?period=this_month', cookies)).text()
    expect(shown).toContain('href="/finance/donations?period=this_month&amp;fund=Inquiry"')
    expect(await (await service.get('/finance/donations?fund=Inquiry', cookies)).text()).toContain(
      '1 donation, $30.00',
    )
    const overview = wordsOf(await (await service.get('/finance', await signedIn('viewer'))).text())
    expect(overview).toMatch(/Inquiry \$30\.00 \$30\.00 Unrestricted \$7\.00 \$7\.00 All \$37\.00/)
    expect(overview).toContain('investigations restricted: Inquiry')
    await service.post(PATH, { kind: 'campaign', key: 'investigations', fund: 'Courts' }, cookies)
    const removed = await service.post(`${PATH}/remove`, { kind: 'campaign', key: 'investigations' }, cookies)
    expect(removed.status).toBe(303)
    await service.post(`${PATH}/remove`, { kind: 'campaign', key: 'investigations' }, cookies)
    expect(wordsOf(await (await service.get('/finance', cookies)).text())).not.toContain('Unrestricted')
    expect(
      await selectAll(
        pool,
        `select act, before, after from audit_trail where subject = 'settings/funds' order by position`,
      ),
    ).toEqual([
      { act: 'fund_marked', before: null, after: { campaign: 'investigations', fund: 'Inquiry' } },
      {
        act: 'fund_marked',
        before: { campaign: 'investigations', fund: 'Inquiry' },
        after: { campaign: 'investigations', fund: 'Courts' },
      },
      { act: 'fund_unmarked', before: { campaign: 'investigations', fund: 'Courts' }, after: null },
    ])
  })

  test('keeps what was typed when something is missing, and names it', async ({ service, signedIn }) => {
    const answer = await service.post(
      PATH,
      { kind: 'article', key: 'https://n.example/a', fund: ' ' },
      await signedIn('finance'),
    )
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('value="https://n.example/a"')
    expect(html).toContain('Write the name of the fund')
    expect(html).not.toContain('Choose campaign or story, and')
  })

  test('refuses auditors a change and shows them none, and refuses other sites', async ({
    service,
    signedIn,
  }) => {
    const auditor = await signedIn('auditor')
    const form = { kind: 'campaign', key: 'x', fund: 'y' }
    for (const path of [PATH, `${PATH}/remove`]) {
      expect((await service.post(path, form, auditor)).status).toBe(403)
      const foreign = { ...(await signedIn('finance')), 'Sec-Fetch-Site': 'cross-site' }
      expect((await service.post(path, form, foreign)).status).toBe(403)
    }
    expect(await (await service.get(PATH, auditor)).text()).not.toContain(
      '<form method="post" action="/finance/settings',
    )
    expect((await service.get(PATH, await signedIn('viewer'))).status).toBe(403)
  })
})
