import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import { inboxEvent } from '../../src/inbox/inbox-event.ts'
import type { ProcessingDeps } from '../../src/processing/apply-batch.ts'
import { createApplier } from '../../src/processing/processing-worker.ts'
import { UnreadableEvent } from '../../src/stripe/events/event-reader.ts'
import { readEvent } from '../../src/stripe/handled-event-types.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { applyAll, openCheckout, processing, receive, receiveInOrder, selectAll } from '../kit/processing.ts'
import {
  dispute,
  invoicePayment,
  paidInvoice,
  refund,
  sessionOf,
  stripeEvent,
  stripeId,
} from '../kit/stripe-events.ts'
import { markedFor, ownership } from '../kit/marks.ts'

/** Whatever is wrong with one event, the others are applied, and the one fails with its reason. */

type Event = ReturnType<typeof stripeEvent>

async function giftEvent(pool: pg.Pool): Promise<Event> {
  return stripeEvent('checkout.session.completed', sessionOf(await openCheckout(pool)))
}

async function outcomeOf(pool: pg.Pool, { id }: { readonly id: string }) {
  const [row] = await selectAll(
    pool,
    `select s.outcome, s.reason from inbox_states s join inbox_events e on e.id = s.inbox_event_id where e.event_id = $1`,
    id,
  )
  return row
}

/** Applies the events with gifts before and after them, in one batch, and then a later gift. */
async function amongGifts(pool: pg.Pool, events: readonly Event[], deps?: ProcessingDeps) {
  const gifts = await Promise.all(Array.from({ length: 5 }, () => giftEvent(pool)))
  const later = await giftEvent(pool)
  await receive(pool, ...gifts.slice(0, 3), ...events, ...gifts.slice(3))
  await applyAll(pool, deps)
  await receiveInOrder(pool, [later])
  for (const gift of [...gifts, later])
    expect(await outcomeOf(pool, gift)).toEqual({ outcome: 'applied', reason: null })
}

// What cannot be read and is not ours is ignored.
const OURS = markedFor(randomUUID())
const refundEvent = (changes: object, paymentIntentId: string = stripeId('pi')) =>
  stripeEvent('refund.created', {
    ...refund({ id: stripeId('re'), paymentIntentId, amount: 100, status: 'succeeded' }),
    metadata: OURS,
    ...changes,
  })
const disputeEvent = (changes: object) =>
  stripeEvent('charge.dispute.created', {
    ...dispute({ id: stripeId('dp'), paymentIntentId: stripeId('pi'), amount: 100, status: 'lost' }),
    metadata: OURS,
    ...changes,
  })
const movement = (changes: object) => ({
  object: 'balance_transaction',
  id: stripeId('txn'),
  amount: -100,
  currency: 'usd',
  created: 1_767_225_600,
  ...changes,
})

const BEYOND_DATES = 253_402_300_800
const impossible: Record<string, { event: Event; reason: string }> = {
  'a refund of the year 10000': {
    event: refundEvent({ created: BEYOND_DATES }),
    reason: 'data.object.created (too_big)',
  },
  'a refund of the year 9999': {
    event: refundEvent({ created: BEYOND_DATES - 1 }),
    reason: 'data.object.created (too_big)',
  },
  'a refund of the year 1970': {
    event: refundEvent({ created: 0 }),
    reason: 'data.object.created (too_small)',
  },
  'a dispute whose movement is of the year 10000': {
    event: disputeEvent({ balance_transactions: [movement({ created: BEYOND_DATES })] }),
    reason: 'data.object.balance_transactions',
  },
  'an invoice paid in milliseconds': {
    event: stripeEvent('invoice.paid', {
      ...paidInvoice({ id: stripeId('in'), subscriptionId: stripeId('sub'), metadata: OURS }),
      status_transitions: { paid_at: 1_767_225_600_000 },
    }),
    reason: 'data.object.status_transitions.paid_at (too_big)',
  },
  'a refund of more than a whole number can say': {
    event: refundEvent({ amount: 1e19 }),
    reason: 'data.object.amount (too_big)',
  },
  'an event that Stripe created in the year 9999': {
    event: { ...refundEvent({}), created: BEYOND_DATES - 1 },
    reason: 'created (out of bounds)',
  },
  'an event that Stripe created in the year 1970': {
    event: { ...refundEvent({}), created: 0 },
    reason: 'created (out of bounds)',
  },
}

test.for(Object.entries(impossible))(
  'fails %s and books the gifts around it',
  async ([, { event, reason }], { pool }) => {
    await amongGifts(pool, [event])
    const found = await outcomeOf(pool, event)
    expect(found).toEqual({ outcome: 'failed', reason: expect.stringContaining(reason) })
  },
)

test('refuses an event whose own time is no date', () => {
  for (const created of [BEYOND_DATES, -1, 1e21, 0.5, '0']) {
    const event = { ...refundEvent({}), created }
    expect(inboxEvent(JSON.stringify(event), event)).toBeNull()
  }
})

test('reads an event on which a reader fails as one that cannot be read, and quotes nothing of it', () => {
  const body = {
    get data() {
      throw new TypeError('Ada Reader')
    },
  }
  const read = () => readEvent('refund.created', new Date('2026-01-01T00:00:00Z'), body, ownership)
  expect(read).toThrow(new UnreadableEvent('could not be read (TypeError)'))
})

