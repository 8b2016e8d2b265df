import { describe, expect, vi } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { closeMonth, signOff } from '../../src/reconciliation/months/close-month.ts'
import {
  approveWriteOff,
  declineWriteOff,
  prepareWriteOff,
  reverseWriteOff,
  type WriteOffDeps,
  type WriteOffRequest,
} from '../../src/reconciliation/write-offs/make-write-off.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { recordTransactions } from '../../src/settlement/balance/balance-store.ts'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { verify } from '../../src/verification/verify.ts'
import { operator } from '../kit/admin.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { ownership } from '../kit/marks.ts'
import { monthNamed } from '../kit/named.ts'
import { selectAll } from '../kit/processing.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'
import { account, depsAt, offBalance } from './kit.ts'

/** A movement of 5 cents of a type that nobody knows is written off, in January's page in February. */

const OCCURRED_AT = new Date('2026-01-10T12:00:00Z')
const FEBRUARY = new Date('2026-02-10T12:00:00Z')
const MARCH = new Date('2026-03-10T12:00:00Z')
const january = monthNamed('2026-01')
const february = monthNamed('2026-02')
const [ANN, BEN] = ['ann@courier.example', 'ben@courier.example']
const [ann, ben] = [operator(ANN), operator(BEN)]
const REASON = 'Stripe credited it and cannot say why'

const test = newsroomTest.extend('books', async ({ pool }) => {
  const clock = vi.fn<() => Date>(() => FEBRUARY)
  const read = (movement: BalanceTransaction, at = FEBRUARY) =>
    inTransaction(pool, (tx) =>
      recordTransactions(
        tx,
        [movement],
        depsAt(() => at),
      ),
    )
  const completeUpTo = async (at: Date) => {
    for (const list of ['balance_transactions', 'payouts', 'events', 'objects'] as const)
      await completeSync(pool, list, at, at)
  }
  const odd = (id: string, over: Partial<BalanceTransaction> = {}) =>
    feeTransaction(id, OCCURRED_AT, { type: 'moon_tax', ...over })
  await read(odd('txn_odd'))
  await completeUpTo(FEBRUARY)
  const deps: WriteOffDeps = { pool, timezone: 'America/New_York', now: clock, writeOffApproval: 'none' }
  const request: WriteOffRequest = {
    month: january,
    object: 'txn_odd',
    kind: 'unknown_type',
    currency: 'usd',
    amountMinor: 5n,
    toAccount: 'write_offs',
    reason: REASON,
  }
  return {
    deps,
    clock,
    read,
    odd,
    completeUpTo,
    prepare: (over: Partial<WriteOffRequest> = {}, by = ann, approval = deps.writeOffApproval) =>
      prepareWriteOff({ ...deps, writeOffApproval: approval }, { ...request, ...over }, by),
    openOf: async (month = january) =>
      (await reconcile(pool, month, clock())).differences.map(
        ({ kind, object, amountMinor }) => `${kind} ${object} ${amountMinor}`,
      ),
    findings: async () =>
      (await verify({ pool, lists: null, timezone: 'America/New_York', ownership })).findings,
    acts: () => selectAll(pool, `select act, actor_name as by from audit_trail order by at, act desc`),
    postings: () =>
      selectAll(
        pool,
        `select t.effect, t.booked_on as "bookedOn", t.period, e.account, e.amount_minor as "minor"
         from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
         where t.effect in ('written_off', 'write_off_reversed') order by t.posted_at, t.effect desc, e.account`,
      ),
  }
})

