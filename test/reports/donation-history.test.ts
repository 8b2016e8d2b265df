import { expect } from 'vitest'
import { z } from 'zod'
import { donationWithHistory } from '../../src/reports/donation-history.ts'
import { applyAll, receive, openCheckout } from '../kit/processing.ts'
import { giveDonation, keepEvent } from '../kit/factories.ts'
import { financeTest } from '../kit/fixtures.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'

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
