import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import { totals } from '../../src/reports/totals/read-figures.ts'
import { verify } from '../../src/verification/verify.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { markedFor, ownership } from '../kit/marks.ts'
import { permutations } from '../kit/orders.ts'
import { applyAll, openCheckout, profile, receive, receiveInOrder, selectAll } from '../kit/processing.ts'
import {
  charge,
  invoicePayment,
  paidInvoice,
  sessionOf,
  stripeEvent,
  stripeId,
} from '../kit/stripe-events.ts'

/** A gift counts on one day in donation, ledger, totals and receipt, whenever its events were created and arrive. */

const seconds = (time: string) => Date.parse(time) / 1000

const chargedAt = (paymentIntentId: string, time: string, method = 'card') =>
  stripeEvent('charge.succeeded', {
    ...charge({ paymentIntentId, id: stripeId(method === 'card' ? 'ch' : 'py') }),
    created: seconds(time),
    payment_method_details: { type: method },
  })

/** Where the gift counts, in every place that says so. */
async function daysOf(pool: pg.Pool, payment: string) {
  const [days] = await selectAll(
    pool,
    `select to_char(succeeded_on, 'YYYY-MM-DD') as donation,
       (select array_agg(to_char(day, 'YYYY-MM-DD')) from (
          select t.booked_on as day from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
          where t.clears = d.payment_intent_id and e.account = 'donations' group by 1 having sum(e.amount_minor) <> 0) b) as ledger,
       (select array_agg(to_char(given_on, 'YYYY-MM-DD') || ' ' || r.year) from receipts r
        where r.donation_id = d.id and not exists (select from receipt_voidings v where (v.year, v.number) = (r.year, r.number))) as receipts
     from donations d where payment_intent_id = $1`,
    payment,
  )
  const counted = (await reported(pool)).filter(([, donations]) => donations !== 0n)
  return { ...days, totals: counted.map(([day]) => day) }
}

const reported = async (pool: pg.Pool) =>
  (await totals(pool, { from: '2025-01-01', to: '2027-12-31', by: 'day', asOf: undefined })).map(
    ({ key, donations, grossMinor }) => [key, donations, grossMinor],
  )
const found = async (pool: pg.Pool) =>
  (await verify({ pool, lists: null, timezone: profile.timezone, ownership })).findings

const counts = (day: string, receipts = [`${day} ${day.slice(0, 4)}`]) => ({
  donation: day,
  ledger: [day],
  totals: [day],
  receipts,
})

test.for([
  ['in New Year’s night', '2026-01-01T04:59:58Z', '2026-01-01T05:00:02Z', '2025-12-31'],
  ['in the night in which summer time begins', '2026-03-09T03:59:58Z', '2026-03-09T04:00:02Z', '2026-03-08'],
  ['at a month’s end', '2026-02-01T04:59:59Z', '2026-02-01T05:00:00Z', '2026-01-31'],
] as const)(
  'counts a card gift on the day of its charge when its session’s event was created the next day, %s, in both orders',
  async ([, charged, completed, day], { pool, db }) => {
    for (const [events, receipts] of [
      // The charge waits, so the gift is dated at once. In the other order the receipt is replaced, this year.
      [[1, 0], [`${day} ${day.slice(0, 4)}`]],
      [[0, 1], [`${day} 2026`]],
    ] as const) {
      const checkout = await openCheckout(pool)
      const sent = [
        stripeEvent('checkout.session.completed', sessionOf(checkout), { created: seconds(completed) }),
        chargedAt(checkout.paymentIntentId, charged),
      ]
      await receiveInOrder(pool, sent, [...events, ...events])
      expect(await daysOf(pool, checkout.paymentIntentId)).toEqual(counts(day, [...receipts]))
    }
    expect(await reported(db.database.pool)).toEqual([[day, 2n, 1000n]])
    expect(await found(pool)).toEqual([])
  },
)

test('dates a gift by its charge at once, with one receipt, when both events are in one batch', async ({
  pool,
}) => {
  const checkout = await openCheckout(pool)
  const created = seconds('2026-01-01T05:00:02Z')
  await receive(
    pool,
    stripeEvent('checkout.session.completed', sessionOf(checkout), { created }),
    chargedAt(checkout.paymentIntentId, '2026-01-01T04:59:58Z'),
  )
  await applyAll(pool)
  expect(await daysOf(pool, checkout.paymentIntentId)).toEqual(counts('2025-12-31'))
  expect(await selectAll(pool, 'select 1 from receipts')).toHaveLength(1)
  expect(await selectAll(pool, `select 1 from ledger_transactions`)).toHaveLength(1)
})

