import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selectAll, applyAll, receive, openCheckout, withProfile } from '../kit/processing.ts'
import { inboxEvent } from '../../src/inbox/inbox-event.ts'
import { storeEvents } from '../../src/inbox/inbox-store.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { checkoutSession, stripeEvent, stripeId } from '../kit/stripe-events.ts'

/** The database keeps these rules alone, whatever the code does. */
let db: TestDatabase
let donation: Record<string, unknown>
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
  const { id, sessionId, paymentIntentId } = await openCheckout(db.database.pool)
  await receive(
    db.database.pool,
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
    ),
  )
  await applyAll(db.database.pool)
  const [row] = await sql('select * from donations')
  if (!row) throw new Error('no donation was booked')
  donation = row
})
afterAll(() => db.drop())

const sql = (text: string, ...values: unknown[]) => selectAll(db.database.pool, text, ...values)

test.each([
  'ledger_transactions',
  'ledger_entries',
  'receipts',
  'inbox_events',
  'newsroom_profiles',
  'audit_trail',
  'write_offs',
  'standing_explanations',
  'write_off_decisions',
  'month_export_lines',
  'sign_off_reviews',
])('%s cannot be updated, deleted or truncated', async (table) => {
  const [before] = await sql(`select count(*) from ${table}`)
  const [column] = await sql(
    `select attname from pg_attribute where attrelid = $1::regclass and attnum = 2`,
    table,
  )
  const name = String(column?.['attname'])
  await expect(sql(`update ${table} set ${name} = ${name}`)).rejects.toThrow('append-only')
  await expect(sql(`delete from ${table}`)).rejects.toThrow('append-only')
  await expect(sql(`truncate ${table} cascade`)).rejects.toThrow('append-only')
  expect(await sql(`select count(*) from ${table}`)).toEqual([before])
})

const transaction = async () => {
  const id = randomUUID()
  await sql(
    `insert into ledger_transactions (id, source, effect, occurred_at, clears, booked_on) values ($1, $2, 'donation_succeeded', now(), 'pi_1', '2026-01-01')`,
    id,
    stripeId('pi'),
  )
  return id
}
const post = (entries: readonly [id: string, account: string, currency: string, minor: bigint][]) =>
  sql(
    `insert into ledger_entries select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])`,
    ...[0, 1, 2, 3].map((column) => entries.map((entry) => entry[column])),
  )

test('refuses a ledger transaction whose entries do not sum to zero', async () => {
  const [a, b] = [await transaction(), await transaction()]
  await expect(post([[a, 'bank', 'usd', 5n]])).rejects.toThrow('does not balance')
  await expect(
    post([
      [a, 'bank', 'usd', 5n],
      [a, 'donations', 'usd', -4n],
    ]),
  ).rejects.toThrow('does not balance')
  await expect(
    post([
      [a, 'bank', 'usd', 5n],
      [b, 'donations', 'usd', -5n],
    ]),
  ).rejects.toThrow('does not balance')
  await post([
    [a, 'bank', 'usd', 5n],
    [a, 'donations', 'usd', -5n],
  ])
})

test('refuses a ledger transaction that does not sum to zero in each currency', async () => {
  const id = await transaction()
  await expect(
    post([
      [id, 'bank', 'usd', 5n],
      [id, 'donations', 'eur', -5n],
    ]),
  ).rejects.toThrow('does not balance')
  await post([
    [id, 'bank', 'usd', 5n],
    [id, 'fx', 'usd', -5n],
    [id, 'fx', 'eur', 4n],
    [id, 'donations', 'eur', -4n],
  ])
})

test('refuses a second posting of the same effect of one Stripe object', async () => {
  await expect(
    sql(
      `insert into ledger_transactions (id, source, effect, occurred_at, clears, booked_on)
       select gen_random_uuid(), source, effect, now(), clears, booked_on from ledger_transactions limit 1`,
    ),
  ).rejects.toThrow('ledger_transactions_effect_happens_once')
})

