import { afterEach, beforeEach, expect, test } from 'vitest'
import { closeMonth } from '../../src/reconciliation/close-month.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import type { Month } from '../../src/calendar/month.ts'
import { applyAll, keep, openCheckout, profile, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { monthNamed } from '../kit/month.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'

/** What stands in the way of closing, each thing alone; November ends in New York at 05:00 UTC. */

let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())

const november = monthNamed('2026-11')
const END = new Date('2026-12-01T05:00:00Z')
const SECOND = 1000
const after = (ms: number) => new Date(END.getTime() + ms)

async function readUpTo(moment: Date): Promise<void> {
  const { pool } = own.database
  for (const name of ['balance_transactions', 'payouts', 'events'] as const)
    await completeSync(pool, name, moment, moment)
}

async function pay(moment: Date): Promise<void> {
  const { pool } = own.database
  const { id, sessionId, paymentIntentId } = await openCheckout(pool)
  const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
  const created = moment.getTime() / 1000
  await keep(pool, stripeEvent('checkout.session.completed', session, { created }))
}

/** Null: it was closed. */
async function refusal(month: Month, at = after(0)): Promise<string | null> {
  const processing = { pool: own.database.pool, timezone: profile.timezone, now: () => at }
  return closeMonth(processing, month, 'finance@news.example').then(
    () => null,
    (error: unknown) => String(error),
  )
}

test('nothing does once the month is over and all of it was read', async () => {
  await readUpTo(END)
  expect(await refusal(november)).toBeNull()
  expect(await refusal(november)).toContain('closed already')
})

test('its last second', async () => {
  await readUpTo(END)
  expect(await refusal(november, after(-1))).toContain('not over yet')
})

test('Stripe’s books, until they were read to its end', async () => {
  const unread = 'Stripe’s books have not been read to the end of the month yet'
  expect(await refusal(november)).toContain(unread)
  await readUpTo(after(-SECOND))
  expect(await refusal(november)).toContain(unread)
  await readUpTo(END)
  expect(await refusal(november)).toBeNull()
})

test('an event that happened in it and is not applied, and none that happened later', async () => {
  await readUpTo(END)
  await pay(after(0))
  await pay(after(-SECOND))
  expect(await refusal(november)).toContain('1 of Stripe’s events are still to be applied')
  await applyAll(own.database.pool)
  await pay(after(SECOND))
  expect(await refusal(november)).toBeNull()
})

test('an earlier month that is open', async () => {
  const { pool } = own.database
  const october = monthNamed('2026-10')
  await readUpTo(END)
  await pay(new Date('2026-10-20T12:00:00Z'))
  await applyAll(pool)
  expect(await refusal(november)).toContain('2026-10 has to be closed first')
  expect(await refusal(october)).not.toContain('closed first')
  // Long before the first booking nothing is asked for.
  expect(await refusal(monthNamed('2020-01'))).toBeNull()
})
