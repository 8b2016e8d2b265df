import { randomUUID } from 'node:crypto'
import { onTestFinished, expect, test } from 'vitest'
import { runAdmin } from '../../../src/admin/admin.ts'
import { backfillNote } from '../../../src/admin/inbox-commands.ts'
import { checkoutMarks, MARK_KEY } from '../../../src/checkout/checkout-mark.ts'
import { keyringFrom } from '../../../src/config/keyring.ts'
import type { CheckoutId } from '../../../src/ids.ts'
import { markedFor } from '../../kit/marks.ts'
import { selectAll } from '../../kit/processing.ts'
import { adminDeps } from '../../kit/admin.ts'
import { testDatabase } from '../../kit/database.ts'
import { startTestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'
import { DAY_MS, forward, gift, sdk } from '../../kit/sandbox.ts'
import { sandboxForTest } from '../../stripe-sandbox/kit.ts'

/** No webhook ever arrives: the worker finds out by itself, and the operator can have it done at once. */

/** A gift whose checkout the database does not know either: only its mark makes it ours. */
async function missedGift(
  box: Awaited<ReturnType<typeof sandboxForTest>>,
  metadata: Record<string, string> = markedFor(randomUUID()),
): Promise<void> {
  const { id } = await sdk(box).checkout.sessions.create(gift({ metadata }))
  await box.pay(id, 'card')
}

test('recovers missed events when a worker starts and shows their number in the metrics', async () => {
  const box = await sandboxForTest({ clock: () => new Date() })
  const secret = 'the secret that this newsroom has always had'
  const { checkoutMarks: keys } = keyringFrom([secret])
  const checkoutId = randomUUID() as CheckoutId // a test may invent ids
  await missedGift(box, { [MARK_KEY]: checkoutMarks(keys, false).make(checkoutId) })
  await missedGift(box) // of another newsroom
  const service = await startTestService({
    SESSION_SECRET: secret,
    STRIPE_SECRET_KEY: 'sk_test_recovery',
    STRIPE_API_BASE: box.url,
  })
  onTestFinished(() => service.stop())
  await until(
    'the gift',
    async () => (await selectAll(service.database.pool, `select from donations`)).length === 1,
  )
  await until('all of Stripe read', async () => {
    const age = await service.metric('sync_complete_up_to_seconds')
    return age > 0 && age < 60
  })
  expect(await service.metric('sync_recovered_events')).toBe(0) // a webhook of this age may be on its way
})

test('prints up to when everything at Stripe has been read after npm run admin -- backfill', async () => {
  const own = await testDatabase()
  onTestFinished(() => own.drop())
  const box = await sandboxForTest()
  await missedGift(box)
  await forward(box, DAY_MS)
  const admin = async () => {
    let err = ''
    const output = { stdout: { write: () => true }, stderr: { write: (text: string) => (err += text) } }
    const parts = { ...adminDeps(own, () => box.now()), stripe: async () => sdk(box) }
    return { code: await runAdmin(['backfill'], parts, output), err }
  }
  const upTo = 'Complete up to 2026-11-03 05:00 (America/New_York), 0 missing;'
  expect(await admin()).toEqual({ code: 0, err: `${upTo} 2 events were recovered.\n` })
  expect(await admin()).toEqual({ code: 0, err: `${upTo} 0 events were recovered.\n` })
  expect(await selectAll(own.database.pool, `select from receipts`)).toHaveLength(1)
})

test('names the number of missing things', () => {
  const done = { recovered: 1, missing: 2, balanceTransactions: 0, completeUpTo: null }
  expect(backfillNote(done, 'America/New_York')).toBe('Not complete yet, 2 missing; 1 event was recovered.')
})
