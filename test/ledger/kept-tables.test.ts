import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { describe, expect } from 'vitest'
import { inTransaction, type Queryable } from '../../src/db/database.ts'
import { accountSums, openItems, openItemSums } from '../../src/ledger/kept-tables-store.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { postToLedger } from '../../src/ledger/ledger-store.ts'
import type { LedgerAccount, LedgerTransaction } from '../../src/ledger/ledger.ts'
import { keptTablesFindings } from '../../src/verification/kept-tables-check-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { currencyNamed, dayNamed } from '../kit/named.ts'
import { selectAll } from '../kit/processing.ts'
import { until } from '../kit/until.ts'

const NOW = new Date('2026-04-01T12:00:00Z')
const usd = currencyNamed('usd')

type Posting = {
  readonly object: string
  readonly day: string
  readonly debit: LedgerAccount
  readonly credit: LedgerAccount
  readonly minor: bigint
  readonly isSettled: boolean
}

let posted = 0
const transactionOf = ({ object, day, debit, credit, minor, isSettled }: Posting): LedgerTransaction => ({
  id: randomUUID(),
  source: `source_${(posted += 1)}`,
  effect: isSettled ? 'settled' : 'refunded',
  clears: object,
  donationId: null,
  occurredAt: new Date(`${day}T12:00:00Z`),
  day: { bookedOn: dayNamed(day), period: null },
  entries: [
    { account: debit, amount: { minor, currency: usd } },
    { account: credit, amount: { minor: -minor, currency: usd } },
  ],
})
const post = (tx: Queryable, postings: readonly Posting[]) =>
  postToLedger(tx, postings.map(transactionOf), NOW)
const postAtOnce = (pool: pg.Pool, postings: readonly Posting[]) =>
  inTransaction(pool, (tx) => post(tx, postings))
const fold = (pool: pg.Pool) => inTransaction(pool, (tx) => foldLedger(tx, NOW))
/** Folds until nothing is left. Database transactions of other tests hold it up, since ids are the whole server's. */
async function foldAll(pool: pg.Pool): Promise<void> {
  await until('everything is folded', async () => {
    while (await fold(pool));
    const left = await selectAll(
      pool,
      `select from ledger_transactions where posted_xid >= (select folded_below from ledger_fold_states)`,
    )
    return left.length === 0
  })
}

const gift = (object: string, over: Partial<Posting> = {}): Posting => ({
  object,
  day: '2026-03-10',
  debit: 'stripe_clearing',
  credit: 'donations',
  minor: 500n,
  isSettled: false,
  ...over,
})
const settlement = (object: string, over: Partial<Posting> = {}): Posting =>
  gift(object, { debit: 'stripe_balance', credit: 'stripe_clearing', isSettled: true, ...over })

const sumsFromLedger = (pool: pg.Pool, from: string, to: string) =>
  selectAll(
    pool,
    `select e.account, e.currency, coalesce(sum(amount_minor) filter (where booked_on < $1), 0)::bigint as "openingMinor",
       coalesce(sum(amount_minor) filter (where booked_on >= $1 and amount_minor > 0), 0)::bigint as "debitMinor",
       coalesce(-sum(amount_minor) filter (where booked_on >= $1 and amount_minor < 0), 0)::bigint as "creditMinor",
       count(*) filter (where booked_on >= $1) as entries
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where booked_on <= $2 group by 1, 2 order by 1, 2`,
    from,
    to,
  )
const keptSums = async (db: Queryable, from: string, to: string) =>
  (await accountSums(db, { from, to }))
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map(({ account, currency, openingMinor, debitMinor, creditMinor, entries }) => ({
      account,
      currency,
      openingMinor,
      debitMinor,
      creditMinor,
      entries,
    }))

const MANY = { limit: 100, besides: [] }
const openObjects = async (db: Queryable) =>
  (await openItems(db, 'stripe_clearing', { from: null, to: '2026-12-31' }, MANY)).map(
    ({ object, eventsMinor, balanceMinor }) => `${object} ${eventsMinor} ${balanceMinor}`,
  )

