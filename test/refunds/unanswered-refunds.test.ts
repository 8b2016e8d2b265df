import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import {
  unansweredRefundsRound,
  type UnansweredRefundsDeps,
} from '../../src/refunds/refund-request-worker.ts'
import { outstandingRefundsMinor } from '../../src/refunds/refund-request-store.ts'
import { giveDonation } from '../kit/factories.ts'
import { databaseTest } from '../kit/fixtures.ts'
import { selectAll } from '../kit/processing.ts'

/** What becomes of refunds whose answer was lost. */

const REQUESTED_AT = new Date('2026-01-20T12:00:00Z')
const after = (minutes: number) => new Date(REQUESTED_AT.getTime() + minutes * 60_000)

type Stripe = Pick<UnansweredRefundsDeps, 'findRefund' | 'createRefund'>

const test = databaseTest.extend('unanswered', async ({ db, pool }) => {
  const donation = await giveDonation(db.database.knex, { grossMinor: 1000n })
  const id = randomUUID()
  await pool.query(
    `insert into refund_requests (id, donation_id, currency, amount_minor, reason, requested_by, requested_at)
     values ($1, $2, 'usd', 400, 'duplicate', 'f@news.example', $3)`,
    [id, donation.id, REQUESTED_AT],
  )
  const calls: string[] = []
  return {
    calls,
    /** One round of the worker at the instant, with a Stripe that answers so. @returns what it asked of Stripe */
    async round(now: Date, stripe: Partial<Stripe>): Promise<string[]> {
      calls.length = 0
      await unansweredRefundsRound({
        pool,
        clock: () => now,
        findRefund: (request) => {
          calls.push(`find ${request.id === id}`)
          return stripe.findRefund?.(request) ?? Promise.resolve('none')
        },
        createRefund: (request) => {
          calls.push(`create ${request.id === id} ${request.amount.minor}`)
          return stripe.createRefund?.(request) ?? Promise.resolve('unknown')
        },
      })()
      return [...calls]
    },
    answer: async () =>
      (
        await selectAll(
          pool,
          `select stripe_refund_id as refund, refused, tries, ask_again_at as again from refund_requests`,
        )
      )[0],
    outstanding: () => outstandingRefundsMinor(pool, donation.id),
  }
})

test('leaves a request alone for a minute, while its first call may still be under way', async ({
  unanswered,
}) => {
  expect(await unanswered.round(after(0.9), {})).toEqual([])
  expect(await unanswered.round(after(1), {})).toEqual(['find true', 'create true 400'])
})

test('finds the refund in Stripe’s list and does not ask for it again', async ({ unanswered }) => {
  const calls = await unanswered.round(after(2), { findRefund: async () => ({ refundId: 're_found' }) })
  expect(calls).toEqual(['find true'])
  expect(await unanswered.answer()).toMatchObject({ refund: 're_found', refused: null })
  expect(await unanswered.outstanding()).toBe(400n) // until Stripe's event is booked
  expect(await unanswered.round(after(60), {})).toEqual([])
})

test('asks again with the same request, and records a refusal, which frees the amount', async ({
  unanswered,
}) => {
  await unanswered.round(after(2), { createRefund: async () => ({ refused: 'charge_disputed' }) })
  expect(await unanswered.answer()).toMatchObject({ refund: null, refused: 'charge_disputed' })
  expect(await unanswered.outstanding()).toBe(0n)
})

test('pauses after each try in vain, and asks nothing when the list cannot be read', async ({
  unanswered,
}) => {
  expect(await unanswered.round(after(2), { findRefund: async () => 'unknown' })).toEqual(['find true'])
  expect(await unanswered.answer()).toMatchObject({
    refund: null,
    refused: null,
    tries: 1,
    again: after(2.25),
  })
  expect(await unanswered.round(after(2.2), {})).toEqual([])
  expect(await unanswered.round(after(2.25), {})).toEqual(['find true', 'create true 400'])
  expect(await unanswered.answer()).toMatchObject({ tries: 2, again: after(2.75) })
})

test('asks for no refund once Stripe may have forgotten the key, and waits', async ({ unanswered }) => {
  expect(await unanswered.round(after(21 * 60), {})).toEqual(['find true'])
  expect(await unanswered.answer()).toMatchObject({ refund: null, refused: null })
  expect(await unanswered.outstanding()).toBe(400n)
})

test('calls a refund not made when Stripe does not list it after 26 hours', async ({ unanswered }) => {
  expect(await unanswered.round(after(26 * 60), { findRefund: async () => 'unknown' })).toEqual(['find true'])
  expect(await unanswered.answer()).toMatchObject({ refused: null })
  expect(await unanswered.round(after(27 * 60), {})).toEqual(['find true'])
  expect(await unanswered.answer()).toMatchObject({ refund: null, refused: 'not_made' })
  expect(await unanswered.outstanding()).toBe(0n)
})
