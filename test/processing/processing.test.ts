import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, applyAll, keep, processing, openCheckout, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { charge, checkoutSession, stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

const pool = () => db.database.pool
const donationOf = (paymentIntentId: string) =>
  all(pool(), 'select * from donations where payment_intent_id = $1', paymentIntentId)
const outcomes = async (...eventIds: string[]) =>
  await all(
    pool(),
    `select outcome, reason from inbox_states s join inbox_events e on e.id = s.inbox_event_id
                     where event_id = any($1) order by array_position($1, event_id)`,
    eventIds,
  )

test('a paid checkout becomes a donation, ledger entries, a receipt, a day total and a mail, once', async () => {
  const checkout = await openCheckout(pool())
  const session = checkoutSession({
    id: checkout.sessionId,
    checkoutId: checkout.id,
    paymentIntentId: checkout.paymentIntentId,
    amount: 700,
  })
  const first = stripeEvent('checkout.session.completed', session, { created: 1_767_200_000 })
  const sameChange = stripeEvent('checkout.session.completed', session, { created: 1_767_200_001 })
  await keep(pool(), first)
  await applyAll(pool())
  await keep(pool(), first, sameChange)
  await applyAll(pool())

  const [donation, ...more] = await donationOf(checkout.paymentIntentId)
  expect(more).toEqual([])
  expect(donation).toMatchObject({
    gross_minor: 700n,
    currency: 'usd',
    checkout_id: checkout.id,
    article_url: 'https://news.example/story',
    succeeded_on: '2025-12-31',
  })
  expect(
    await all(
      pool(),
      `select account, currency, amount_minor from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
                           where donation_id = $1 order by account`,
      donation?.['id'],
    ),
  ).toEqual([
    { account: 'donations', currency: 'usd', amount_minor: -700n },
    { account: 'stripe_clearing', currency: 'usd', amount_minor: 700n },
  ])
  expect(
    await all(
      pool(),
      'select year, given_on::text, gross_minor from receipts where donation_id = $1',
      donation?.['id'],
    ),
  ).toEqual([{ year: 2025, given_on: '2025-12-31', gross_minor: 700n }])
  expect(await all(pool(), 'select kind from outbox_messages where subject = $1', donation?.['id'])).toEqual([
    { kind: 'receipt' },
  ])
  expect(await all(pool(), 'select status from checkouts where id = $1', checkout.id)).toEqual([
    { status: 'succeeded' },
  ])
  expect(await outcomes(first.id, sameChange.id)).toEqual([
    { outcome: 'applied', reason: null },
    { outcome: 'applied', reason: null },
  ])
})

test('a bank debit books nothing when completed, and is booked when the money came', async () => {
  const checkout = await openCheckout(pool())
  const session = {
    id: checkout.sessionId,
    checkoutId: checkout.id,
    paymentIntentId: checkout.paymentIntentId,
  }
  await keep(
    pool(),
    stripeEvent('checkout.session.completed', checkoutSession({ ...session, paymentStatus: 'unpaid' })),
  )
  await applyAll(pool())
  expect(await donationOf(checkout.paymentIntentId)).toEqual([])
  expect(await all(pool(), 'select status from checkouts where id = $1', checkout.id)).toEqual([
    { status: 'processing' },
  ])
  await keep(pool(), stripeEvent('checkout.session.async_payment_succeeded', checkoutSession(session)))
  await applyAll(pool())
  expect(await donationOf(checkout.paymentIntentId)).toHaveLength(1)
})

test.each([
  ['checkout.session.async_payment_failed', 'failed'],
  ['checkout.session.expired', 'expired'],
])('%s ends the checkout without money', async (type, status) => {
  const checkout = await openCheckout(pool())
  await keep(
    pool(),
    stripeEvent(
      type,
      checkoutSession({
        id: checkout.sessionId,
        checkoutId: checkout.id,
        paymentIntentId: null,
        paymentStatus: 'unpaid',
      }),
    ),
  )
  await applyAll(pool())
  expect(await all(pool(), 'select status from checkouts where id = $1', checkout.id)).toEqual([{ status }])
  expect(await all(pool(), 'select 1 from donations where checkout_id = $1', checkout.id)).toEqual([])
})

test('a checkout that died before its session was saved is found by the id in its metadata', async () => {
  const checkout = await openCheckout(pool())
  await pool().query(
    `update checkouts set status = 'created', stripe_session_id = null, stripe_session_url = null, stripe_session_expires_at = null where id = $1`,
    [checkout.id],
  )
  await keep(
    pool(),
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({
        id: checkout.sessionId,
        checkoutId: checkout.id,
        paymentIntentId: checkout.paymentIntentId,
      }),
    ),
  )
  await applyAll(pool())
  expect(await donationOf(checkout.paymentIntentId)).toMatchObject([{ checkout_id: checkout.id }])
})

