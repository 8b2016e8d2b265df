import { expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { addNote } from '../../../src/donations/note-store.ts'
import { giveDonation, giveReceipt, hireStaff, keepEvent, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

/** Everything that is kept of one donor, in words that stand nowhere else. */
const PLANTED = [
  'Petra Planted',
  'petra@planted.example',
  'planted message',
  'planted note',
  'planted movement',
]

const test = financeTest
  .extend('gift', { scope: 'file' }, async ({ db }) => {
    const { knex, pool } = db.database
    const gift = await giveDonation(knex, {
      frequency: 'monthly',
      donorName: PLANTED[0] ?? '',
      donorEmail: PLANTED[1] ?? '',
      message: PLANTED[2] ?? '',
      campaignName: 'spring',
    })
    await giveReceipt(knex, gift)
    await keepEvent(knex, { outcome: 'failed', reason: 'unreadable', correlationId: gift.payment_intent_id })
    const at = gift.succeeded_at
    await addNote(pool, { donationId: gift.id, text: PLANTED[3] ?? '', by: 'ann@news.example', at })
    await pool.query(
      `insert into subscriptions (stripe_subscription_id, checkout_id, status, frequency, currency, amount_minor, started_at,
         last_paid_at, last_failure_at, donor_name, donor_email)
       values ('sub_planted', $1, 'past_due', 'monthly', 'usd', 500, $2, $2, $2, $3, $4)`,
      [gift.checkout_id, at, PLANTED[0], PLANTED[1]],
    )
    await pool.query(`update donations set stripe_subscription_id = 'sub_planted' where id = $1`, [gift.id])
    await pool.query(
      `insert into disputes (id, donation_id, currency, amount_minor, status, evidence_due_by, created_at)
       values ('dp_planted', $1, 'usd', 500, 'needs_response', '2026-02-13T12:00:00Z', $2)`,
      [gift.id, at],
    )
    await pool.query(
      `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
         available_on, clears, payment_intent_id, description, read_at)
       values ('txn_planted', 'charge', 'charge', 'usd', 500, 45, 455, $1, $1, $2, $2, $3, $1)`,
      [at, gift.payment_intent_id, PLANTED[4]],
    )
    await pool.query(
      `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
       values ('po_planted', 'usd', 455, 'failed', true, '2026-02-02', $1, 'complete', $1)`,
      [at],
    )
    await pool.query(
      `insert into payout_items (payout_id, balance_transaction_id) values ('po_planted', 'txn_planted')`,
    )
    return gift
  })
  .extend('crawl', { scope: 'file' }, ({ db, service, gift }) => async (role: Role) => {
    const token = await signInToken(db.database.knex, await hireStaff(db.database.knex, role), service.now)
    const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
    const waiting = service.routes
      .filter(({ method, path }) => method === 'GET' && /^\/finance(\/|$)/.test(path))
      .map(({ path }) => addressOf(path, gift.id))
    const seen = new Map<string, { readonly status: number; readonly body: string }>()
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      if (seen.has(address) || seen.size > 250 || /sign-out|sign-in/.test(address)) continue
      const answer = await service.get(address, cookies)
      const body = await answer.text()
      seen.set(address, { status: answer.status, body })
      if (!answer.headers.get('Content-Type')?.startsWith('text/html')) continue
      for (const [, link = ''] of body.matchAll(/<a\b[^>]*\bhref="(\/finance[^"#]*)/g))
        waiting.push(link.replaceAll('&amp;', '&'))
    }
    return seen
  })

/** The route with ids of what was planted, and with the fields that it needs. */
function addressOf(path: string, gift: string): string {
  const address = path
    .replace(':month', '2026-01')
    .replace(/\/deposits\/:id/, '/deposits/po_planted')
    .replace(':account', 'stripe_clearing')
    .replaceAll(/:\w+/g, gift)
  const days = 'from=2026-01-01&to=2026-01-31'
  return /\/(exports|reports)\//.test(address) ? `${address}?${days}` : address
}

const saysDonor = (body: string) => PLANTED.filter((words) => body.includes(words))

test('no page of finance shows a viewer the name, address, message or notes of a donor', async ({
  crawl,
}) => {
  const seen = await crawl('viewer')
  const opened = [...seen].filter(([, { status }]) => status === 200)
  expect(opened.length).toBeGreaterThan(15)
  const telling = [...seen].flatMap(([address, { body }]) => {
    const said = saysDonor(body)
    return said.length > 0 ? [`${address}: ${said.join(', ')}`] : []
  })
  expect(telling).toEqual([])
}, 120_000)

test('the same crawl finds all of it for an auditor', async ({ crawl }) => {
  const seen = await crawl('auditor')
  const said = new Set([...seen.values()].flatMap(({ body }) => saysDonor(body)))
  expect([...said].toSorted()).toEqual(
    expect.arrayContaining(['Petra Planted', 'petra@planted.example', 'planted message', 'planted note']),
  )
}, 120_000)