test('voids and replaces the receipt, and mails the new one, when the charge moves the gift', async ({
  pool,
}) => {
  const checkout = await openCheckout(pool)
  const created = seconds('2026-01-01T05:00:02Z')
  await receiveInOrder(pool, [
    stripeEvent('checkout.session.completed', sessionOf(checkout), { created }),
    chargedAt(checkout.paymentIntentId, '2026-01-01T04:59:58Z'),
  ])
  expect(
    await selectAll(
      pool,
      `select revision, to_char(given_on, 'YYYY-MM-DD') as day, v.reason, replaces_number as replaces from receipts
       left join receipt_voidings v using (year, number) order by revision`,
    ),
  ).toEqual([
    { revision: 1, day: '2026-01-01', reason: 'redated', replaces: null },
    { revision: 2, day: '2025-12-31', reason: null, replaces: 1n },
  ])
  expect(await selectAll(pool, `select kind from outbox_messages`)).toEqual([
    { kind: 'receipt' },
    { kind: 'receipt' },
  ])
})

test('moves a debit in all places when a second event, created earlier, arrives later, in every order', async ({
  pool,
  db,
}) => {
  for (const order of permutations([0, 1, 2])) {
    const checkout = await openCheckout(pool)
    const paid = (created: string) =>
      stripeEvent('checkout.session.async_payment_succeeded', sessionOf(checkout), {
        created: seconds(created),
      })
    const { paymentIntentId } = checkout
    const events = [
      paid('2026-01-03T12:00:00Z'),
      paid('2026-01-01T04:30:00Z'),
      // A debit is charged days before the bank answers.
      chargedAt(paymentIntentId, '2025-12-20T12:00:00Z', 'us_bank_account'),
    ]
    await receiveInOrder(pool, events, order)
    expect(await daysOf(pool, paymentIntentId)).toMatchObject({
      donation: '2025-12-31',
      ledger: ['2025-12-31'],
    })
  }
  expect(await reported(db.database.pool)).toEqual([['2025-12-31', 6n, 3000n]])
  expect(await found(pool)).toEqual([])
})

test('counts a collection on the day of its charge, in every order', async ({ pool }) => {
  for (const order of permutations([0, 1, 2])) {
    const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
    const invoice = paidInvoice({
      id: invoiceId,
      subscriptionId: stripeId('sub'),
      amount: 500,
      metadata: markedFor(randomUUID()),
    })
    const events = [
      stripeEvent('invoice.paid', {
        ...invoice,
        status_transitions: { paid_at: seconds('2026-01-01T05:00:03Z') },
      }),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId, amount: 500 })),
      chargedAt(paymentIntentId, '2026-01-01T04:59:59Z'),
    ]
    await receiveInOrder(pool, events, order)
    expect(await daysOf(pool, paymentIntentId)).toMatchObject({
      donation: '2025-12-31',
      ledger: ['2025-12-31'],
    })
  }
  expect(await found(pool)).toEqual([])
})

const close = (pool: pg.Pool, month: string) =>
  pool.query(
    `insert into month_closings (month, closed_at, closed_by, reconciliation) values ($1, '2026-02-02T00:00:00Z', 'finance', '{}')`,
    [month],
  )

test.for([
  ['the day of the charge', '2025-12'],
  ['the day on which the gift counts', '2026-01'],
] as const)(
  'leaves a gift in all places where it is, and keeps the time of the charge, when %s lies in a closed month',
  async ([, month], { pool, db }) => {
    const checkout = await openCheckout(pool)
    const created = seconds('2026-01-01T05:00:02Z')
    await receiveInOrder(pool, [stripeEvent('checkout.session.completed', sessionOf(checkout), { created })])
    await close(pool, month)
    await receiveInOrder(pool, [chargedAt(checkout.paymentIntentId, '2026-01-01T04:59:58Z')])
    expect(await daysOf(pool, checkout.paymentIntentId)).toEqual(counts('2026-01-01'))
    expect(await selectAll(pool, `select charged_at, succeeded_at from donations`)).toEqual([
      { charged_at: new Date('2026-01-01T04:59:58Z'), succeeded_at: new Date('2026-01-01T05:00:02Z') },
    ])
    expect(await reported(db.database.pool)).toEqual([['2026-01-01', 1n, 500n]])
    expect(await found(pool)).toEqual([])
  },
)

test('verify sees it when the donation alone says another day', async ({ pool }) => {
  const checkout = await openCheckout(pool)
  const paid = (created: string) =>
    stripeEvent('checkout.session.async_payment_succeeded', sessionOf(checkout), {
      created: seconds(created),
    })
  await receiveInOrder(pool, [paid('2026-01-01T06:00:00Z')])
  // An event of an earlier moment is stored, and an earlier release moved only one of the places.
  await receive(pool, paid('2026-01-01T04:30:00Z'))
  await pool.query(`update inbox_states set outcome = 'applied' where outcome = 'pending'`)
  await pool.query(`update donations set succeeded_on = '2025-12-31', succeeded_at = '2026-01-01T04:30:00Z'`)
  expect(new Set((await found(pool)).map(({ kind }) => kind))).toEqual(
    new Set(['ledger_day', 'receipt_differs']),
  )
})
