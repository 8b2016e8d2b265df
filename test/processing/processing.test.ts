import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, applyAll, openCheckout, processing, receive } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { charge, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'

const completed = 'checkout.session.completed'

const donationOf = (pool: pg.Pool, paymentIntentId: string) =>
  selectAll(pool, 'select * from donations where payment_intent_id = $1', paymentIntentId)
const statusOf = async (pool: pg.Pool, checkoutId: string) => {
  const [row] = await selectAll(pool, 'select status from checkouts where id = $1', checkoutId)
  return row?.['status']
}
const outcomesOf = (pool: pg.Pool, ...eventIds: string[]) =>
  selectAll(
    pool,
    `select outcome, reason from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where event_id = any($1) order by array_position($1, event_id)`,
    eventIds,
  )

test('books a paid checkout once, with ledger entries, receipt, day total and mail, when two events report it', async ({
  pool,
}) => {
  const checkout = await openCheckout(pool)
  const session = sessionOf(checkout, { amount: 700 })
  const first = stripeEvent(completed, session, { created: 1_767_200_000 })
  const second = stripeEvent(completed, session, { created: 1_767_200_001 })
  await receive(pool, first)
  await applyAll(pool)
  await receive(pool, first, second)
  await applyAll(pool)

  const [donation, ...more] = await donationOf(pool, checkout.paymentIntentId)
  expect(more).toEqual([])
  expect(donation).toMatchObject({
    gross_minor: 700n,
    currency: 'usd',
    checkout_id: checkout.id,
    article_url: 'https://news.example/story',
    succeeded_on: '2025-12-31',
  })
  const ofDonation = (sql: string) => selectAll(pool, sql, donation?.['id'])
  expect(
    await ofDonation(
      `select account, currency, amount_minor from ledger_entries e
         join ledger_transactions t on t.id = e.ledger_transaction_id
       where donation_id = $1 order by account`,
    ),
  ).toEqual([
    { account: 'donations', currency: 'usd', amount_minor: -700n },
    { account: 'stripe_clearing', currency: 'usd', amount_minor: 700n },
  ])
  expect(
    await ofDonation('select year, given_on::text, gross_minor from receipts where donation_id = $1'),
  ).toEqual([{ year: 2025, given_on: '2025-12-31', gross_minor: 700n }])
  expect(await ofDonation('select kind from outbox_messages where subject = $1')).toEqual([
    { kind: 'receipt' },
  ])
  expect(await statusOf(pool, checkout.id)).toBe('succeeded')
  expect(await outcomesOf(pool, first.id, second.id)).toEqual([
    { outcome: 'applied', reason: null },
    { outcome: 'applied', reason: null },
  ])
})

test('books a bank debit when Stripe reports its success, not when the reader completes the checkout', async ({
  pool,
}) => {
  const checkout = await openCheckout(pool)
  await receive(pool, stripeEvent(completed, sessionOf(checkout, { paymentStatus: 'unpaid' })))
  await applyAll(pool)
  expect(await donationOf(pool, checkout.paymentIntentId)).toEqual([])
  expect(await statusOf(pool, checkout.id)).toBe('processing')
  await receive(pool, stripeEvent('checkout.session.async_payment_succeeded', sessionOf(checkout)))
  await applyAll(pool)
  expect(await donationOf(pool, checkout.paymentIntentId)).toHaveLength(1)
})

test.for([
  ['checkout.session.async_payment_failed', 'failed'],
  ['checkout.session.expired', 'expired'],
] as const)('ends the checkout without a donation after %s', async ([type, status], { pool }) => {
  const checkout = await openCheckout(pool)
  const session = sessionOf(checkout, { paymentIntentId: null, paymentStatus: 'unpaid' })
  await receive(pool, stripeEvent(type, session))
  await applyAll(pool)
  expect(await statusOf(pool, checkout.id)).toBe(status)
  expect(await selectAll(pool, 'select 1 from donations where checkout_id = $1', checkout.id)).toEqual([])
})

test('finds a checkout by our mark when its session was never saved', async ({ pool }) => {
  const checkout = await openCheckout(pool)
  await pool.query(
    `update checkouts set status = 'created', stripe_session_id = null, stripe_session_url = null,
       stripe_session_expires_at = null where id = $1`,
    [checkout.id],
  )
  await receive(pool, stripeEvent(completed, sessionOf(checkout)))
  await applyAll(pool)
  expect(await donationOf(pool, checkout.paymentIntentId)).toMatchObject([{ checkout_id: checkout.id }])
})

test('keeps a charge waiting until its donation is booked, and then applies it', async ({ pool }) => {
  const checkout = await openCheckout(pool)
  const { paymentIntentId } = checkout
  const chargeId = stripeId('ch')
  const charged = stripeEvent(
    'charge.succeeded',
    charge({ id: chargeId, paymentIntentId, checkoutId: checkout.id }),
  )
  await receive(pool, charged)
  await applyAll(pool)
  expect(await outcomesOf(pool, charged.id)).toMatchObject([{ outcome: 'waiting' }])
  await receive(pool, stripeEvent(completed, sessionOf(checkout)))
  await applyAll(pool)
  expect(await outcomesOf(pool, charged.id)).toMatchObject([{ outcome: 'applied' }])
  expect(await donationOf(pool, paymentIntentId)).toMatchObject([{ charge_id: chargeId }])
})

test.for([
  ['the other mode', { livemode: true }],
  ['another account', { account: 'acct_other' }],
  ['an unexpected API version', { apiVersion: '2019-01-01' }],
] as const)('quarantines an event of %s and books nothing', async ([, options], { pool }) => {
  const checkout = await openCheckout(pool)
  const event = stripeEvent(completed, sessionOf(checkout), options)
  await receive(pool, event)
  await applyAll(pool)
  expect(await outcomesOf(pool, event.id)).toMatchObject([{ outcome: 'quarantined' }])
  expect(await donationOf(pool, checkout.paymentIntentId)).toEqual([])
})

test('ignores an event of a type that is not handled', async ({ pool }) => {
  const event = stripeEvent('moon.phase_changed', { id: 'moon_1' })
  await receive(pool, event)
  await applyAll(pool)
  expect(await outcomesOf(pool, event.id)).toEqual([{ outcome: 'ignored', reason: null }])
})

test('fails an event that cannot be applied, with its reason, and applies the rest of the batch', async ({
  pool,
}) => {
  const [payer, other] = [await openCheckout(pool), await openCheckout(pool)]
  const chargeId = stripeId('ch')
  const chargeOf = ({ paymentIntentId }: { paymentIntentId: string }) =>
    stripeEvent('charge.succeeded', charge({ id: chargeId, paymentIntentId }))
  await receive(
    pool,
    stripeEvent(completed, sessionOf(payer)),
    stripeEvent(completed, sessionOf(other)),
    chargeOf(payer),
  )
  await applyAll(pool)

  const unreadable = stripeEvent(completed, { ...sessionOf(await openCheckout(pool)), amount_total: 'five' })
  // Readable, but the database refuses it: the charge belongs to another donation already.
  const refused = chargeOf(other)
  const valid = stripeEvent(completed, sessionOf(await openCheckout(pool)))
  await receive(pool, unreadable, refused, valid)
  await applyAll(pool)
  expect(await outcomesOf(pool, unreadable.id, refused.id, valid.id)).toMatchObject([
    { outcome: 'failed', reason: 'unexpected shape: data.object.amount_total (invalid_type)' },
    { outcome: 'failed', reason: 'database refused it (23505 donations_one_per_charge)' },
    { outcome: 'applied' },
  ])
})

test('books everything once and numbers receipts without gaps while several workers run', async ({
  pool,
}) => {
  const checkouts = await Promise.all(Array.from({ length: 120 }, () => openCheckout(pool)))
  const created = 1_780_000_000
  const events = checkouts.flatMap((checkout) => [
    stripeEvent('charge.succeeded', charge({ paymentIntentId: checkout.paymentIntentId }), { created }),
    stripeEvent(completed, sessionOf(checkout), { created }),
    stripeEvent(completed, sessionOf(checkout), { created }),
  ])
  const workers: Promise<void>[] = []
  for (let from = 0; from < events.length; from += 40) {
    await receive(pool, ...events.slice(from, from + 40))
    workers.push(applyAll(pool), applyAll(pool))
  }
  await Promise.all(workers)
  await applyAll(pool)
  const [counts] = await selectAll(
    pool,
    `select count(*)::int as donations, count(charge_id)::int as charges from donations
     where payment_intent_id = any($1)`,
    checkouts.map(({ paymentIntentId }) => paymentIntentId),
  )
  expect(counts).toEqual({ donations: 120, charges: 120 })
  const [receipts] = await selectAll(
    pool,
    `select count(*)::int as n, min(number)::int as first, max(number)::int as last,
       count(distinct number)::int as different from receipts where year = 2026`,
  )
  expect(receipts).toMatchObject({ first: 1, last: receipts?.['n'], different: receipts?.['n'] })
})

test('moves a donation when an earlier report of the payment arrives later', async ({ pool }) => {
  const checkout = await openCheckout(pool)
  const midnight = Date.UTC(2026, 2, 10, 4) / 1000 // in New York, in summer time
  await receive(pool, stripeEvent(completed, sessionOf(checkout), { created: midnight }))
  await applyAll(pool)
  await receive(pool, stripeEvent(completed, sessionOf(checkout), { created: midnight - 1 }))
  await applyAll(pool)
  expect(await donationOf(pool, checkout.paymentIntentId)).toMatchObject([{ succeeded_on: '2026-03-09' }])
})

test('issues a receipt with the profile that was in force when the gift was made', async ({ pool }) => {
  const deps = { ...processing, now: () => new Date('2026-06-01T00:00:00Z') }
  await pool.query(
    `insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, tax_id, statement)
     values ('2026-05-01', 'Now a charity', 'a', 'e@x.example', 'America/New_York', 'charity', '12-3456789', 'deductible')`,
  )
  const legalStatusOfGift = async (createdAt: string) => {
    const checkout = await openCheckout(pool)
    const created = Date.parse(createdAt) / 1000
    await receive(pool, stripeEvent(completed, sessionOf(checkout), { created }))
    await applyAll(pool, deps)
    const [row] = await selectAll(
      pool,
      `select legal_status from receipts r join donations d on d.id = r.donation_id
         join newsroom_profiles p on p.id = r.newsroom_profile_id where d.payment_intent_id = $1`,
      checkout.paymentIntentId,
    )
    return row?.['legal_status']
  }
  expect(await legalStatusOfGift('2026-04-30T23:59:59Z')).toBe('for_profit')
  expect(await legalStatusOfGift('2026-05-01T00:00:00Z')).toBe('charity')
})
