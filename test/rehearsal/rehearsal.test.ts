import { expect, onTestFinished, test } from 'vitest'
import { testDatabase } from '../kit/database.ts'
import { rehearse, type Rehearsed, type RehearsalOptions } from './rehearsal.ts'
import { reportOf } from './report.ts'

const SMALL = { donations: 90, months: 3 }
const TIMEOUT = { timeout: 120_000 }
const TINY = { seed: 4, donations: 25, months: 1 }

async function rehearsed(options: Partial<RehearsalOptions> & { readonly seed: number }): Promise<Rehearsed> {
  const db = await testDatabase()
  onTestFinished(() => db.drop())
  const played = await rehearse({ ...SMALL, ...options, database: db.database })
  await played.service.close()
  return played
}

test(
  'months of traffic end as the script expects, and repeat exactly under the same seed',
  TIMEOUT,
  async () => {
    const first = await rehearsed({ seed: 1 })
    expect(first.differences).toEqual([])
    expect(reportOf(first)).toContain('0 cents off')
    // Faults, recovery and differences occurred.
    const { sentTwice, twins, shuffled, heldBack, lost } = first.faults
    expect(Math.min(sentTwice, twins, shuffled, heldBack, lost)).toBeGreaterThan(10)
    expect(first.recovered).toBeGreaterThan(10)
    expect(first.closed.map(({ month }) => month)).toEqual(['2025-01', '2025-02', '2025-03'])
    expect(first.expectations.differences.length).toBeGreaterThan(0)
    expect(new Set(first.actual.donations.map(({ status }) => status)).size).toBeGreaterThan(3)
    const again = await rehearsed({ seed: 1 })
    expect(again.digest).toBe(first.digest)
  },
)

test.each([2, 3])('traffic of seed %i ends as the script expects', TIMEOUT, async (seed) => {
  const { differences } = await rehearsed({ seed })
  expect(differences).toEqual([])
})

test('the rehearsed history of a gift reads in the order of the script', TIMEOUT, async () => {
  const found: unknown[] = []
  await rehearsed({
    ...TINY,
    beforeComparing: async ({ database: { pool } }) => {
      const { rows } = await pool.query(`
        select d.succeeded_at, min(e.received_at) as received_at, t.posted_at, m.sent_at
        from donations d join receipts r on r.donation_id = d.id
          join ledger_transactions t on t.source = d.payment_intent_id and t.effect = 'donation_succeeded'
          join inbox_states s on s.correlation_id = d.payment_intent_id
          join inbox_events e on e.id = s.inbox_event_id
          join outbox_messages m on m.message_key = 'receipt.' || r.year || '-' || lpad(r.number::text, 6, '0')
        group by d.id, t.id, m.id
        having min(e.received_at) not between d.succeeded_at and t.posted_at + interval '1 minute'
          or m.sent_at not between t.posted_at and d.succeeded_at + interval '60 days'`)
      found.push(...rows)
    },
  })
  expect(found).toEqual([])
})

test('the comparison names a cent that is planted in the tables', TIMEOUT, async () => {
  const { differences } = await rehearsed({
    ...TINY,
    beforeComparing: async ({ database: { pool } }) => {
      await pool.query(`with planted as (
          insert into ledger_transactions (id, source, effect, clears, occurred_at, booked_on)
          values (gen_random_uuid(), 'planted', 'settled', 'planted', now(), '2030-01-01') returning id)
        insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
        select id, account, 'usd', minor from planted, (values ('donations', -1), ('bank', 1)) as entry(account, minor)`)
      await pool.query(`update donations set refunded_minor = refunded_minor + 1, status = 'partially_refunded'
        where id = (select id from donations where status = 'succeeded' order by payment_intent_id limit 1)`)
    },
  })
  expect(differences.filter((line) => /account donations usd/.test(line))).toHaveLength(1)
  expect(differences.filter((line) => /account bank usd/.test(line))).toHaveLength(1)
  expect(differences.filter((line) => line.startsWith('bank and Stripe balance in usd'))).toHaveLength(1)
  expect(
    differences.filter((line) => /^gift .*, refunded: 0 in the script, 1 in the tables/.test(line)),
  ).toHaveLength(1)
  expect(differences.filter((line) => /^gift .*, status: succeeded in the script/.test(line))).toHaveLength(1)
  // Verifying finds the same two mistakes.
  expect(
    differences.filter((line) => line.startsWith('ledger transaction that nothing proves')),
  ).toHaveLength(1)
  expect(differences.filter((line) => line.startsWith('donation differs'))).toHaveLength(1)
  expect(differences).toHaveLength(7)
})

test('without a backfill, the comparison names lost gifts and the month is not closed', TIMEOUT, async () => {
  const { differences } = await rehearsed({ ...TINY, backfill: async () => 0 })
  expect(differences.some((line) => /were given and are not in the tables/.test(line))).toBe(true)
  expect(differences.some((line) => /has not been read to the end of the month/.test(line))).toBe(true)
})