test('a charge that comes first waits, and is applied with its donation', async () => {
  const checkout = await openCheckout(pool())
  const chargeId = stripeId('ch')
  const charged = stripeEvent(
    'charge.succeeded',
    charge({ id: chargeId, paymentIntentId: checkout.paymentIntentId }),
  )
  await keep(pool(), charged)
  await applyAll(pool())
  expect(await outcomes(charged.id)).toMatchObject([{ outcome: 'waiting' }])
  await keep(
    pool(),
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({
        id: checkout.sessionId,
        checkoutId: checkout.id,
        paymentIntentId: checkout.paymentIntentId,
      }),
    ),
  )
  await applyAll(pool())
  expect(await outcomes(charged.id)).toMatchObject([{ outcome: 'applied' }])
  expect(await donationOf(checkout.paymentIntentId)).toMatchObject([{ charge_id: chargeId }])
})

test.each([
  ['the other livemode', { livemode: true }],
  ['another account', { account: 'acct_other' }],
  ['an unexpected API version', { apiVersion: '2019-01-01' }],
])('an event of %s is kept and never applied', async (_, options) => {
  const checkout = await openCheckout(pool())
  const event = stripeEvent(
    'checkout.session.completed',
    checkoutSession({
      id: checkout.sessionId,
      checkoutId: checkout.id,
      paymentIntentId: checkout.paymentIntentId,
    }),
    options,
  )
  await keep(pool(), event)
  await applyAll(pool())
  expect(await outcomes(event.id)).toMatchObject([{ outcome: 'quarantined' }])
  expect(await donationOf(checkout.paymentIntentId)).toEqual([])
})

test('an unknown type is kept', async () => {
  const event = stripeEvent('moon.phase_changed', { id: 'moon_1' })
  await keep(pool(), event)
  await applyAll(pool())
  expect(await outcomes(event.id)).toEqual([{ outcome: 'ignored', reason: null }])
})

test('a poisonous event is set apart with its reason; the rest of its batch goes on', async () => {
  const good = await Promise.all([1, 2, 3, 4, 5].map(() => openCheckout(pool())))
  const paid = good.map(({ id, sessionId, paymentIntentId }) =>
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
    ),
  )
  const shapeless = stripeEvent('checkout.session.completed', { ...checkoutSession(), amount_total: 'five' })
  // Well-formed for us, refused by the database: the charge belongs to another donation already.
  const taken = stripeId('ch')
  const rightful = stripeEvent(
    'charge.succeeded',
    charge({ id: taken, paymentIntentId: good[0]?.paymentIntentId ?? null }),
  )
  await keep(pool(), ...paid, rightful)
  await applyAll(pool())
  const refused = stripeEvent(
    'charge.succeeded',
    charge({ id: taken, paymentIntentId: good[1]?.paymentIntentId ?? null }),
  )
  const late = await openCheckout(pool())
  const innocent = stripeEvent(
    'checkout.session.completed',
    checkoutSession({ id: late.sessionId, checkoutId: late.id, paymentIntentId: late.paymentIntentId }),
  )
  await keep(pool(), shapeless, refused, innocent)
  await applyAll(pool())
  expect(await outcomes(shapeless.id, refused.id, innocent.id)).toMatchObject([
    { outcome: 'failed', reason: 'unexpected shape: data.object.amount_total (invalid_type)' },
    { outcome: 'failed', reason: 'database refused it (23505 donations_one_per_charge)' },
    { outcome: 'applied' },
  ])
})