describe('an exception of our own code', () => {
  const DOOMED_AT = new Date('2026-05-05T05:05:05Z')
  const doomed = (paymentIntentId?: string) =>
    refundEvent({ created: DOOMED_AT.getTime() / 1000 }, paymentIntentId)
  /** A rule that cannot cope with one instant. */
  const failingDeps: ProcessingDeps = {
    ...processing,
    localDate(instant) {
      if (instant.getTime() === DOOMED_AT.getTime()) throw new TypeError('Ada Reader has no calendar')
      return processing.localDate(instant)
    },
  }

  test('fails the event that brings it, without quoting it', async ({ pool }) => {
    const paid = await openCheckout(pool)
    await receiveInOrder(pool, [stripeEvent('checkout.session.completed', sessionOf(paid))])
    const event = doomed(paid.paymentIntentId)
    await amongGifts(pool, [event], failingDeps)
    expect(await outcomeOf(pool, event)).toEqual({
      outcome: 'failed',
      reason: 'could not be applied (TypeError)',
    })
  })

  test('fails the event that waited for a gift, and books the gift', async ({ pool }) => {
    const paid = await openCheckout(pool)
    const [event, harmless] = [doomed(paid.paymentIntentId), refundEvent({}, paid.paymentIntentId)]
    await receiveInOrder(pool, [event, harmless])
    expect(await outcomeOf(pool, event)).toMatchObject({ outcome: 'ignored' })
    const gift = stripeEvent('checkout.session.completed', sessionOf(paid))
    await amongGifts(pool, [gift], failingDeps)
    expect(await outcomeOf(pool, gift)).toMatchObject({ outcome: 'applied' })
    expect(await outcomeOf(pool, harmless)).toMatchObject({ outcome: 'applied' })
    expect(await outcomeOf(pool, event)).toMatchObject({ outcome: 'failed' })
  })

  test('ends although two events that wait for each other cannot be applied together', async ({ pool }) => {
    const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
    const invoice = stripeEvent('invoice.paid', {
      ...paidInvoice({ id: invoiceId, subscriptionId: stripeId('sub'), metadata: OURS }),
      status_transitions: { paid_at: DOOMED_AT.getTime() / 1000 },
    })
    const payment = stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId }))
    await receive(pool, payment)
    await applyAll(pool, failingDeps)
    await amongGifts(pool, [invoice], failingDeps)
    expect(await outcomeOf(pool, payment)).toMatchObject({ outcome: 'ignored' })
    expect(await outcomeOf(pool, invoice)).toMatchObject({ outcome: 'failed' })
  })
})

describe('a refusal by the database', () => {
  /** Lets Postgres refuse the donations whose donor has this name, as a rule of the given kind does. */
  async function refusing(pool: pg.Pool, raise: string, work: () => Promise<void>): Promise<void> {
    await pool.query(`create function refuse_for_test() returns trigger language plpgsql as
      $$ begin if new.donor_name = 'Doomed' then ${raise}; end if; return new; end $$`)
    await pool.query(
      `create trigger refuse_for_test before insert on donations for each row execute function refuse_for_test()`,
    )
    await work().finally(() => pool.query('drop function refuse_for_test cascade'))
  }
  const raising = (state: string) => `raise exception 'Ada Reader' using errcode = '${state}'`
  const doomedGift = async (pool: pg.Pool) =>
    stripeEvent('checkout.session.completed', sessionOf(await openCheckout(pool), { name: 'Doomed' }))

  test.for([
    ['a number too large for its column', 'new.gross_minor := 9223372036854775807 + 1', '22003'],
    ['a broken constraint', raising('23514'), '23514'],
    ['a value that is no date', `perform 'tomorrowish'::date`, '22007'],
    ['an assertion of a function', raising('P0001'), 'P0001'],
    ['an error inside Postgres', raising('XX000'), 'XX000'],
  ])('fails the event that brings %s, and books the gifts around it', async ([, raise, state], { pool }) => {
    await refusing(pool, raise ?? '', async () => {
      const event = await doomedGift(pool)
      await amongGifts(pool, [event])
      expect(await outcomeOf(pool, event)).toEqual({
        outcome: 'failed',
        reason: `database refused it (${state})`,
      })
    })
  })

  test('fails the event that brings a value too long for an index', async ({ pool }) => {
    const email = `${Array.from({ length: 400 }, () => stripeId('x')).join('')}@reader.example`
    const event = stripeEvent('checkout.session.completed', sessionOf(await openCheckout(pool), { email }))
    await amongGifts(pool, [event])
    expect(await outcomeOf(pool, event)).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(/^database refused it \(54000/),
    })
  })

  test.for([
    '53100',
    '53200',
    '53300',
    '57014',
    '57P01',
    '40001',
    '40P01',
    '55P03',
    '25006',
    '58030',
    '42P01',
    '42501',
    '0A000',
  ])(
    'leaves every event pending when it is not the event’s (%s), and applies it later',
    async (state, { pool }) => {
      const [event, gift] = [await doomedGift(pool), await giftEvent(pool)]
      await receive(pool, event, gift)
      await refusing(pool, raising(state), async () => {
        const log = pino({ level: 'silent' })
        const applier = createApplier({ pool, processing, log, count: () => expect.unreachable() })
        await expect(applier.applyNext()).rejects.toMatchObject({ code: state })
        expect(await outcomeOf(pool, event)).toEqual({ outcome: 'pending', reason: null })
        expect(await outcomeOf(pool, gift)).toEqual({ outcome: 'pending', reason: null })
      })
      await applyAll(pool)
      expect(await outcomeOf(pool, event)).toMatchObject({ outcome: 'applied' })
      expect(await outcomeOf(pool, gift)).toMatchObject({ outcome: 'applied' })
    },
  )
})
