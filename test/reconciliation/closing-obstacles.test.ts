import type pg from 'pg'
import { describe, expect } from 'vitest'
import type { Month } from '../../src/calendar/month.ts'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { applyAll, receive, openCheckout, profile } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'
import { operator } from '../kit/admin.ts'

const november = monthNamed('2026-11')
/** November's end in New York. */
const END = new Date('2026-12-01T05:00:00Z')
const SECOND = 1000
const afterEnd = (ms: number) => new Date(END.getTime() + ms)

async function readStripeUpTo(pool: pg.Pool, instant: Date): Promise<void> {
  for (const name of ['balance_transactions', 'payouts', 'events'] as const)
    await completeSync(pool, name, instant, instant)
}

async function receivePayment(pool: pg.Pool, instant: Date): Promise<void> {
  const { id, sessionId, paymentIntentId } = await openCheckout(pool)
  const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
  const created = instant.getTime() / 1000
  await receive(pool, stripeEvent('checkout.session.completed', session, { created }))
}

/** Why the month could not be closed; null: it was closed. */
async function refusal(
  pool: pg.Pool,
  month: Month,
  at = END,
  by = 'finance@news.example',
): Promise<string | null> {
  const deps = { pool, timezone: profile.timezone, now: () => at }
  return closeMonth(deps, month, operator(by)).then(
    () => null,
    (error: unknown) => String(error),
  )
}

describe('closing a month', () => {
  test('succeeds once it is over and everything is read, and only once', async ({ pool }) => {
    await readStripeUpTo(pool, END)
    expect(await refusal(pool, november)).toBeNull()
    // The same person has pressed the button twice; for anybody else it was closed before.
    expect(await refusal(pool, november)).toBeNull()
    expect(await refusal(pool, november, END, 'other@news.example')).toContain('closed already')
    const { rows } = await pool.query('select closed_by from month_closings')
    expect(rows).toEqual([{ closed_by: 'finance@news.example' }])
  })

  test('is refused before its last second is over', async ({ pool }) => {
    await readStripeUpTo(pool, END)
    expect(await refusal(pool, november, afterEnd(-1))).toContain('not over yet')
  })

  test('is refused until Stripe’s balance has been read to its end', async ({ pool }) => {
    const unread = 'Stripe’s balance has not been read to the end of the month yet'
    expect(await refusal(pool, november)).toContain(unread)
    await readStripeUpTo(pool, afterEnd(-SECOND))
    expect(await refusal(pool, november)).toContain(unread)
    await readStripeUpTo(pool, END)
    expect(await refusal(pool, november)).toBeNull()
  })

  test('is refused while an event of the month is pending, not for a later one', async ({ pool }) => {
    await readStripeUpTo(pool, END)
    await receivePayment(pool, END)
    await receivePayment(pool, afterEnd(-SECOND))
    expect(await refusal(pool, november)).toContain('1 of Stripe’s events are still to be processed')
    await applyAll(pool)
    await receivePayment(pool, afterEnd(SECOND))
    expect(await refusal(pool, november)).toBeNull()
  })

  test('is refused while an earlier month with bookings is open', async ({ pool }) => {
    const october = monthNamed('2026-10')
    await readStripeUpTo(pool, END)
    await receivePayment(pool, new Date('2026-10-20T12:00:00Z'))
    await applyAll(pool)
    expect(await refusal(pool, november)).toContain('2026-10 has to be closed first')
    expect(await refusal(pool, october)).not.toContain('closed first')
    // A month before the first booking needs no earlier one closed.
    expect(await refusal(pool, monthNamed('2020-01'))).toBeNull()
  })
})
