import type pg from 'pg'
import { expect } from 'vitest'
import type { Month } from '../../src/calendar/month.ts'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { monthNamed } from '../kit/named.ts'
import { HOUR_MS } from '../kit/sandbox.ts'
import { expectListToAgree } from './kit.ts'
import { itemisedPayout } from './planted.ts'
import { playedMonthTest as test } from './played-month.ts'
import { operator } from '../kit/admin.ts'
import {
  about,
  receiveBalance,
  receiveEvents,
  withOneMoreTransaction,
  withTransactions,
  type Recorded,
} from './recorded.ts'

/** A closed month keeps its figures; what becomes known about it later shows in the first open month. */

const october = monthNamed('2026-10')
const november = monthNamed('2026-11')
const december = monthNamed('2026-12')

async function close(pool: pg.Pool, month: Month, at: Date): Promise<void> {
  const deps = { pool, timezone: 'America/New_York', now: () => at }
  await closeMonth(deps, month, operator('finance@news.example'))
}

test('reports every kind of later news about a closed month in the first open month', async ({
  pool,
  month,
}) => {
  const { notSettled, end, gifts, returns } = month
  const payment = gifts.lastOfNovember.payment
  await receiveEvents(pool, notSettled)
  await receiveBalance(pool, notSettled)
  await close(pool, october, notSettled.at)
  await close(pool, november, notSettled.at)
  const asClosed = await reconcile(pool, november, notSettled.at)
  expect(asClosed.differences.map(({ kind }) => kind).toSorted()).toEqual([
    'not_settled',
    'payout_failed',
    'payout_not_itemisable',
  ])

  const { failedPayout, recorded } = withLaterNews(end)
  await receiveEvents(pool, recorded)
  await receiveBalance(pool, recorded)
  const now = new Date(Math.max(end.at.getTime(), Date.now() + 2 * HOUR_MS))
  expect(await reconcile(pool, november, now)).toEqual(asClosed)
  await expectListToAgree(pool, [december, november, october], now)
  const open = await reconcile(pool, december, now)
  const inOrder = open.differences.map(({ kind, object }) => `${kind} ${object}`).toSorted()
  expect(inOrder).toEqual([
    `missing_at_stripe ${payment}`, // November was closed while Stripe had not settled it; now it is overdue
    'missing_at_stripe re_invented',
    `payout_failed ${failedPayout}`,
    'unprocessed_event evt_unreadable',
  ])
  expect(open.priorPeriodAdjustments.map(({ period }) => period)).toContain('2026-11')

  function withLaterNews(truth: Recorded) {
    const [returned] = truth.payouts.filter(({ status, automatic, arrivalDate }) => {
      return status === 'paid' && automatic && arrivalDate < '2026-11-25' && arrivalDate > '2026-11-10'
    })
    if (!returned) throw new Error('No payout arrived in the middle of November')
    const refund = truth.events.find(about(returns.half))
    if (!refund) throw new Error('No refund was made in November')
    const forged = (id: string, values: object) =>
      ({
        ...refund,
        id,
        data: { ...refund.data, object: { ...refund.data.object, ...values } },
      }) as typeof refund // the same type with other values
    const unsettled = withTransactions(truth, (transaction) =>
      transaction.clears === payment ? [] : transaction,
    )
    const payoutFailure = {
      type: 'payout_failure',
      amountMinor: returned.amountMinor,
      source: returned.id,
      clears: returned.id,
      createdAt: new Date('2026-12-05T12:00:00Z'),
    }
    return {
      failedPayout: returned.id,
      recorded: {
        ...withOneMoreTransaction(unsettled, payoutFailure),
        payouts: truth.payouts.map((payout) => ({
          ...payout,
          itemisable: payout.itemisable === 'now' ? ('later' as const) : payout.itemisable,
          ...(payout === returned ? { status: 'failed', failureBalanceTransactionId: 'txn_planted' } : {}),
        })),
        events: [
          ...truth.events,
          forged('evt_invented', { id: 're_invented', amount: 300 }),
          forged('evt_unreadable', { created: 'never' }),
        ],
      },
    }
  }
})

test('carries a payout forward that was not itemised when its month was closed and whose items do not add up', async ({
  pool,
  month: { notSettled, end },
}) => {
  const [payout, item] = itemisedPayout(notSettled)
  const { itemsOf } = end
  const awaited = notSettled.payouts.map((one) => ({ ...one, itemisable: 'later' as const }))
  await receiveEvents(pool, notSettled)
  await receiveBalance(pool, { ...notSettled, payouts: awaited })
  await close(pool, october, notSettled.at)
  await close(pool, november, notSettled.at)

  const items = itemsOf.get(payout)?.filter(({ id }) => id !== item.id) ?? []
  await receiveEvents(pool, end)
  await receiveBalance(pool, { ...end, itemsOf: new Map(itemsOf).set(payout, items) })
  await expectListToAgree(pool, [december, november, october], end.at)
  const open = await reconcile(pool, december, end.at)
  const ofNovember = open.payouts.filter(({ arrivalDate }) => arrivalDate < '2026-12-01')
  expect(ofNovember.map(({ id }) => id)).toEqual([payout])
  expect(open.differences.filter(({ object }) => object === payout)).toMatchObject([
    { kind: 'payout_items_mismatch', amountMinor: item.netMinor },
  ])
})

test('carries a payout forward that had not left the balance when its month was closed and never does', async ({
  pool,
  month: { notSettled, end, payouts },
}) => {
  const manual = end.payouts.find(({ id }) => id === payouts.manual)
  if (!manual) throw new Error('No manual payout was made')
  const never = { ...manual, id: 'po_never', arrivalDate: '2026-11-30', createdAt: notSettled.at }
  const withIt = (recorded: Recorded) => ({ ...recorded, payouts: [never, ...recorded.payouts] })
  await receiveEvents(pool, notSettled)
  await receiveBalance(pool, withIt(notSettled))
  await close(pool, october, notSettled.at)
  await close(pool, november, notSettled.at)

  const asClosed = await reconcile(pool, november, notSettled.at)
  expect(asClosed.differences.map(({ kind }) => kind)).toContain('not_settled')

  await receiveEvents(pool, end)
  await receiveBalance(pool, withIt(end))
  // The closed month goes on showing what was not settled when it was closed.
  expect((await reconcile(pool, november, end.at)).differences).toEqual(asClosed.differences)
  await expectListToAgree(pool, [december, november, october], end.at)
  const open = await reconcile(pool, december, end.at)
  expect(open.differences.filter(({ object }) => object === 'po_never')).toMatchObject([
    { kind: 'payout_amount_mismatch', amountMinor: 1000n },
    { kind: 'payout_not_itemisable' },
  ])
})