describe('a write-off without approval', () => {
  test('takes the item from the clearing account on the last day of its month', async ({ pool, books }) => {
    expect(await books.openOf()).toEqual(['unknown_type txn_odd 5'])
    const writeOff = await books.prepare()
    expect(await books.openOf()).toEqual([])
    expect(await books.postings()).toEqual([
      { effect: 'written_off', bookedOn: '2026-01-31', period: null, account: 'stripe_clearing', minor: -5n },
      { effect: 'written_off', bookedOn: '2026-01-31', period: null, account: 'write_offs', minor: 5n },
    ])
    expect([await account(pool, 'stripe_clearing'), await account(pool, 'write_offs')]).toEqual([
      {},
      { usd: 5n },
    ])
    expect(writeOff).toMatchObject({ preparedBy: ANN, posted: { by: ANN } })
    expect(await books.acts()).toEqual([{ act: 'written_off', by: ANN }])
    expect(await books.findings()).toEqual([])
  })

  test('does not return in a later month, and its month can be closed', async ({ books }) => {
    await books.prepare()
    await closeMonth(books.deps, january, ann)
    books.clock.mockReturnValue(MARCH)
    await books.completeUpTo(MARCH)
    expect(await books.openOf(february)).toEqual([])
    expect(await books.findings()).toEqual([])
  })

  test('is one write-off however often its form is sent, and one for all who send one', async ({ books }) => {
    const [first, second] = await Promise.all([books.prepare(), books.prepare()])
    expect(second.id).toBe(first.id)
    await expect(books.prepare({}, ben)).rejects.toThrow('ann@courier.example has written this item off')
    expect(await books.postings()).toHaveLength(2)
  })

  test('is refused for another amount, an unknown object, a kind on no account and “ok.”', async ({
    books,
  }) => {
    const refused: readonly (readonly [Partial<WriteOffRequest>, string])[] = [
      [{ amountMinor: 4n }, 'has changed since'],
      [{ object: 'txn_other' }, 'no such reconciling item'],
      [{ currency: 'eur' }, 'no such reconciling item'],
      [{ kind: 'unprocessed_event' }, 'stands on no account'],
      [{ reason: 'ok.' }, 'at least ten letters'],
    ]
    for (const [over, words] of refused) await expect(books.prepare(over)).rejects.toThrow(words)
    expect(await books.postings()).toEqual([])
  })

  test('is possible for an exception that was accepted before', async ({ pool, books }) => {
    const { object, kind } = { object: 'txn_odd', kind: 'unknown_type' }
    await signOff(books.deps, { month: january, object, kind, reason: REASON, by: ann })
    await books.prepare()
    expect(await account(pool, 'stripe_clearing')).toEqual({})
  })
})

describe('a write-off that needs a second person', () => {
  test('posts nothing before somebody else approves it', async ({ pool, books }) => {
    const { id } = await books.prepare({}, ann, 'second_person')
    expect([await books.postings(), await books.openOf()]).toEqual([[], ['unknown_type txn_odd 5']])
    await expect(closeMonth(books.deps, january, ann)).rejects.toThrow('txn_odd (unknown_type)')
    await expect(approveWriteOff(books.deps, id, ann)).rejects.toThrow('Somebody else has to approve it')
    expect(await books.postings()).toEqual([])
    await approveWriteOff(books.deps, id, ben)
    await approveWriteOff(books.deps, id, ben) // the button was pressed twice
    expect(await account(pool, 'write_offs')).toEqual({ usd: 5n })
    expect(await books.acts()).toEqual([
      { act: 'write_off_prepared', by: ANN },
      { act: 'write_off_approved', by: BEN },
    ])
    expect(await books.findings()).toEqual([])
  })

  test('cannot be approved once the item has another amount', async ({ books }) => {
    const { id } = await books.prepare({}, ann, 'second_person')
    await books.read(books.odd('txn_more', { clears: 'txn_odd' }))
    await expect(approveWriteOff(books.deps, id, ben)).rejects.toThrow('has changed since')
  })

  test('is posted today when its month was closed with the item as an accepted exception', async ({
    books,
  }) => {
    const { id } = await books.prepare({}, ann, 'second_person')
    const { object, kind } = { object: 'txn_odd', kind: 'unknown_type' }
    await signOff(books.deps, { month: january, object, kind, reason: REASON, by: ann })
    await closeMonth(books.deps, january, ann)
    await approveWriteOff(books.deps, id, ben)
    expect((await books.postings()).map(({ bookedOn }) => bookedOn)).toEqual(['2026-02-10', '2026-02-10'])
    expect(await books.findings()).toEqual([])
  })

  test('may be declined, which leaves the item as it was', async ({ books }) => {
    const { id } = await books.prepare({}, ann, 'second_person')
    await declineWriteOff(books.deps, id, 'Ask Stripe once more before that', ben)
    await expect(approveWriteOff(books.deps, id, ben)).rejects.toThrow('was declined')
    expect(await books.openOf()).toEqual(['unknown_type txn_odd 5'])
    expect((await books.prepare({}, ben)).posted).not.toBeNull()
  })
})