describe('the kept sums', () => {
  test('answer the same before and after they are folded', async ({ pool }) => {
    await postAtOnce(pool, [
      gift('pi_1'),
      settlement('pi_1', { day: '2026-03-31' }),
      gift('pi_2', { day: '2026-02-01' }),
    ])
    const before = await keptSums(pool, '2026-03-10', '2026-03-30')
    expect(before).toEqual(await sumsFromLedger(pool, '2026-03-10', '2026-03-30'))
    await foldAll(pool)
    expect(await selectAll(pool, `select 1 from ledger_account_totals where grain = 'day'`)).toHaveLength(6)
    expect(await keptSums(pool, '2026-03-10', '2026-03-30')).toEqual(before)
  })

  test('leave out what another database transaction has not committed, and add it once it has', async ({
    pool,
  }) => {
    await foldAll(pool)
    const slow = await pool.connect()
    try {
      await slow.query('begin')
      await post(slow, [gift('pi_slow', { minor: 7n })])
      await postAtOnce(pool, [gift('pi_fast')])
      await fold(pool)
      const donations = async () =>
        (await accountSums(pool, { from: '2026-03-01', to: '2026-03-31' })).find(
          ({ account }) => account === 'donations',
        )?.creditMinor
      expect(await donations()).toBe(500n)
      await slow.query('commit')
      expect(await donations()).toBe(507n)
      await foldAll(pool)
      expect(await donations()).toBe(507n)
      expect(
        await selectAll(
          pool,
          `select sum(credit_minor)::int as sum from ledger_account_totals where grain = 'day' and ledger_account = 'donations'`,
        ),
      ).toEqual([{ sum: 507 }])
    } finally {
      slow.release()
    }
  })

  test('are filled day by day from what earlier releases posted', async ({ pool }) => {
    await postAtOnce(pool, [
      gift('pi_1'),
      gift('pi_2', { day: '2026-02-01' }),
      settlement('pi_2', { day: '2026-03-02' }),
    ])
    await pool.query(`alter table ledger_transactions disable trigger user`)
    await pool.query(`update ledger_transactions set posted_xid = null`)
    await pool.query(`alter table ledger_transactions enable trigger user`)
    await postAtOnce(pool, [gift('pi_3')])
    const expected = await sumsFromLedger(pool, '2026-03-01', '2026-03-31')
    for (let isMore = true; isMore;) {
      expect(await keptSums(pool, '2026-03-01', '2026-03-31')).toEqual(expected)
      expect(await openObjects(pool)).toEqual(['pi_1 500 null', 'pi_3 500 null'])
      isMore = await fold(pool)
    }
    await foldAll(pool)
    expect(await keptSums(pool, '2026-03-01', '2026-03-31')).toEqual(expected)
    expect(await selectAll(pool, `select object from ledger_open_items order by 1`)).toEqual([
      { object: 'pi_1' },
      { object: 'pi_3' },
    ])
  })
})

describe('open items', () => {
  test('close when their settlement is posted, and open again with their whole history', async ({ pool }) => {
    await foldAll(pool)
    await postAtOnce(pool, [gift('dp_1')])
    await foldAll(pool)
    expect(await openObjects(pool)).toEqual(['dp_1 500 null'])
    await postAtOnce(pool, [settlement('dp_1')])
    expect(await openObjects(pool)).toEqual([])
    await foldAll(pool)
    expect(await selectAll(pool, `select 1 from ledger_open_items`)).toEqual([])
    await postAtOnce(pool, [gift('dp_1', { minor: 30n, day: '2026-05-01' })])
    expect(await openObjects(pool)).toEqual(['dp_1 530 -500'])
    await fold(pool)
    expect(await openObjects(pool)).toEqual(['dp_1 530 -500'])
    // It belongs to the month in which it was first posted.
    expect(await openItems(pool, 'stripe_clearing', { from: '2026-05-01', to: '2026-05-31' }, MANY)).toEqual(
      [],
    )
  })
})

