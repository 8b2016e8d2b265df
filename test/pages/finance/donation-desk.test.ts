import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import type { RefundRequest } from '../../../src/refunds/refund-request.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { bearer, giveDonation, giveReceipt, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { currencyNamed } from '../../kit/named.ts'
import { selectAll, withProfile } from '../../kit/processing.ts'

/** What staff do on a donation's page and a donor's: refunds that are confirmed, notes, corrected receipts. */

let db: TestDatabase
let service: FinanceService
let asked: RefundRequest[]
const cookies: Partial<Record<Role, Record<string, string>>> = {}
const as = (role: Role) => cookies[role] ?? {}

beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
  asked = []
  service = await financeService(db.database, {
    refundLimits: new Map([[currencyNamed('usd'), 500n]]),
    createRefund: async (request) => {
      asked.push(request)
      return { refundId: `re_${request.id.slice(0, 8)}` }
    },
  })
  for (const role of ['auditor', 'finance', 'admin'] as const) {
    const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, role), service.now)
    cookies[role] = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  }
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

const gift = (more: Parameters<typeof giveDonation>[1] = {}) =>
  giveDonation(db.database.knex, { grossMinor: 1000n, ...more })
const pageOf = async (path: string, role: Role = 'finance') => (await service.get(path, as(role))).text()
const field = (page: string, name: string) =>
  new RegExp(`name="${name}"[^>]*\\svalue="([^"]*)"`).exec(page)?.[1] ?? ''
const acts = async (donation: string) =>
  (
    await selectAll(
      db.database.pool,
      `select act from audit_trail where subject = 'donation/${donation}' order by position`,
    )
  ).map((row) => row['act'])

describe('a refund', () => {
  const form = async (id: string, more: Record<string, string>) => {
    const page = await pageOf(`/finance/donations/${id}`)
    return {
      request: field(page, 'request'),
      left: field(page, 'left'),
      reason: 'duplicate',
      note: 'gave <twice>',
      ...more,
    }
  }

  test('is asked for once more on a page, goes back with nothing lost, and then bears who and why', async () => {
    const { id } = await gift()
    const path = `/finance/donations/${id}/refunds`
    const typed = await form(id, { amount: '4.00' })
    const confirmation = await (await service.post(path, typed, as('finance'))).text()
    expect(confirmation).toContain('Refund $4.00?')
    expect(confirmation).toContain('gave &lt;twice&gt;')
    expect(asked).toEqual([])
    const changed = await (await service.post(path, { ...typed, step: 'change' }, as('finance'))).text()
    expect(changed).toContain('value="4.00"')
    expect(changed).toContain('gave &lt;twice&gt;</textarea>')
    const made = await service.post(path, { ...typed, step: 'confirm' }, as('finance'))
    expect(made.status).toBe(303)
    const page = await pageOf(made.headers.get('location') ?? '')
    expect(page).toContain('Stripe has accepted the refund of $4.00')
    expect(page).toMatch(
      /\$4\.00: finance\.\w+@news\.example requested a refund \(It was given twice\): “gave &lt;twice&gt;”/,
    )
    expect(await acts(id)).toEqual(['refund_requested'])
    const answer = await service.get(`/api/donations/${id}`, await bearer(db.database.knex, 'auditor'))
    const { history } = (await answer.json()) as { history: { kind: string; note?: string }[] } // openapi.test.ts checks it
    expect(history.find(({ kind }) => kind === 'refund_requested')?.note).toBe('gave <twice>')
  })

  test('is refused on the donation’s page, which keeps what was typed', async () => {
    const { id } = await gift()
    const answer = await service.post(
      `/finance/donations/${id}/refunds`,
      await form(id, { amount: '40' }),
      as('finance'),
    )
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(page).toContain('At most $10.00 can be refunded.')
    expect(field(page, 'amount')).toBe('40')
    expect(page).toContain('gave &lt;twice&gt;</textarea>')
    expect(page).toMatch(/<option value="duplicate"\s+selected/)
  })

  test('of more than finance may refund of one donation takes an admin, in several parts too', async () => {
    const { id } = await gift()
    const path = `/finance/donations/${id}/refunds`
    const confirm = async (amount: string, role: Role) =>
      service.post(path, await form(id, { amount, step: 'confirm' }), as(role))
    expect((await confirm('3.00', 'finance')).status).toBe(303)
    const refused = await confirm('2.01', 'finance')
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('Your role refunds at most $5.00 of one donation')
    expect((await confirm('2.01', 'admin')).status).toBe(303)
    const euros = await gift({ currency: 'eur' })
    const unnamed = await service.post(
      `/finance/donations/${euros.id}/refunds`,
      await form(euros.id, { amount: '0.01' }),
      as('finance'),
    )
    expect(unnamed.status).toBe(409)
  })

  test('is offered to no auditor, and taken from none and from no other site', async () => {
    const { id } = await gift()
    const typed = await form(id, { amount: '1.00', step: 'confirm' })
    expect(await pageOf(`/finance/donations/${id}`, 'auditor')).not.toContain('refund-amount')
    const before = asked.length
    expect((await service.post(`/finance/donations/${id}/refunds`, typed, as('auditor'))).status).toBe(403)
    const elsewhere = { ...as('finance'), 'Sec-Fetch-Site': 'cross-site' }
    expect((await service.post(`/finance/donations/${id}/refunds`, typed, elsewhere)).status).toBe(403)
    expect(asked).toHaveLength(before)
  })
})