test('workers side by side book everything once and number receipts without holes or doubles', async () => {
  const checkouts = await Promise.all(Array.from({ length: 120 }, () => openCheckout(pool())))
  const events = checkouts.flatMap(({ id, sessionId, paymentIntentId }) => [
    stripeEvent('charge.succeeded', charge({ paymentIntentId }), { created: 1_780_000_000 }),
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
      { created: 1_780_000_000 },
    ),
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
      { created: 1_780_000_000 },
    ),
  ])
  const workers: Promise<void>[] = []
  for (let at = 0; at < events.length; at += 40) {
    await keep(pool(), ...events.slice(at, at + 40))
    workers.push(applyAll(pool()), applyAll(pool()))
  }
  await Promise.all(workers)
  await applyAll(pool())
  const payments = checkouts.map(({ paymentIntentId }) => paymentIntentId)
  const [sum] = await all(
    pool(),
    `select count(*)::int as n, count(charge_id)::int as charged from donations where payment_intent_id = any($1)`,
    payments,
  )
  expect(sum).toEqual({ n: 120, charged: 120 })
  const [receipts] = await all(
    pool(),
    `select count(*)::int as n, min(number)::int as first, max(number)::int as last, count(distinct number)::int as different
                                       from receipts where year = 2026`,
  )
  expect(receipts).toMatchObject({ first: 1, last: receipts?.['n'], different: receipts?.['n'] })
  expect(await totalsOff()).toEqual([])
})

test('a first proof that comes late moves the donation to its day, and the totals with it', async () => {
  const checkout = await openCheckout(pool())
  const session = checkoutSession({
    id: checkout.sessionId,
    checkoutId: checkout.id,
    paymentIntentId: checkout.paymentIntentId,
  })
  const midnight = Date.UTC(2026, 2, 10, 4) / 1000 // New York's, in summer time
  await keep(pool(), stripeEvent('checkout.session.completed', session, { created: midnight }))
  await applyAll(pool())
  await keep(pool(), stripeEvent('checkout.session.completed', session, { created: midnight - 1 }))
  await applyAll(pool())
  expect(await donationOf(checkout.paymentIntentId)).toMatchObject([{ succeeded_on: '2026-03-09' }])
  expect(await totalsOff()).toEqual([])
})

test('the receipt keeps the particulars in force when the gift was made', async () => {
  const before = { ...processing, now: () => new Date('2026-06-01T00:00:00Z') }
  await pool()
    .query(`insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, tax_id, statement)
                     values ('2026-05-01', 'Now a charity', 'a', 'e@x.example', 'America/New_York', 'charity', '12-3456789', 'deductible')`)
  const gift = async (created: string) => {
    const checkout = await openCheckout(pool())
    const session = checkoutSession({
      id: checkout.sessionId,
      checkoutId: checkout.id,
      paymentIntentId: checkout.paymentIntentId,
    })
    await keep(
      pool(),
      stripeEvent('checkout.session.completed', session, { created: Date.parse(created) / 1000 }),
    )
    await applyAll(pool(), before)
    const [row] = await all(
      pool(),
      `select legal_status from receipts r join donations d on d.id = r.donation_id
      join newsroom_profiles p on p.id = r.newsroom_profile_id where d.payment_intent_id = $1`,
      checkout.paymentIntentId,
    )
    return row
  }
  expect(await gift('2026-04-30T23:59:59Z')).toEqual({ legal_status: 'for_profit' })
  expect(await gift('2026-05-01T00:00:00Z')).toEqual({ legal_status: 'charity' })
})

/** Days whose kept total differs from the donations' own sum. */
async function totalsOff() {
  return all(
    pool(),
    `
    with sums as (select succeeded_on as day, currency, frequency, count(*) as donations, sum(gross_minor)::bigint as gross_minor
                  from donations group by 1, 2, 3)
    select * from day_totals t full join sums s using (day, currency, frequency)
    where (coalesce(t.donations, 0), coalesce(t.gross_minor, 0)) <> (coalesce(s.donations, 0), coalesce(s.gross_minor, 0))`,
  )
}