test('two who fold at the same time count a posting once: the second waits for the first', async ({
  pool,
}) => {
  await postAtOnce(pool, [gift('pi_before')])
  await foldAll(pool)
  await postAtOnce(pool, [gift('pi_both')])
  const [first, second] = [await pool.connect(), await pool.connect()]
  try {
    await until('the first has folded the posting', async () => {
      await first.query('begin')
      await foldLedger(first, NOW)
      const { rows: left } = await first.query(
        `select from ledger_transactions where posted_xid >= (select folded_below from ledger_fold_states)`,
      )
      if (left.length > 0) await first.query('rollback')
      return left.length === 0
    })
    await second.query('begin')
    const { rows } = await second.query<{ pid: number }>('select pg_backend_pid() as pid')
    const folding = foldLedger(second, NOW)
    await until('the second waits', async () => {
      const waiting = await selectAll(
        pool,
        `select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'`,
        rows[0]?.pid,
      )
      return waiting.length === 1
    })
    await first.query('commit')
    await folding
    await second.query('commit')
  } finally {
    first.release(true)
    second.release(true)
  }
  await foldAll(pool)
  expect(await keptSums(pool, '2026-03-01', '2026-03-31')).toEqual(
    await sumsFromLedger(pool, '2026-03-01', '2026-03-31'),
  )
})

const ALL_DAYS = { from: null, to: '2026-12-31' }

test('the oldest open items of each kind of movement are listed, and the sums of the others say what they mean', async ({
  pool,
}) => {
  await foldAll(pool)
  await postAtOnce(pool, [
    gift('pi_new', { day: '2026-03-12' }),
    gift('pi_old', { minor: -30n }),
    gift('pi_named', { day: '2026-03-20' }),
    settlement('pi_other', { minor: 7n, day: '2026-03-15' }),
    settlement('txn_1', { minor: 2n, day: '2026-03-16' }),
  ])
  const check = async () => {
    const listed = { limit: 1, besides: ['pi_named'] }
    const items = await openItems(pool, 'stripe_clearing', ALL_DAYS, listed)
    expect(items.map(({ object }) => object)).toEqual(['pi_named', 'pi_old'])
    const sums = await openItemSums(pool, 'stripe_clearing', ALL_DAYS, listed)
    const movement = { currency: 'usd', hasEvents: false, hasBalance: true, isWrittenOff: false, count: 1n }
    const event = { ...movement, hasEvents: true, hasBalance: false }
    const at = (day: string) => new Date(`${day}T13:00:00Z`)
    expect(sums).toMatchObject([
      { ...movement, isMovement: false, openMinor: 7n, lastEventBy: null, lastMovementBy: at('2026-03-15') },
      { ...movement, isMovement: true, openMinor: 2n, lastEventBy: null, lastMovementBy: at('2026-03-16') },
      { ...event, isMovement: false, openMinor: 500n, lastEventBy: at('2026-03-12'), lastMovementBy: null },
    ])
  }
  await check()
  await foldAll(pool)
  await check()
})

/** What is wrong with a kept sum of open items, or that nothing is. */
const wrongSums = async (pool: pg.Pool) =>
  (await inTransaction(pool, (tx) => keptTablesFindings(tx, ['UTC']))).filter(
    ({ kind }) => kind === 'open_item_sum',
  )

/** Listed items and the sums of the others, added up. */
async function openAltogether(pool: pg.Pool): Promise<{ count: bigint; minor: bigint }> {
  const listed = { limit: 1, besides: ['re_1'] }
  const items = await openItems(pool, 'stripe_clearing', ALL_DAYS, listed)
  const sums = await openItemSums(pool, 'stripe_clearing', ALL_DAYS, listed)
  const held = items.map((one) => (one.eventsMinor ?? 0n) + (one.balanceMinor ?? 0n) + one.writtenOffMinor)
  return {
    count: BigInt(items.length) + sums.reduce((all, { count }) => all + count, 0n),
    minor: [...held.map((one) => (one < 0n ? -one : one)), ...sums.map(({ openMinor }) => openMinor)].reduce(
      (all, one) => all + one,
      0n,
    ),
  }
}

const posting = fc.record({
  object: fc.constantFrom('pi_1', 'pi_2', 're_1', 'dp_1', 'po_1'),
  day: fc.constantFrom('2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01', '2026-03-31'),
  debit: fc.constantFrom<LedgerAccount>('stripe_clearing', 'stripe_balance', 'payouts_in_transit'),
  credit: fc.constantFrom<LedgerAccount>('donations', 'bank', 'fx'),
  minor: fc.constantFrom(500n, -500n, 3n),
  isSettled: fc.boolean(),
})

