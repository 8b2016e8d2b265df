import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { createApiToken } from '../../../src/access/api-token-store.ts'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, keepEvent, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest.extend('attention', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  const html = await (await service.get('/finance', cookies)).text()
  const [, section = html] = html.split('aria-labelledby="attention"')
  const [list = ''] = section.split('</section>')
  return { html: list, words: list.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ') }
})

describe('what needs attention', () => {
  test('is listed with what is urgent first, and each role sees what it may open', async ({
    db,
    pool,
    service,
    attention,
  }) => {
    const { knex } = db.database
    const gift = await giveDonation(knex, { succeededAt: new Date('2026-02-03T12:00:00Z') })
    await pool.query(
      `insert into sync_states (name, complete_up_to) select unnest(array['balance_transactions', 'payouts', 'events']), $1`,
      [service.now],
    )
    for (const role of ['viewer', 'admin'] as const)
      expect((await attention(role)).words).toContain('Nothing needs attention.')

    await pool.query(
      `insert into disputes (id, donation_id, currency, amount_minor, status, evidence_due_by, created_at)
       values ('dp_1', $1, 'usd', 500, 'needs_response', '2026-02-13T12:00:00Z', '2026-02-05T12:00:00Z'),
         ('dp_2', $1, 'usd', 500, 'needs_response', '2026-02-01T12:00:00Z', '2026-01-05T12:00:00Z'),
         ('dp_3', $1, 'usd', 500, 'won', '2026-02-20T12:00:00Z', '2026-01-05T12:00:00Z')`,
      [gift.id],
    )
    await pool.query(
      `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
       values ('po_failed', 'usd', 100, 'failed', true, '2026-02-02', '2026-02-01', 'awaited', '2026-02-02'),
         ('po_long_ago', 'usd', 100, 'failed', true, '2025-02-02', '2025-02-01', 'awaited', '2025-02-02')`,
    )
    await keepEvent(knex, { outcome: 'failed', reason: 'unreadable' })
    await createApiToken(knex, {
      name: 'Warehouse',
      role: 'viewer',
      expiresAt: new Date(Date.now() + 60_000),
    })
    await pool.query(`update sync_states set complete_up_to = '2026-02-09T12:00:00Z'`)

    const entry = `insert into supporter_entries (id, donation_id, language, consent, consented_at, name) values ($1, $2, 'en', 'Yes', now(), 'Ann')`
    await pool.query(entry, [randomUUID(), gift.id])
    expect((await attention('finance')).words).toContain('1 donor waits to appear on the list of supporters.')
    await pool.query('update supporter_entries set withdrawn_at = now(), name = null')
    expect((await attention('finance')).words).not.toContain('list of supporters')

    const { html, words } = await attention('auditor')
    expect(words).toMatch(
      /Urgent: 1 dispute waits for an answer, by Feb 13, 2026, 7:00 AM\. .*Urgent: 1 deposit did not reach the bank\. .*1 event from Stripe could not be processed\./,
    )
    expect(words).toContain('What happened at Stripe since Feb 9, 2026, 7:00 AM has not been read yet')
    expect(html).toContain(`href="/finance/donations/${gift.id}"`)
    expect(html).toContain('href="/finance/deposits/po_failed"')
    expect(words).not.toContain('Warehouse')
    // The token's time is that of the database's clock, which the test does not set.
    service.now = new Date()
    expect((await attention('admin')).words).toContain('The API token Warehouse expires on')
    expect((await attention('finance')).words).not.toContain('Warehouse')
    service.now = new Date('2026-02-10T12:00:00Z')
    expect((await attention('viewer')).words).toContain('Nothing needs attention.')
  })
})