describe('the reversal of a write-off', () => {
  test('puts the item back where it stood, and it can be written off again', async ({ pool, books }) => {
    const { id } = await books.prepare()
    await reverseWriteOff(books.deps, id, 'It belongs to other income', ben)
    await reverseWriteOff(books.deps, id, 'It belongs to other income', ben)
    expect(await books.openOf()).toEqual(['unknown_type txn_odd 5'])
    expect([await account(pool, 'write_offs'), await books.findings()]).toEqual([{}, []])
    await books.prepare({ toAccount: 'other_income' })
    expect(await account(pool, 'other_income')).toEqual({ usd: 5n })
    expect(await books.findings()).toEqual([])
  })

  test('of a closed month is a prior-period adjustment, and the item an open one of the next month', async ({
    books,
  }) => {
    const { id } = await books.prepare()
    await closeMonth(books.deps, january, ann)
    books.clock.mockReturnValue(MARCH)
    await reverseWriteOff(books.deps, id, 'Stripe has explained it by now', ben)
    expect((await books.postings()).slice(2)).toMatchObject([
      { effect: 'write_off_reversed', bookedOn: '2026-03-10', period: '2026-01' },
      { effect: 'write_off_reversed', bookedOn: '2026-03-10', period: '2026-01' },
    ])
    expect(await books.openOf(february)).toEqual(['unknown_type txn_odd 5'])
    expect(await books.findings()).toEqual([])
  })
})

test('an item that settles after it was written off is a new difference, until the write-off is reversed', async ({
  pool,
  books,
}) => {
  const { id } = await books.prepare()
  await closeMonth(books.deps, january, ann)
  books.clock.mockReturnValue(MARCH)
  // What took 5 cents comes back: the item explains itself, and the write-off is too much.
  await books.read(
    feeTransaction('txn_back', MARCH, { type: 'moon_tax', amountMinor: 5n, netMinor: 5n, clears: 'txn_odd' }),
    MARCH,
  )
  await books.completeUpTo(MARCH)
  expect(await books.openOf(february)).toEqual(['changed_after_write_off txn_odd -5'])
  await reverseWriteOff(books.deps, id, 'Stripe returned the amount', ben)
  expect([await books.openOf(february), await account(pool, 'stripe_clearing')]).toEqual([[], {}])
  expect(await books.findings()).toEqual([])
})

test('of many items in several currencies a write-off empties its own and no other', async ({
  pool,
  books,
}) => {
  const amounts = Array.from({ length: 24 }, (_, index) => {
    const minor = BigInt((index % 2 === 0 ? 1 : -1) * (index * 37 + 1))
    return { object: `txn_${index}`, minor, currency: (['usd', 'eur', 'jpy'] as const)[index % 3] ?? 'usd' }
  })
  for (const { object, minor, currency } of amounts)
    await books.read(
      // The service knows these currencies.
      books.odd(object, {
        currency: currency as BalanceTransaction['currency'],
        amountMinor: minor,
        netMinor: minor,
      }),
    )
  const standing = async () =>
    Object.fromEntries(
      (await reconcile(pool, january, FEBRUARY)).differences.map((one) => [one.object, one.amountMinor]),
    )
  let expected = await standing()
  for (const [index, { object, minor, currency }] of amounts.entries()) {
    if (index % 4 === 3) continue
    const toAccount = minor > 0n ? 'other_income' : 'other_expenses'
    const { id } = await books.prepare({ object, currency, amountMinor: -minor, toAccount })
    const { [object]: emptied, ...others } = expected
    expect([emptied, await standing()]).toEqual([-minor, others])
    expected = others
    if (index % 4 !== 0) continue
    await reverseWriteOff(books.deps, id, 'Somebody found the explanation', ben)
    expected = { ...others, [object]: -minor }
    expect(await standing()).toEqual(expected)
  }
  expect([await offBalance(pool), await books.findings()]).toEqual([[], []])
})
