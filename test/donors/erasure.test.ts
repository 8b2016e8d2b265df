import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eraseDonor } from '../../src/donors/erasure/erase-donor.ts'
import { exportDonor } from '../../src/donors/donor-export.ts'
import { addNote } from '../../src/donations/note-store.ts'
import { redactOldEvents } from '../../src/donors/erasure/erasure-store.ts'
import { retentionRound } from '../../src/donors/erasure/retention-worker.ts'
import type { Database, Queryable } from '../../src/db/database.ts'
import { asTemplate, testDatabase } from '../kit/database.ts'
import { rehearse, type Rehearsed } from '../rehearsal/rehearsal.ts'
import type { RehearsalService } from '../rehearsal/play/service.ts'

const TIMEOUT = { timeout: 120_000 }
const admin = { kind: 'operator', name: 'root' } as const
const nothingKept = { eventMonths: null, unpaidMessageDays: null, donorYears: null }

/** Two months of traffic; what is done before the comparison may not change money: it must find no difference. */
async function rehearsed(
  beforeComparing: (service: RehearsalService) => Promise<unknown>,
): Promise<Rehearsed> {
  const db = await testDatabase()
  onTestFinished(() => db.drop())
  const played = await rehearse({ seed: 5, donations: 40, months: 2, database: db.database, beforeComparing })
  await played.service.close()
  return played
}

/** The same traffic for tests that compare nothing afterwards: each gets a copy of what was played once. */
let played: Awaited<ReturnType<typeof asTemplate>> & Pick<RehearsalService, 'clock' | 'sandbox'>

beforeAll(async () => {
  const original = await testDatabase()
  const { service } = await rehearse({ seed: 5, donations: 40, months: 2, database: original.database })
  await service.close()
  const { clock, sandbox } = service
  played = { ...(await asTemplate(original)), clock, sandbox }
}, 120_000)

afterAll(() => played?.drop())

async function afterTraffic(): Promise<Database & Pick<RehearsalService, 'clock' | 'sandbox'>> {
  const { database, drop } = await played.copy()
  onTestFinished(drop)
  return { ...database, clock: played.clock, sandbox: played.sandbox }
}

/** Every table that says the text anywhere in a row. */
async function tablesThatSay(db: Queryable, text: string): Promise<string[]> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await db.query(`select from "${name}" as t where t.*::text ilike $1 limit 1`, [
      `%${text}%`,
    ])
    if (rows.length > 0) found.push(name)
  }
  return found
}

type Donor = { id: string; email: string; name: string }

async function donorOfOneGift(db: Queryable): Promise<Donor> {
  const { rows } = await db.query<Donor>(
    `select d.id, d.donor_email as email, d.donor_name as name from donations d
     where d.frequency = 'once' and d.donor_email is not null order by d.succeeded_at limit 1`,
  )
  const [donor] = rows
  if (!donor) throw new Error('The rehearsal has no single gift')
  return donor
}

test(
  'an erased donor is in no table, another donor stays, and the books agree to the cent',
  TIMEOUT,
  async () => {
    const { differences } = await rehearsed(async ({ database: { pool, knex }, clock }) => {
      const donor = await donorOfOneGift(pool)
      expect(await tablesThatSay(pool, donor.email)).toEqual(
        expect.arrayContaining(['donations', 'inbox_events']),
      )
      const before = await pool.query('select count(*) from donations where donor_email is not null')
      const exported = await exportDonor(
        { db: knex, pool, clock, publicUrl: 'https://give.example' },
        { donationId: donor.id, actor: admin },
      )
      expect(exported).toMatchObject({ email: donor.email, name: donor.name, gifts: [{ id: donor.id }] })

      const { gifts, events } = await eraseDonor({ pool, clock }, { donationId: donor.id, actor: admin })
      expect(gifts).toBe(1)
      expect(events).toBeGreaterThan(0)
      expect(await tablesThatSay(pool, donor.email)).toEqual([])
      // "Reader 1" is the beginning of "Reader 12": names are compared with what follows them.
      expect(await tablesThatSay(pool, `"${donor.name}"`)).toEqual([])
      const after = await pool.query('select count(*) from donations where donor_email is not null')
      expect(Number(before.rows[0].count) - Number(after.rows[0].count)).toBe(1)
      await expect(eraseDonor({ pool, clock }, { donationId: donor.id, actor: admin })).rejects.toThrow(
        'There is no gift',
      )
      const acts = await pool.query(`select act from audit_trail where subject = $1 order by position`, [
        `donation/${donor.id}`,
      ])
      expect(acts.rows.map(({ act }) => act)).toEqual(['donor_exported', 'donor_erased'])
    })
    expect(differences).toEqual([])
  },
)

