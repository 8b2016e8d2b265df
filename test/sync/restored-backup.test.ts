import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { expect, inject, onTestFinished, test } from 'vitest'
import { processingDeps } from '../../src/processing/apply-batch.ts'
import { openDatabase } from '../../src/db/database.ts'
import { backUpReceiptNumbers } from '../../src/mail/receipt-number-backup-worker.ts'
import { sendDue } from '../kit/send-due.ts'
import { recoverReceiptNumbers } from '../../src/sync/receipt-number-recovery-worker.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { stripeReaders } from '../../src/stripe/stripe-readers.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { verify } from '../../src/verification/verify.ts'
import { createApplier } from '../../src/processing/processing-worker.ts'
import { testKeys } from '../kit/keys.ts'
import { selectAll, receive, processing, profile, withProfile } from '../kit/processing.ts'
import { query, withDatabase } from '../kit/test-server.ts'
import { DAY_MS, forward, sdk } from '../kit/sandbox.ts'
import { sandboxForTest, webhookReceiver } from '../stripe-sandbox/kit.ts'
import { problemsIn, ourGift, backfillDepsOf, NO_PROBLEMS } from './event-sync-kit.ts'
import { backfill } from '../../src/sync/backfill-worker.ts'

const log = pino({ level: 'silent' })

/** A new database, copied from the database `from`, which must have no connections. A copy serves as the backup. */
async function database(from: string = inject('templateDatabase')) {
  const server = inject('databaseServerUrl')
  const name = `rd_test_${randomBytes(6).toString('hex')}`
  await query(server, `create database ${name} template ${from}`)
  const open = () => openDatabase({ url: withDatabase(server, name), log, applicationName: 'test' })
  onTestFinished(async () => void (await query(server, `drop database if exists ${name} with (force)`)))
  return { name, open }
}

/** A worker on a database. The test runs its steps one by one. */
function workerOn({ pool }: ReturnType<typeof openDatabase>, box: Sandbox) {
  const now = () => box.now()
  const processingAt = processingDeps(
    processing.expected,
    processing.ownership,
    profile.timezone,
    now,
    testKeys,
  )
  const readers = stripeReaders(sdk(box), pacedCalls({ callsPerSecond: 10_000 }), processing.expected)
  const applier = createApplier({ pool, processing: processingAt, log, count: () => undefined })
  const sent: string[] = []
  const outbox = {
    store: pool,
    before: backUpReceiptNumbers({ db: pool, backups: readers.backups, log }),
    compose: async ({ subject }: { subject: string }, messageId: string) => {
      const mailbox = { name: '', address: `${subject}@reader.example` }
      return { from: mailbox, to: mailbox, replyTo: mailbox, subject, text: '', html: '', messageId }
    },
    mailer: {
      send: async ({ messageId }: { messageId: string }) => {
        sent.push(messageId)
        return { outcome: 'sent' } as const
      },
      close: () => undefined,
    },
    clock: now,
    log,
    domain: 'courier.example',
  }
  return {
    sent,
    recoverNumbers: () => recoverReceiptNumbers({ pool, ...readers, now, log }),
    backfill: () => backfill({ ...backfillDepsOf(pool, box), applier, processing: processingAt }),
    /** Stores and applies events and sends their mails. */
    async processEvents(events: readonly object[]) {
      await receive(pool, ...events)
      while ((await applier.applyNext()) > 0);
      while ((await sendDue(outbox)) > 0);
    },
    receipts: () =>
      selectAll(
        pool,
        `select d.payment_intent_id as payment, r.year, r.number, r.token, r.gross_minor, v.reason
         from receipts r join donations d on d.id = r.donation_id left join receipt_voidings v using (year, number)
         order by r.year, r.number`,
      ),
  }
}

