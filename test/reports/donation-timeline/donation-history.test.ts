import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { donationWithHistory } from '../../../src/reports/donation-timeline/donation-history.ts'
import { applyAll, receive, openCheckout } from '../../kit/processing.ts'
import { giveDonation, hireStaff, keepEvent, postRefund, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { checkoutSession, stripeEvent } from '../../kit/stripe-events.ts'

const test = financeTest.extend('read', { scope: 'file' }, ({ service, headers }) => async (id: string) => {
  const answer = await service.get(`/api/donations/${id}`, headers)
  if (answer.status !== 200) throw new Error(`The donation was answered ${answer.status}`)
  return donationWithHistory.parse(await answer.json())
})

test('lists the event, posting, receipt and mail of a donation that Stripe’s event booked', async ({
  db,
  service,
  headers,
  read,
}) => {
  const { pool, knex } = db.database
  const { id: checkoutId, sessionId, paymentIntentId } = await openCheckout(pool)
  const event = stripeEvent(
    'checkout.session.completed',
    checkoutSession({ id: sessionId, checkoutId, paymentIntentId, email: 'ada@reader.example', name: 'Ada' }),
  )
  await receive(pool, event)
  await applyAll(pool)
  await knex('outbox_messages').update({ sent_at: knex.fn.now() })

  const { data } = z
    .object({ data: z.array(z.object({ id: z.string() })) })
    .parse(await (await service.get(`/api/donations?q=${paymentIntentId}`, headers)).json())
  const donation = await read(data[0]?.id ?? '')
  expect(donation).toMatchObject({
    status: 'succeeded',
    currency: 'usd',
    gross: 500,
    refunded: 0,
    disputed: 0,
    fee: null,
    net: null,
    settlementCurrency: null,
    frequency: 'once',
    article: { url: 'https://news.example/story', title: null },
    campaign: null,
    donor: { name: 'Ada', email: 'ada@reader.example' },
    checkoutId,
    paymentIntentId,
    subscriptionId: null,
  })
  const number = donation.receipt?.number
  expect(donation.receipt?.url).toMatch(/^http:\/\/donations\.example\/receipts\/[\w-]{22,}$/)
  expect(new Map(donation.history.map((entry) => [entry.kind, entry]))).toEqual(
    new Map<string, unknown>(
      [
        [
          'stripe_event',
          expect.objectContaining({
            type: 'checkout.session.completed',
            eventId: event.id,
            outcome: 'applied',
            reason: null,
          }),
        ],
        [
          'ledger_posting',
          expect.objectContaining({
            entries: [
              { account: 'stripe_clearing', currency: 'usd', amount: 500 },
              { account: 'donations', currency: 'usd', amount: -500 },
            ],
          }),
        ],
        ['receipt_issued', expect.objectContaining({ number })],
        ['mail_sent', expect.objectContaining({ message: `receipt.${number}` })],
      ].map((pair): [string, unknown] => [String(pair[0]), pair[1]]),
    ),
  )
  expect(donation.history).toHaveLength(4)
})

test('lists events about the donation’s session and payment, and none about another', async ({
  db,
  read,
}) => {
  const { knex } = db.database
  const [donation, other] = [await giveDonation(knex), await giveDonation(knex)]
  const bySession = await keepEvent(knex, { correlationId: donation.stripe_session_id })
  const byPayment = await keepEvent(knex, {
    correlationId: donation.payment_intent_id,
    outcome: 'waiting',
    reason: 'early',
  })
  await keepEvent(knex, { correlationId: other.payment_intent_id })
  const { history } = await read(donation.id)
  const events = history.filter((entry) => entry.kind === 'stripe_event')
  expect(events.map(({ eventId }) => eventId)).toEqual([bySession, byPayment])
})

test('shows a donation without name and address after its donor was erased', async ({ db, read }) => {
  const { knex } = db.database
  const { id } = await giveDonation(knex)
  await knex('donations').where({ id }).update({ donor_name: null, donor_email: null, message: null })
  expect((await read(id)).donor).toEqual({ name: null, email: null })
})

test('answers 404 for an unknown id and for a text that is no id', async ({ service, headers }) => {
  for (const id of ['00000000-0000-4000-8000-000000000000', 'x', '%00'])
    expect((await service.get(`/api/donations/${id}`, headers)).status).toBe(404)
})

test('tells on the page what was late, in plain words', async ({ db, service }) => {
  const { pool, knex } = db.database
  const gift = await giveDonation(knex, { succeededAt: new Date('2026-01-05T12:00:00Z') })
  const paid = gift.payment_intent_id
  await pool.query(
    `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
       available_on, payment_intent_id, read_at)
     values ('txn_late', 'charge', 'charge', 'usd', 500, 45, 455, '2026-01-05T12:00:00Z', '2026-01-07', $1, '2026-01-05T13:00:00Z'),
       ('txn_po', 'payout', 'payout', 'usd', -455, 0, -455, '2026-01-07T12:00:00Z', '2026-01-07', null, '2026-01-10T12:00:00Z')`,
    [paid],
  )
  await pool.query(
    `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at, balance_transaction_id)
     values ('po_late', 'usd', 455, 'paid', true, '2026-01-09', '2026-01-07T12:00:00Z', 'complete', '2026-01-20', 'txn_po')`,
  )
  await pool.query(
    `insert into payout_items (payout_id, balance_transaction_id) values ('po_late', 'txn_late')`,
  )
  await pool.query(
    `with statement as (
       insert into bank_statements (id, file_hash, file_name, file, format, first_day, last_day, currencies, uploaded_by, uploaded_at)
       values ($1, '\\x07', 'january.csv', '', 'csv', '2026-01-01', '2026-01-31', '{usd}', 'fin@news.example', now()) returning id),
     line as (
       insert into bank_lines (bank_statement_id, place, identity, day, currency, amount_minor, description)
       select id, 1, '\\x07', '2026-01-17', 'usd', 455, 'STRIPE' from statement returning id)
     insert into bank_matches (bank_line_id, payout_id, kind, rule, matched_by, matched_at)
     select id, 'po_late', 'deposit', 'chosen', 'fin@news.example', now() from line`,
    [randomUUID()],
  )
  await postRefund(knex, gift, '2026-01-12')
  await knex('refunds').insert({
    id: `re_${paid}`,
    donation_id: gift.id,
    kind: 'refund',
    status: 'succeeded',
    currency: 'usd',
    amount_minor: 500,
    created_at: new Date('2026-01-10T12:00:00Z'),
  })
  const staff = await hireStaff(knex, 'auditor')
  const token = await signInToken(knex, staff, service.now)
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  const page = await (await service.get(`/finance/donations/${gift.id}`, cookies)).text()
  const words = page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  expect(words).toMatch(/Part of the deposit of \$4\.55 ?\. Jan 7, 2026[^.]*Known here 3 days later\./)
  expect(words).toMatch(/\$5\.00 was refunded to the donor\. Jan 10, 2026[^.]*Known here 2 days later\./)
  expect(words).toMatch(
    /The deposit stands on the bank statement\. Jan 17, 2026 Booked 8 days after the date that Stripe gave\./,
  )
})