test(
  'an erased donor does not come back when events are processed again or arrive late',
  TIMEOUT,
  async () => {
    const { pool, clock, sandbox } = await afterTraffic()
    const donor = await donorOfOneGift(pool)
    await eraseDonor({ pool, clock }, { donationId: donor.id, actor: admin })
    // Stripe tells of the same payment once more, with the donor's data.
    const copy = [...sandbox.state().event.values()].find(
      ({ type, data }) => type === 'charge.succeeded' && JSON.stringify(data).includes(donor.email),
    )
    const late = JSON.stringify({ ...copy, id: 'evt_late' })
    await pool.query(
      `with event as (insert into inbox_events (event_id, type, api_version, livemode, created_at, body)
       values ('evt_late', 'charge.succeeded', '2026-10-28.endive', false, now(), $1) returning id)
     insert into inbox_states (inbox_event_id, outcome, correlation_id)
       select id, 'applied', (select payment_intent_id from donations where id = $2) from event`,
      [late, donor.id],
    )
    expect(await tablesThatSay(pool, donor.email)).toEqual(['inbox_events'])
    await retentionRound({ pool, clock }, nothingKept)()
    expect(await tablesThatSay(pool, donor.email)).toEqual([])
  },
)

test('what staff wrote of a donor is exported, and goes when the donor is erased', TIMEOUT, async () => {
  const { pool, knex, clock } = await afterTraffic()
  const donor = await donorOfOneGift(pool)
  const words = `${donor.email} called about a private matter`
  await addNote(pool, { donationId: donor.id, text: words, by: 'ann@newsroom.example', at: clock() })
  await pool.query(
    `insert into refund_requests (id, donation_id, currency, amount_minor, reason, requested_by, requested_at, note, refused)
     select gen_random_uuid(), id, currency, 1, 'requested_by_customer', 'ann@newsroom.example', now(), $2, 'refused'
     from donations where id = $1`,
    [donor.id, words],
  )
  await pool.query(
    `with someone as (insert into staff (id, email, role) values (gen_random_uuid(), 'ann@newsroom.example', 'finance')
       returning id)
     insert into saved_views (id, staff_id, name, filters, shared, saved_at)
       select gen_random_uuid(), id, name, filters, true, now() from someone,
         (values ('one donor', $1), ('all of March', 'from=2025-03-01')) as views (name, filters)`,
    [new URLSearchParams({ q: donor.email.toUpperCase() }).toString()],
  )
  const exported = await exportDonor(
    { db: knex, pool, clock, publicUrl: 'https://give.example' },
    { donationId: donor.id, actor: admin },
  )
  expect(JSON.parse(JSON.stringify(exported))).toMatchObject({ gifts: [{ notes: [{ text: words }] }] })

  await eraseDonor({ pool, clock }, { donationId: donor.id, actor: admin })
  expect(await tablesThatSay(pool, 'private matter')).toEqual([])
  const views = await pool.query<{ name: string }>('select name from saved_views')
  expect(views.rows).toEqual([{ name: 'all of March' }])
})