test('whatever is posted and whenever it is folded, the kept tables say what the ledger says', async ({
  pool,
}) => {
  await foldAll(pool)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(posting, { maxLength: 4 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
      async (steps) => {
        for (const [postings, folds] of steps) {
          await postAtOnce(pool, postings)
          if (folds) await fold(pool)
          const range = ['2026-02-01', '2026-03-15'] as const
          expect(await keptSums(pool, ...range)).toEqual(await sumsFromLedger(pool, ...range))
          const open = await selectAll(
            pool,
            `select t.clears, sum(amount_minor) filter (where effect <> 'settled')::bigint as events,
               sum(amount_minor) filter (where effect = 'settled')::bigint as balance
             from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
             where account = 'stripe_clearing' group by 1 having sum(amount_minor) <> 0 order by 1`,
          )
          expect(await openObjects(pool)).toEqual(
            open.map((row) => `${String(row['clears'])} ${String(row['events'])} ${String(row['balance'])}`),
          )
          const [altogether] = await selectAll(
            pool,
            `select count(*) as count, coalesce(sum(abs(minor)), 0)::bigint as minor from (
               select sum(amount_minor) as minor from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
               where account = 'stripe_clearing' group by t.clears having sum(amount_minor) <> 0) as open`,
          )
          expect(await openAltogether(pool)).toEqual(altogether)
          expect(await wrongSums(pool)).toEqual([])
        }
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

const item = fc.record({
  object: fc.constantFrom('pi_1', 'pi_2', 'txn_1'),
  currency: fc.constantFrom('usd', 'eur'),
  eventsMinor: fc.constantFrom(500n, -3n, null),
  balanceMinor: fc.constantFrom(-20n, null),
  writtenOffMinor: fc.constantFrom(0n, 7n),
  firstOn: fc.constantFrom('2026-01-31', '2026-02-01'),
  lastEventAt: fc.constantFrom('2026-02-01T10:15:00Z', '2026-02-01T10:45:00Z', '2026-02-01T11:00:00Z', null),
  types: fc.constantFrom([], ['charge'], ['charge', 'refund']),
})
const edit = fc.oneof(
  fc.record({ put: fc.array(item, { minLength: 1, maxLength: 4 }) }),
  fc.record({ removed: fc.constantFrom('pi_1', 'pi_2', '') }),
)

test('the sums of open items follow whatever is added, changed and removed', async ({ pool }) => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
      for (const one of edits) {
        if ('removed' in one)
          await pool.query(`delete from ledger_open_items where object = $1 or $1 = ''`, [one.removed])
        else {
          const byKey = new Map(one.put.map((each) => [`${each.object} ${each.currency}`, each]))
          const rows = JSON.stringify([...byKey.values()], (_, value: unknown) =>
            typeof value === 'bigint' ? Number(value) : value,
          )
          await pool.query(
            `insert into ledger_open_items (ledger_account, object, currency, events_minor, balance_minor, written_off_minor, first_on,
               last_event_at, types)
             select 'stripe_clearing', object, currency, "eventsMinor", "balanceMinor", "writtenOffMinor", "firstOn", "lastEventAt", types
             from jsonb_to_recordset($1) as r(object text, currency text, "eventsMinor" bigint, "balanceMinor" bigint,
               "writtenOffMinor" bigint, "firstOn" date, "lastEventAt" timestamptz, types text[])
             on conflict (ledger_account, object, currency) do update set events_minor = excluded.events_minor,
               balance_minor = excluded.balance_minor, written_off_minor = excluded.written_off_minor, first_on = excluded.first_on,
               last_event_at = excluded.last_event_at, types = excluded.types`,
            [rows],
          )
        }
        expect(await wrongSums(pool)).toEqual([])
      }
      const left = await selectAll(pool, `select from ledger_open_items`)
      expect(await selectAll(pool, `select sum(items)::int as items from ledger_open_item_sums`)).toEqual([
        { items: left.length === 0 ? null : left.length },
      ])
    }),
    { numRuns: 25 },
  )
})
