import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { donationWithHistory } from '../../src/reports/donation-history.ts'
import { applyAll, keep, openCheckout, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { bearer, giveDonation, keepEvent } from '../kit/factories.ts'
import { financeService, type FinanceService } from '../kit/finance-service.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'

let db: TestDatabase
let service: FinanceService
let headers: { Authorization: string }

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  headers = await bearer(db.database.knex, 'finance')
  await withProfile(db.database.pool)
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function read(id: string) {
  const answer = await service.get(`/api/donations/${id}`, headers)
  expect(answer.status).toBe(200)
  return donationWithHistory.parse(await answer.json())
}

test('a donation applied from Stripe’s event tells its whole way: event, ledger, receipt, mail', async () => {
  const { pool, knex } = db.database
  const { id: checkoutId, sessionId, paymentIntentId } = await openCheckout(pool)
  const event = stripeEvent(
    'checkout.session.completed',
    checkoutSession({ id: sessionId, checkoutId, paymentIntentId, email: 'ada@reader.example', name: 'Ada' }),
  )
  await keep(pool, event)
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

test('what concerns the session or the payment belongs to the history, what concerns another does not', async () => {
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
  const told = history.filter((entry) => entry.kind === 'stripe_event')
  expect(told.map(({ eventId }) => eventId)).toEqual([bySession, byPayment])
})

test('an erased donor leaves a donation without name and address', async () => {
  const { knex } = db.database
  const { id } = await giveDonation(knex)
  await knex('donations').where({ id }).update({ donor_name: null, donor_email: null, message: null })
  expect((await read(id)).donor).toEqual({ name: null, email: null })
})

test('404 for an unknown id and for what is no id', async () => {
  for (const id of ['00000000-0000-4000-8000-000000000000', 'x', '%00'])
    expect((await service.get(`/api/donations/${id}`, headers)).status).toBe(404)
})