describe('a note', () => {
  test('is written, withdrawn and stays readable; only with its own donation, and by finance', async () => {
    const [one, other] = [await gift(), await gift()]
    const path = `/finance/donations/${one.id}`
    expect((await service.post(`${path}/notes`, { text: '<b>Called</b>' }, as('finance'))).status).toBe(303)
    expect(await pageOf(path, 'auditor')).toContain('&lt;b&gt;Called&lt;/b&gt;')
    const [row] = await selectAll(
      db.database.pool,
      `select id from donation_notes where donation_id = '${one.id}'`,
    )
    const withdraw = (donation: string) =>
      `/finance/donations/${donation}/notes/${String(row?.['id'])}/withdraw`
    expect((await service.post(withdraw(other.id), {}, as('finance'))).status).toBe(404)
    expect((await service.post(withdraw(one.id), {}, as('auditor'))).status).toBe(403)
    const elsewhere = { ...as('finance'), 'Sec-Fetch-Site': 'cross-site' }
    expect((await service.post(withdraw(one.id), {}, elsewhere)).status).toBe(403)
    expect((await service.post(withdraw(one.id), {}, as('finance'))).status).toBe(303)
    expect((await service.post(withdraw(one.id), {}, as('finance'))).status).toBe(404)
    expect(await pageOf(path)).toMatch(/<s>&lt;b&gt;Called&lt;\/b&gt;<\/s>[^]*withdrawn by finance/)
    const donor = await (await service.get(`/finance/donors/${one.id}`, as('auditor'))).text()
    expect(donor).toMatch(/Notes on the gifts[^]*&lt;b&gt;Called/)
    const empty = await service.post(`${path}/notes`, { text: ' ' }, as('finance'))
    expect([empty.status, (await empty.text()).includes('Write a note of at most')]).toEqual([400, true])
    expect(await acts(one.id)).toEqual(['note_added', 'note_withdrawn'])
  })
})

describe('a receipt', () => {
  test('with another name voids and replaces the last one, and cites it', async () => {
    const one = await gift()
    const first = await giveReceipt(db.database.knex, one)
    // The factory takes its number without the counter.
    await db.database
      .knex('receipt_counters')
      .insert({ year: 2026, last_number: Number(first.number.slice(5)) })
    const path = `/finance/donations/${one.id}/receipt`
    const form = { name: 'Dr Ann Giver', email: 'ann@reader.example' }
    const sent = await service.post(path, form, as('finance'))
    expect(sent.headers.get('location')).toContain('done=receipt_replaced')
    const rows = await selectAll(
      db.database.pool,
      `select r.revision, v.reason, r.replaces_year || '-' || lpad(r.replaces_number::text, 6, '0') as replaces
       from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
       where r.donation_id = '${one.id}' order by r.revision`,
    )
    expect(rows).toEqual([
      { revision: 1, reason: 'corrected', replaces: null },
      { revision: 2, reason: null, replaces: first.number },
    ])
    const mails = await selectAll(
      db.database.pool,
      `select kind from outbox_messages where subject = '${one.id}'`,
    )
    expect(mails).toEqual([{ kind: 'receipt' }])
    expect(await acts(one.id)).toEqual(['receipt_corrected'])
    const again = await service.post(path, form, as('finance'))
    expect(again.headers.get('location')).toContain('done=unchanged')
    const page = await pageOf(sent.headers.get('location') ?? '')
    expect(page).toContain('The receipt is voided and replaced')
    expect(page).toContain('Dr Ann Giver')
  })

  test('goes to a corrected address and can be sent again nine times', async () => {
    const one = await gift()
    await giveReceipt(db.database.knex, one)
    const path = `/finance/donations/${one.id}/receipt`
    const moved = await service.post(path, { name: 'Ann Giver', email: 'new@reader.example' }, as('finance'))
    expect(moved.headers.get('location')).toContain('done=address_corrected')
    for (let time = 0; time < 8; time += 1)
      expect((await service.post(`${path}/send`, {}, as('finance'))).headers.get('location')).toContain(
        'done=mail_queued',
      )
    const refused = await service.post(`${path}/send`, {}, as('finance'))
    expect([refused.status, (await refused.text()).includes('This receipt was sent ten times.')]).toEqual([
      409,
      true,
    ])
    expect(await pageOf(`/finance/donations/${one.id}`)).toContain('had the receipt e-mailed again')
    expect((await acts(one.id)).slice(0, 2)).toEqual(['address_corrected', 'mail_sent_again'])
  })

  test('is corrected by finance alone, on our own pages, with a usable name and address', async () => {
    const one = await gift()
    await giveReceipt(db.database.knex, one)
    const path = `/finance/donations/${one.id}/receipt`
    const form = { name: 'Other', email: 'x@reader.example' }
    expect((await service.post(path, form, as('auditor'))).status).toBe(403)
    expect(
      (await service.post(path, form, { ...as('finance'), 'Sec-Fetch-Site': 'cross-site' })).status,
    ).toBe(403)
    const refused = await service.post(path, { name: 'Other', email: 'no address' }, as('finance'))
    expect([refused.status, field(await refused.text(), 'email')]).toEqual([400, 'no address'])
    expect(await acts(one.id)).toEqual([])
    expect((await service.post('/finance/donations/x/receipt', form, as('finance'))).status).toBe(404)
  })
})

