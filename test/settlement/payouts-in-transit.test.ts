import type pg from 'pg'
import { describe, expect } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { syncTransactions } from '../../src/sync/balance-sync-worker.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import { verify } from '../../src/verification/verify.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { ownership } from '../kit/marks.ts'
import { selectAll } from '../kit/processing.ts'
import { DAY_MS, forward, movableClock, paidGift, sdk } from '../kit/sandbox.ts'
import { account, offBalance, stripeListsOf, syncBalance, syncDepsOf } from '../reconciliation/kit.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'

/** An account with a gift that Stripe pays out some days before the end of March. */
async function payoutOfMarch() {
  const clock = movableClock(new Date('2026-03-20T15:00:00Z')).now
  const box = await sandboxForTest({ clock, payoutArrivalDays: 3 })
  await paidGift(box, 5000)
  let payout
  do {
    await forward(box, DAY_MS)
    ;[payout] = (await sdk(box).payouts.list()).data
  } while (payout === undefined)
  return { box, payout }
}

const movesOf = (pool: pg.Pool) =>
  selectAll(
    pool,
    `select t.effect, t.booked_on::text as day, t.period, e.amount_minor from ledger_transactions t
       join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'bank' order by t.booked_on, 1`,
  )

async function ledgerFindings(pool: pg.Pool, box: Sandbox) {
  const lists = stripeListsOf(box)
  const { findings } = await verify({ pool, lists, timezone: 'America/New_York', ownership })
  return findings.filter(({ kind }) => /ledger|balance|payout/.test(kind))
}

describe('a payout', () => {
  test('is in transit until Stripe calls it paid, and then at the bank from its arrival date', async ({
    pool,
  }) => {
    const { box, payout } = await payoutOfMarch()
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'payouts_in_transit')).toEqual({ usd: BigInt(payout.amount) })
    expect(await account(pool, 'bank')).toEqual({})
    await forward(box, 4 * DAY_MS)
    for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'payouts_in_transit')).toEqual({})
    const day = new Date(payout.arrival_date * 1000).toISOString().slice(0, 10)
    expect(await movesOf(pool)).toEqual([
      { effect: 'arrived', day, period: null, amount_minor: BigInt(payout.amount) },
    ])
    expect(await ledgerFindings(pool, box)).toEqual([])
  })

  test.for([
    'after it was read as paid',
    'before it was read at all',
    'and its payout is read before its money',
  ])(
    'that failed after its arrival comes back through the account of what is on its way (%s)',
    async (when, { pool }) => {
      const { box, payout } = await payoutOfMarch()
      const deps = syncDepsOf(pool, box)
      await forward(box, 4 * DAY_MS)
      if (when === 'after it was read as paid') await syncBalance(deps)
      await box.failPayout(payout.id)
      await forward(box, 3600_000)
      if (when === 'and its payout is read before its money') await syncPayouts(deps)
      await syncTransactions(deps)
      await syncPayouts(deps)
      await syncBalance(deps)
      const failedOn = box.now().toISOString().slice(0, 10)
      const moves = await movesOf(pool)
      expect(moves.map(({ effect }) => effect)).toEqual(['arrived', 'arrival_undone'])
      expect(moves[1]).toMatchObject({ day: failedOn, amount_minor: BigInt(-payout.amount) })
      expect(await account(pool, 'payouts_in_transit')).toEqual({})
      expect(await account(pool, 'bank')).toEqual({})
      expect(await offBalance(pool)).toEqual([])
      expect(await ledgerFindings(pool, box)).toEqual([])
    },
  )

  test('that was canceled before it arrived never touches the bank', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    await paidGift(box, 5000)
    await forward(box, 3 * DAY_MS)
    const { id } = await sdk(box).payouts.create({ amount: 1000, currency: 'usd' })
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'payouts_in_transit')).toEqual({ usd: 1000n })
    await sdk(box).payouts.cancel(id)
    await forward(box, DAY_MS)
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'payouts_in_transit')).toEqual({})
    expect(await movesOf(pool)).toEqual([])
    expect(await ledgerFindings(pool, box)).toEqual([])
  })

  test('that arrives in a month which is closed by then is an adjustment of the open month', async ({
    pool,
  }) => {
    const { box, payout } = await payoutOfMarch()
    await syncBalance(syncDepsOf(pool, box))
    await box.advanceTo(new Date('2026-04-03T15:00:00Z'))
    await pool.query(
      `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation) values ('2026-03', $1, 'a@b.example', 3, '{}')`,
      [new Date('2026-04-02T15:00:00Z')],
    )
    await syncBalance(syncDepsOf(pool, box))
    expect(await movesOf(pool)).toEqual([
      { effect: 'arrived', day: '2026-04-03', period: '2026-03', amount_minor: BigInt(payout.amount) },
    ])
    expect(await ledgerFindings(pool, box)).toEqual([])
  })

  test('that an earlier release posted straight to the bank stays there, and can still come back', async ({
    pool,
  }) => {
    const { box, payout } = await payoutOfMarch()
    await forward(box, 4 * DAY_MS)
    await syncTransactions(syncDepsOf(pool, box))
    await asEarlierRelease(pool, 'payouts_in_transit', 'bank')
    for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
    expect((await movesOf(pool)).map(({ effect }) => effect)).toEqual(['settled'])
    expect(await ledgerFindings(pool, box)).toEqual([])
    await box.failPayout(payout.id)
    await forward(box, 3600_000)
    await syncBalance(syncDepsOf(pool, box))
    expect((await movesOf(pool)).map(({ effect }) => effect)).toEqual(['settled', 'arrival_undone'])
    expect(await account(pool, 'bank')).toEqual({})
    expect(await account(pool, 'payouts_in_transit')).toEqual({})
    expect(await ledgerFindings(pool, box)).toEqual([])
  })
})

/** Makes the entries of one account look as earlier releases posted them. */
async function asEarlierRelease(pool: pg.Pool, present: string, former: string): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`set session_replication_role = replica`)
    await client.query(`update ledger_entries set account = $2 where account = $1`, [present, former])
    await client.query(`set session_replication_role = default`)
  } finally {
    client.release()
  }
}

describe('the fee of a dispute', () => {
  test('is apart from the fees of processing', async ({ pool }) => {
    const box = await sandboxForTest()
    await box.closeDispute(await box.dispute(await paidGift(box, 900)), 'lost')
    await forward(box, DAY_MS)
    await syncTransactions(syncDepsOf(pool, box))
    expect(await account(pool, 'dispute_fees')).toEqual({ usd: 1500n })
  })

  test('of another program leaves the account to which its release posted it', async ({ pool }) => {
    const box = await sandboxForTest()
    await box.closeDispute(await box.dispute(await paidGift(box, 900)), 'lost')
    await forward(box, 3 * DAY_MS)
    await syncTransactions(syncDepsOf(pool, box))
    await asEarlierRelease(pool, 'dispute_fees', 'stripe_fees')
    const allRead = `insert into sync_states (name, complete_up_to) values ('events', $1), ('objects', $1)
      on conflict (name) do update set complete_up_to = $1`
    await pool.query(allRead, [box.now()])
    for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'other_programs')).not.toEqual({})
    expect(await account(pool, 'dispute_fees')).toEqual({})
    expect(await account(pool, 'stripe_fees')).toEqual({})
    expect(await ledgerFindings(pool, box)).toEqual([])
  })
})