test('gives receipts of a restored backup their numbers and links again, mails none twice, and continues after them', async () => {
  const endpoint = await webhookReceiver()
  const box = await sandboxForTest({ webhookUrl: endpoint.url })
  /** The events that Stripe has delivered since the last call. */
  let seen = 0
  const delivered = async () => {
    await box.deliverPending()
    const fresh = endpoint.received.slice(seen).map(({ event }) => event)
    seen = endpoint.received.length
    return fresh
  }

  const first = await database()
  const before = first.open()
  await withProfile(before.pool)
  let worker = workerOn(before, box)
  const early = await ourGift(before.pool, box, 'card', { amount: 5000 })
  const takenBack = await ourGift(before.pool, box, 'card', { amount: 900 })
  await worker.processEvents(await delivered())
  await before.close()
  const backup = await database(first.name)

  // A day after the backup: gifts that arrive in another order than at Stripe, refunds, and a gift that is fully refunded.
  const lostDay = first.open()
  worker = workerOn(lostDay, box)
  await forward(box, 3600_000)
  await ourGift(lostDay.pool, box, 'card', { amount: 1100 })
  const one = await delivered()
  const undone = await ourGift(lostDay.pool, box, 'bank_debit', { amount: 1200 })
  await box.settleBankDebit(undone.sessionId, 'succeeded')
  const two = await delivered()
  await worker.processEvents(two)
  await worker.processEvents(one)
  await box.refund(early.charge, { amount: 2000 })
  await box.refund(takenBack.charge)
  await worker.processEvents(await delivered())
  await ourGift(lostDay.pool, box, 'card', { amount: 1300 })
  await worker.processEvents(await delivered())
  await box.refund(undone.charge)
  await forward(box, 4 * DAY_MS)
  await worker.processEvents(await delivered())
  const held = await worker.receipts()
  expect(held).toHaveLength(6)
  expect(worker.sent).toHaveLength(6) // four receipts and two void notices
  await lostDay.close()

  const restored = backup.open()
  onTestFinished(() => restored.close())
  worker = workerOn(restored, box)
  // A new gift arrives before anything is recovered.
  await ourGift(restored.pool, box, 'card', { amount: 1400 })
  const fresh = await delivered()
  expect(await worker.recoverNumbers()).toBe(5)
  expect(await worker.recoverNumbers()).toBe(0)
  await worker.processEvents(fresh)
  expect((await worker.receipts()).at(-1)).toMatchObject({ number: 7n, gross_minor: 1400n })
  expect((await worker.backfill()).missing).toBe(0)
  await worker.processEvents([])
  expect((await worker.receipts()).slice(0, 6)).toEqual(held)
  expect(worker.sent).toEqual(['<receipt.2026-000007@courier.example>'])
  await forward(box, 7 * DAY_MS)
  await worker.backfill()
  expect(await problemsIn(restored.pool)).toEqual(NO_PROBLEMS)
  const { lists } = stripeReaders(sdk(box), pacedCalls({ callsPerSecond: 10_000 }), processing.expected)
  const { timezone } = profile
  expect(
    (await verify({ pool: restored.pool, lists, timezone, ownership: processing.ownership })).findings,
  ).toEqual([])
})

test('gives a number without a known gift to a gift of that time without a receipt', async () => {
  const endpoint = await webhookReceiver()
  const box = await sandboxForTest({ webhookUrl: endpoint.url })
  const first = await database()
  const before = first.open()
  await withProfile(before.pool)
  await before.close()
  const backup = await database(first.name)

  const lostDay = first.open()
  let worker = workerOn(lostDay, box)
  for (const amount of [1100, 1200]) await ourGift(lostDay.pool, box, 'card', { amount })
  await box.deliverPending()
  await worker.processEvents(endpoint.received.map(({ event }) => event))
  const held = await worker.receipts()
  // The backup of the first number could not be written.
  const forgotten = String(held[0]?.['payment'])
  await sdk(box).paymentIntents.update(forgotten, { metadata: { receipts: '' } })
  await lostDay.close()

  const restored = backup.open()
  onTestFinished(() => restored.close())
  worker = workerOn(restored, box)
  expect(await worker.recoverNumbers()).toBe(2)
  await worker.backfill()
  expect(await worker.receipts()).toEqual(held)
})