test('a donor with a running agreement does not keep former donors from being erased', TIMEOUT, async () => {
  const { pool, clock } = await afterTraffic()
  const regular = await pool.query<{ email: string }>(
    `select d.donor_email as email from donations d join subscriptions s using (stripe_subscription_id)
     where s.ended_at is null and d.donor_email is not null limit 1`,
  )
  const once = await donorOfOneGift(pool)
  await pool.query('update donations set donor_email = $2 where id = $1', [once.id, regular.rows[0]?.email])
  const round = retentionRound(
    { pool, clock: () => new Date(clock().getTime() + 800 * 86_400_000) },
    { ...nothingKept, donorYears: 2 },
  )
  while (await round());
  const kept = await pool.query('select from donations where id = $1 and donor_erased_at is null', [once.id])
  expect(kept.rowCount).toBe(1)
})

test('somebody who gives regularly is not erased before the agreement ends', TIMEOUT, async () => {
  const { pool, clock } = await afterTraffic()
  const { rows } = await pool.query<{ id: string }>(
    `select d.id from donations d join subscriptions s using (stripe_subscription_id) where s.ended_at is null limit 1`,
  )
  const erasing = eraseDonor({ pool, clock }, { donationId: rows[0]?.id ?? '', actor: admin })
  await expect(erasing).rejects.toThrow('still gives regularly')
})

test('an event changes by redaction only, which keeps the hash of what Stripe signed', TIMEOUT, async () => {
  const { differences } = await rehearsed(async ({ database: { pool }, clock }) => {
    await expect(pool.query(`update inbox_events set type = 'x'`)).rejects.toThrow('append-only')
    await expect(pool.query(`delete from inbox_events`)).rejects.toThrow('append-only')
    const { rows } = await pool.query<{ id: bigint; body: string }>(
      `select id, body::text from inbox_events order by id limit 1`,
    )
    await expect(pool.query(`update inbox_events set body = '{"amount":1}'`)).rejects.toThrow('append-only')
    await pool.query(`update inbox_events set body = 'null' where id = $1`, [rows[0]?.id])
    const changed = await pool.query<{ body: { data: object }; isOriginal: boolean }>(
      `select e.body, r.original_hash = sha256(convert_to($2, 'UTF8')) as "isOriginal"
       from inbox_events e join inbox_redactions r on r.inbox_event_id = e.id where e.id = $1`,
      [rows[0]?.id, rows[0]?.body],
    )
    expect(changed.rows[0]?.isOriginal).toBe(true)
    expect(changed.rows[0]?.body).toHaveProperty('data.object')
    // The period of events runs out for all of them: money is derived from the redacted ones, and verify agrees.
    while (
      (await redactOldEvents(pool, { before: new Date(clock().getTime() + 86_400_000), limit: 200 })) > 0
    );
    expect(
      (await pool.query(`select from inbox_events where body::text like '%@reader.example%'`)).rowCount,
    ).toBe(0)
  })
  expect(differences).toEqual([])
})

test(
  'donors are erased so many years after their last gift, and messages that were not paid for earlier',
  TIMEOUT,
  async () => {
    const { differences } = await rehearsed(async ({ database: { pool }, clock }) => {
      await pool.query(
        `update checkouts set message = 'a wish' where status in ('open', 'expired', 'created', 'failed')`,
      )
      const inTwoYears = () => new Date(clock().getTime() + 800 * 86_400_000)
      const round = retentionRound(
        { pool, clock: inTwoYears },
        { ...nothingKept, unpaidMessageDays: 30, donorYears: 2 },
      )
      while (await round());
      const left = await pool.query(
        `select from donations d left join subscriptions s using (stripe_subscription_id)
       where d.donor_email is not null and (s.stripe_subscription_id is null or s.ended_at is not null)
         and not exists (select from subscriptions a where a.ended_at is null and lower(a.donor_email) = lower(d.donor_email))`,
      )
      expect(left.rowCount).toBe(0)
      expect((await pool.query(`select from checkouts where message = 'a wish'`)).rowCount).toBe(0)
    })
    expect(differences).toEqual([])
  },
)