describe('a dispute', () => {
  test('says on the donation and in the API why it was made and until when to answer', async () => {
    const { knex } = db.database
    const [one, two] = [await gift(), await gift()]
    const dispute = (id: string, donation: string, day: string) => ({
      id,
      donation_id: donation,
      currency: 'usd',
      amount_minor: 1000,
      status: 'needs_response',
      reason: 'product_not_received',
      evidence_due_by: new Date(`${day}T12:00:00Z`),
      created_at: new Date('2026-02-01T00:00:00Z'),
    })
    await knex('disputes').insert([
      dispute('du_later', one.id, '2026-02-20'),
      dispute('du_first', two.id, '2026-02-09'),
      { ...dispute('du_over', two.id, '2026-02-01'), status: 'lost' },
    ])
    const page = await pageOf(`/finance/donations/${one.id}`)
    expect(page).toContain('The donor says that nothing was received for it')
    expect(page).toContain('Answer by Feb 20, 2026, in 10 days')
    expect(await pageOf(`/finance/donations/${two.id}`)).toContain('The answer was due on Feb 9, 2026')
    const answer = await service.get(`/api/donations/${one.id}`, await bearer(knex, 'auditor'))
    expect(await answer.json()).toMatchObject({
      disputes: [{ reason: 'product_not_received', evidenceDueBy: '2026-02-20T12:00:00.000Z' }],
    })
  })
})

describe('/finance/donors/:id', () => {
  test('shows all gifts of the same address in any case, its years and recurring donations', async () => {
    const { knex } = db.database
    const give = (donorEmail: string | null, succeededAt: string, more = {}) =>
      gift({ donorEmail, donorName: '<i>Zoe</i>', succeededAt: new Date(succeededAt), ...more })
    const one = await give('Zoe@reader.example', '2025-12-31T12:00:00Z')
    const two = await give('zoe@READER.example', '2026-01-02T12:00:00Z', { grossMinor: 300n })
    const other = await give('zoe2@reader.example', '2026-01-03T12:00:00Z')
    const nobody = await give(null, '2026-01-04T12:00:00Z')
    await giveReceipt(knex, two)
    await knex('subscriptions').insert({
      stripe_subscription_id: 'sub_zoe',
      status: 'past_due',
      currency: 'usd',
      amount_minor: 300,
      frequency: 'monthly',
    })
    await knex('donations').where({ id: two.id }).update({ stripe_subscription_id: 'sub_zoe' })
    const page = await pageOf(`/finance/donors/${one.id}`, 'auditor')
    for (const shown of [
      one.id,
      two.id,
      '2025',
      '2026',
      '$3.00 USD',
      'Past due',
      '&lt;i&gt;Zoe&lt;/i&gt;',
      '2 donations since',
    ])
      expect(page).toContain(shown)
    expect(page).not.toContain(other.id)
    const alone = await pageOf(`/finance/donors/${nobody.id}`)
    expect(alone).toContain('This donation has no e-mail address')
    expect(alone).not.toContain(one.id)
    for (const path of ['x', '00000000-0000-4000-8000-000000000000'])
      expect((await service.get(`/finance/donors/${path}`, as('finance'))).status).toBe(404)
    expect((await service.get(`/finance/donors/${one.id}?cursor=x`, as('finance'))).status).toBe(400)
  })

  test('is closed to viewers and strangers', async () => {
    const { id } = await gift()
    const token = await signInToken(
      db.database.knex,
      await hireStaff(db.database.knex, 'viewer'),
      service.now,
    )
    const viewer = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
    expect((await service.get(`/finance/donors/${id}`, viewer)).status).toBe(403)
    expect((await service.get(`/finance/donors/${id}`)).status).toBe(303)
  })
})
