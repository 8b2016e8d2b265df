import { expect } from 'vitest'
import { runAlone } from '../../src/db/advisory-lock.ts'
import type { Page, StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { dyingAt, KILLED } from '../kit/dying-pool.ts'
import { DAY_MS, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { account, countRows, offBalance, syncBalance, syncDepsOf } from '../reconciliation/kit.ts'
import { selectAll } from '../kit/processing.ts'

/** Lists in short pages, so that a few transactions need several pages. */
function inShortPages(lists: StripeLists): StripeLists {
  return {
    ...lists,
    async transactions(place) {
      const rows = await everyRow((from) => lists.transactions({ ...place, after: from }))
      const from = place.after === null ? 0 : rows.findIndex(({ id }) => id === place.after) + 1
      const page = rows.slice(from, from + 3)
      return { rows: page, unreadable: [], next: from + 3 < rows.length ? (page.at(-1)?.id ?? null) : null }
    },
    async itemsOf(payout, after) {
      const rows = await everyRow((from) => lists.itemsOf(payout, from))
      const from = after === null ? 0 : rows.findIndex(({ id }) => id === after) + 1
      const page = rows.slice(from, from + 2)
      return { rows: page, unreadable: [], next: from + 2 < rows.length ? (page.at(-1)?.id ?? null) : null }
    },
  }
}

async function everyRow<Row>(read: (after: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const { rows, next } = await read(null)
  const all = [...rows]
  for (let after = next; after !== null;) {
    const page = await read(after)
    all.push(...page.rows)
    after = page.next
  }
  return all
}

test('resumes a sync that was killed at any statement and ends with the same tables', async ({ pool }) => {
  const box = await sandboxForTest()
  const deps = syncDepsOf(pool, box)
  const lists = inShortPages(deps.lists)
  let deaths = 0
  for (let n = 1; ; n += 1) {
    // Every run has new work, since the run before may have finished its own.
    for (const amount of [500, 600, 700]) await paidGift(box, amount)
    await forward(box, 9 * DAY_MS)
    const { pool: dyingPool, seen } = dyingAt(pool, n)
    const died = await syncBalance({ ...deps, lists, pool: dyingPool }).then(
      () => false,
      (error: Error) => {
        if (error.message !== KILLED) throw error
        return true
      },
    )
    const settled = await selectAll(pool, `select from ledger_transactions where effect = 'settled'`)
    expect(settled).toHaveLength(await countRows(pool, 'balance_transactions'))
    expect(await offBalance(pool)).toEqual([])
    if (died) deaths += 1
    else if (seen.statements < n) break
    if (n % 2 === 0) await syncBalance({ ...deps, lists })
  }
  expect(deaths).toBeGreaterThan(20)
  // Stripe's monthly fee may have come after the last payout: the next gift's payout takes it along.
  while ((await sdk(box).balance.retrieve()).available.some(({ amount }) => amount !== 0)) {
    await paidGift(box, 500)
    await forward(box, 9 * DAY_MS)
  }
  await syncBalance({ ...deps, lists })
  const { balance_transaction: transactions, payout } = box.state()
  expect(await countRows(pool, 'balance_transactions')).toBe(transactions.size)
  expect(await account(pool, 'stripe_balance')).toEqual({})
  expect(await countRows(pool, `payouts where itemisation = 'complete'`)).toBe(payout.size)
  expect(await countRows(pool, 'payout_items')).toBe(transactions.size - payout.size)
  expect(await countRows(pool, `sync_states where complete_up_to is not null and cursor is null`)).toBe(2)
})

test('lets only one of two workers sync, and another one after that worker is lost', async ({ db }) => {
  const ran: string[] = []
  const again = () => runAlone(db.url, 42, async () => void ran.push('second'))
  const first = await runAlone(db.url, 42, async () => {
    ran.push('first')
    expect(await again()).toBe(false)
  })
  expect([first, await again(), ran]).toEqual([true, true, ['first', 'second']])
  await expect(runAlone(db.url, 42, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await again()).toBe(true)
})
