import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
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

  test('counts and adds up the deposits that a bank statement lacks and the write-offs that wait', async ({
    pool,
    service,
    attention,
  }) => {
    service.now = new Date('2026-02-10T12:00:00Z')
    await pool.query(
      `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
       select id, currency, minor, status, true, day::date, day::date, 'awaited', day::date
       from (values ('po_missing', 'usd', 81231, 'paid', '2026-01-14'), ('po_euro', 'eur', 2000, 'paid', '2026-01-15'),
         ('po_matched', 'usd', 500, 'paid', '2026-01-14'), ('po_away', 'usd', 700, 'in_transit', '2026-01-14'),
         ('po_uncovered', 'usd', 900, 'paid', '2026-01-29')) as p(id, currency, minor, status, day)`,
    )
    await pool.query(
      `insert into bank_statements (id, file_hash, file_name, file, format, first_day, last_day, currencies, uploaded_by, uploaded_at)
       values ($1, '\\x01', 'january.csv', '', 'csv', '2026-01-01', '2026-01-31', '{usd,eur}', 'fin@news.example', now())`,
      ['5a0c6f50-0000-4000-8000-000000000001'],
    )
    await pool.query(
      `with line as (
         insert into bank_lines (bank_statement_id, place, identity, day, currency, amount_minor, description)
         values ('5a0c6f50-0000-4000-8000-000000000001', 1, '\\x01', '2026-01-14', 'usd', 500, 'STRIPE') returning id)
       insert into bank_matches (bank_line_id, payout_id, kind, rule, matched_by, matched_at)
       select id, 'po_matched', 'deposit', 'chosen', 'fin@news.example', now() from line`,
    )
    const writeOff = `insert into write_offs (id, month, object, kind, currency, amount_minor, from_account, to_account, reason,
        needs_approval, prepared_by, prepared_at)
      values ($1, $2, $3, 'missing_here', 'usd', $4, 'stripe_clearing', 'write_offs', 'Too small to look into.', true, 'fin@news.example', now())`
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    await pool.query(writeOff, [ids[0], '2026-01', 'ch_a', 1000])
    await pool.query(writeOff, [ids[1], '2025-12', 'ch_b', -250])
    await pool.query(writeOff, [ids[2], '2025-11', 'ch_c', 9900])
    await pool.query(
      `insert into write_off_decisions (write_off_id, decision, decided_by, decided_at) values ($1, 'declined', 'two@news.example', now())`,
      [ids[2]],
    )

    for (const role of ['auditor', 'finance'] as const) {
      const { html, words } = await attention(role)
      expect(words).toContain(
        'Urgent: 2 deposits that Stripe paid are missing on the bank statements of their days: €20.00 + $812.31 together.',
      )
      expect(html).toContain('href="/finance/deposits?bank=missing"')
      expect(words).toContain('2 write-offs wait for a second person: $12.50 together.')
      expect(html).toContain('href="/finance/months/2025-12#write-offs"')
    }
    expect((await attention('viewer')).words).toContain('Nothing needs attention.')
  })
})