const copy = (changes: Record<string, unknown>) => {
  const row = {
    ...donation,
    id: randomUUID(),
    payment_intent_id: stripeId('pi'),
    stripe_session_id: stripeId('cs'),
    ...changes,
  }
  const columns = Object.keys(row)
  return sql(
    `insert into donations (${columns.join()}) values (${columns.map((_, at) => `$${at + 1}`).join()}) returning id`,
    ...Object.values(row),
  )
}

test.each([
  ['payment_intent_id', 'donations_one_per_payment'],
  ['stripe_session_id', 'donations_one_per_session'],
])('a second donation of the same %s is refused', async (column, rule) => {
  await expect(copy({ [column]: donation[column] })).rejects.toThrow(rule)
  await copy({})
})

test('refuses a donation of nothing', async () => {
  await expect(copy({ gross_minor: 0n })).rejects.toThrow('donations_gross_is_positive')
})

test('refuses a second donation with the same charge_id', async () => {
  await copy({ charge_id: 'one' })
  await expect(copy({ charge_id: 'one' })).rejects.toThrow('donations_one_per_charge')
  await copy({ charge_id: 'another' })
})

test('takes a second donation of the same invoice, which may be paid by several payments', async () => {
  await copy({ stripe_invoice_id: 'one' })
  await expect(copy({ stripe_invoice_id: 'one' })).resolves.toBeDefined()
})

test.each([`gross_minor = 1`, `currency = 'eur'`, `payment_intent_id = 'pi_x'`, `id = gen_random_uuid()`])(
  'a donation keeps its money: set %s',
  async (change) => {
    await expect(sql(`update donations set ${change}`)).rejects.toThrow('final')
  },
)

test('lets donor data be erased and refuses to delete the donation', async () => {
  await sql(
    `update donations set donor_name = null, donor_email = null, message = null where id = $1`,
    donation['id'],
  )
  await expect(sql('delete from donations')).rejects.toThrow('append-only')
})

const receipt = async (number: number, count = 1) => {
  const ids = await Promise.all(Array.from({ length: count }, () => copy({})))
  return sql(
    `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
     select 2030, $1::int + n - 1, gen_random_uuid()::text, id, 1, 'usd', 500, '2030-01-01', now()
     from unnest($2::uuid[]) with ordinality as d(id, n)`,
    number,
    ids.map(([row]) => row?.['id']),
  )
}

const unknown = '00000000-0000-4000-8000-000000000000'
/** A receipt of a real donation that has none, with one of its references changed. */
const aReceipt = ({ donationId = 'id', profileId = 1 }) => `
  insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
  select 2031, n, gen_random_uuid()::text, ${donationId}, ${profileId}, 'usd', 500, '2031-01-01', now()
  from (select id, 1 as n from donations where id not in (select donation_id from receipts) limit 1) d`

test.each([
  [
    'inbox_states_belong_to_an_event',
    `insert into inbox_states (inbox_event_id) select max(id) + 1 from inbox_events`,
  ],
  [
    'ledger_transactions_donation_exists',
    `insert into ledger_transactions (id, source, effect, occurred_at, clears, booked_on, donation_id)
     select gen_random_uuid(), 'pi_' || n, 'donation_succeeded', now(), 'pi_1', '2026-01-01', id::uuid
     from unnest(array[null, '${unknown}']) with ordinality as t(id, n)`,
  ],
  [
    'ledger_entries_belong_to_a_transaction',
    `insert into ledger_entries values ('${unknown}', 'bank', 'usd', 5), ('${unknown}', 'donations', 'usd', -5)`,
  ],
  ['receipts_donation_exists', aReceipt({ donationId: `'${unknown}'` })],
  ['receipts_profile_exists', aReceipt({ profileId: 77 })],
])('refuses a row that refers to nothing: %s', async (rule, insert) => {
  await copy({})
  await expect(sql(insert)).rejects.toMatchObject({ code: '23503', constraint: rule })
})

test('keeps the state of an event with its event', async () => {
  await expect(sql('update inbox_states set inbox_event_id = inbox_event_id + 1000')).rejects.toThrow(
    'append-only',
  )
})

