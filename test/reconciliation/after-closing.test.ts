import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Month } from '../../src/calendar/month.ts'
import { closeMonth } from '../../src/reconciliation/close-month.ts'
import { reconcile } from '../../src/reconciliation/month-facts-store.ts'
import { withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { monthNamed } from '../kit/month.ts'
import { playMonth, type Played } from './month.ts'
import { HOUR_MS } from '../stripe-sandbox/kit.ts'
import { itemised } from './planted.ts'
import { about, hearEvents, moved, readBooks, withMovement, type Recorded } from '../sync/recorded.ts'

/** What is learned about a closed month shows in the first open one; the closed one stays as it was. */

let played: Played
beforeAll(async () => void (played = await playMonth()))
let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())

const october = monthNamed('2026-10')
const november = monthNamed('2026-11')
const december = monthNamed('2026-12')

async function close(its: Month, at: Date): Promise<void> {
  const processing = { pool: own.database.pool, timezone: 'America/New_York', now: () => at }
  await closeMonth(processing, its, 'finance@news.example')
}

test('of each kind, while the closed month does not move', async () => {
  const { pool } = own.database
  const { notSettled, end, gifts, returns } = played
  const payment = gifts.lastOfNovember.payment
  await hearEvents(pool, notSettled)
  await readBooks(pool, notSettled)
  await close(october, notSettled.at)
  await close(november, notSettled.at)
  const asClosed = await reconcile(pool, november, notSettled.at)
  expect(asClosed.differences.map(({ kind }) => kind).toSorted()).toEqual([
    'not_settled',
    'payout_failed',
    'payout_not_itemisable',
  ])

  const { failing, told } = withNews(end)
  await hearEvents(pool, told)
  await readBooks(pool, told)
  const now = new Date(Math.max(end.at.getTime(), Date.now() + 2 * HOUR_MS))
  expect(await reconcile(pool, november, now)).toEqual(asClosed)
  const open = await reconcile(pool, december, now)
  const inOrder = open.differences.map(({ kind, object }) => `${kind} ${object}`).toSorted()
  expect(inOrder).toEqual([
    `missing_at_stripe ${payment}`, // what was waited for when the month was closed is overdue by now
    'missing_at_stripe re_invented',
    `payout_failed ${failing}`,
    'unprocessed_event evt_unreadable',
  ])
  expect(open.late.map(({ month: of }) => of)).toContain('2026-11')

  function withNews(true_: Recorded) {
    const [gone] = true_.payouts.filter(({ status, automatic, arrivalDate }) => {
      return status === 'paid' && automatic && arrivalDate < '2026-11-25' && arrivalDate > '2026-11-10'
    })
    if (!gone) throw new Error('a payout arrived in November')
    const refund = true_.events.find(about(returns.half))
    if (!refund) throw new Error('a refund was made in November')
    const forged = (id: string, its: object) =>
      ({
        ...refund,
        id,
        data: { ...refund.data, object: { ...refund.data.object, ...its } },
      }) as typeof refund // the same type with other values
    const unsettled = moved(true_, (one) => (one.clears === payment ? [] : one))
    const back = {
      type: 'payout_failure',
      amountMinor: gone.amountMinor,
      source: gone.id,
      clears: gone.id,
      createdAt: new Date('2026-12-05T12:00:00Z'),
    }
    return {
      failing: gone.id,
      told: {
        ...withMovement(unsettled, back),
        payouts: true_.payouts.map((one) => ({
          ...one,
          itemisable: one.itemisable === 'now' ? ('later' as const) : one.itemisable,
          ...(one === gone ? { status: 'failed', failureBalanceTransactionId: 'txn_planted' } : {}),
        })),
        events: [
          ...true_.events,
          forged('evt_invented', { id: 're_invented', amount: 300 }),
          forged('evt_unreadable', { status: 'half way' }),
        ],
      },
    }
  }
})

test('a payout whose parts were awaited when its month was closed, and then do not add up', async () => {
  const { pool } = own.database
  const { notSettled, end } = played
  const [payout, item] = itemised(notSettled)
  const { itemsOf } = end
  const awaited = notSettled.payouts.map((one) => ({ ...one, itemisable: 'later' as const }))
  await hearEvents(pool, notSettled)
  await readBooks(pool, { ...notSettled, payouts: awaited })
  await close(october, notSettled.at)
  await close(november, notSettled.at)

  const items = itemsOf.get(payout)?.filter(({ id }) => id !== item.id) ?? []
  await hearEvents(pool, end)
  await readBooks(pool, { ...end, itemsOf: new Map(itemsOf).set(payout, items) })
  const open = await reconcile(pool, december, end.at)
  const ofNovember = open.payouts.filter(({ arrivalDate }) => arrivalDate < '2026-12-01')
  expect(ofNovember.map(({ id }) => id)).toEqual([payout])
  expect(open.differences.filter(({ object }) => object === payout)).toMatchObject([
    { kind: 'payout_items_mismatch', amountMinor: item.netMinor },
  ])
})

test('a payout of the last minutes that was not in the balance yet when its month was closed, and never came', async () => {
  const { pool } = own.database
  const { notSettled, end, payouts } = played
  const manual = end.payouts.find(({ id }) => id === payouts.manual)
  if (!manual) throw new Error('a payout was made by hand')
  const never = { ...manual, id: 'po_never', arrivalDate: '2026-11-30', createdAt: notSettled.at }
  const told = (recorded: Recorded) => ({ ...recorded, payouts: [never, ...recorded.payouts] })
  await hearEvents(pool, notSettled)
  await readBooks(pool, told(notSettled))
  await close(october, notSettled.at)
  await close(november, notSettled.at)

  const asClosed = await reconcile(pool, november, notSettled.at)
  expect(asClosed.differences.map(({ kind }) => kind)).toContain('not_settled')

  await hearEvents(pool, end)
  await readBooks(pool, told(end))
  // What was settled since was not when it was closed.
  expect((await reconcile(pool, november, end.at)).differences).toEqual(asClosed.differences)
  const open = await reconcile(pool, december, end.at)
  expect(open.differences.filter(({ object }) => object === 'po_never')).toMatchObject([
    { kind: 'payout_amount_mismatch', amountMinor: 1000n },
    { kind: 'payout_not_itemisable' },
  ])
})