test('refuses a receipt number that leaves a hole or exists already', async () => {
  await expect(receipt(2)).rejects.toThrow('hole')
  await receipt(1)
  await expect(receipt(3, 2)).rejects.toThrow('hole')
  await receipt(2, 3)
  await expect(receipt(4)).rejects.toThrow('receipts_pkey')
  await receipt(5)
})

test('stores an event once', async () => {
  const event = stripeEvent('some.type', {})
  expect(await receive(db.database.pool, event, event)).toBe(1)
  expect(await receive(db.database.pool, event)).toBe(0)
})

test('stores the signed text of an event byte for byte', async () => {
  const event = stripeEvent('some.type', { note: 'a  b' })
  const body = `{ "id": "evt_of_odd_text",  "z": 1.0, "a": "\\u00e9é" }`
  const parsed = inboxEvent(body, { ...event, id: 'evt_of_odd_text' })
  if (!parsed) throw new Error('not an event')
  await storeEvents(db.database.pool, [parsed])
  expect(await sql(`select body::text from inbox_events where event_id = 'evt_of_odd_text'`)).toEqual([
    { body },
  ])
})

test('refuses an effect, a currency and a period that cannot be', async () => {
  const insert = (changes: object) => {
    const row = { effect: 'settled', period: null, ...changes }
    return sql(
      `insert into ledger_transactions (id, source, effect, occurred_at, clears, booked_on, period)
       values (gen_random_uuid(), 'txn_1', $1, now(), 'txn_1', '2026-01-01', $2)`,
      row.effect,
      row.period,
    )
  }
  await expect(insert({ effect: 'settlled' })).rejects.toThrow('ledger_transactions_effect_is_known')
  await expect(insert({ period: '2026-13' })).rejects.toThrow('ledger_transactions_period_is_a_month')
  await insert({ period: '2025-12' })
  const total = `insert into day_totals values ('2026-01-01', $1, 'once', 1, 5)`
  await expect(sql(total, 'USD')).rejects.toThrow('day_totals_currency_is_a_code')
})

test('refuses a second checkout with the same Stripe session', async () => {
  const [one, other] = [await openCheckout(db.database.pool), await openCheckout(db.database.pool)]
  const take = sql('update checkouts set stripe_session_id = $1 where id = $2', one.sessionId, other.id)
  await expect(take).rejects.toThrow('checkouts_one_per_session')
})

test('refuses a second receipt for a gift, a shared receipt link and a link that can be guessed', async () => {
  const [first] = await sql('select donation_id, token from receipts where donation_id = $1', donation['id'])
  const issue = async (change: { donation_id?: unknown; token?: unknown }) => {
    const [fresh] = await copy({})
    const row = { donation_id: fresh?.['id'], token: 'a-link-of-twenty-two-and-more', ...change }
    return sql(
      `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
       values (2031, 1, $1, $2, 1, 'usd', 500, '2031-01-01', now())`,
      row.token,
      row.donation_id,
    )
  }
  await expect(issue({ donation_id: first?.['donation_id'] })).rejects.toThrow(
    'receipts_one_of_each_revision',
  )
  await expect(issue({ token: first?.['token'] })).rejects.toThrow('receipts_one_per_link')
  await expect(issue({ token: 'short' })).rejects.toThrow('receipts_link_is_unguessable')
  await issue({})
})

test('refuses a second mail with the same key, a second member of staff with the same address and a second token with the same hash', async () => {
  const mail = `insert into outbox_messages (kind, message_key, subject) values ('receipt', 'receipt.x', 'x')`
  const staff = `insert into staff (id, email, role) values (gen_random_uuid(), 'ann@courier.example', 'viewer')`
  const token = `insert into api_tokens (id, name, role, token_hash) values (gen_random_uuid(), 'x', 'viewer', '\\x00')`
  for (const [insert, rule] of [
    [mail, 'outbox_messages_sent_once'],
    [staff, 'staff_one_per_email'],
    [token, 'api_tokens_one_per_hash'],
  ] as const) {
    await sql(insert)
    await expect(sql(insert)).rejects.toThrow(rule)
  }
})
