import fc from 'fast-check'
import { expect, test } from 'vitest'
import { laterStatus, type CheckoutStatus, type KnownCheckout } from '../../src/checkout/checkout-status.ts'
import { dayDeltas } from '../../src/donations/day-totals.ts'
import type { Changes, KnownState, DecisionDeps, FactOutcome } from '../../src/processing/changes.ts'
import { decide } from '../../src/processing/decide.ts'
import type { KnownDonation } from '../../src/donations/donation.ts'
import type { CheckoutId, DonationId } from '../../src/ids.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { fact, openCheckout } from './facts.ts'

const processing: DecisionDeps = {
  newDonationId: () => 'd' as DonationId, // one for all: ids are not what these tests compare
  localDate: (instant) => localDate(instant, 'America/New_York'),
}

/** A tiny database: what the changes of each batch make of what was known. */
class World {
  checkouts: Map<CheckoutId, KnownCheckout>
  donations: KnownDonation[] = []
  waiting: PaymentFact[] = []
  totals = new Map<string, bigint>()
  constructor(checkouts: readonly KnownCheckout[]) {
    this.checkouts = new Map(checkouts.map((checkout) => [checkout.id, checkout]))
  }
  apply(facts: readonly PaymentFact[]): FactOutcome[] {
    const all = [...facts, ...this.waiting]
    const known: KnownState = { checkouts: [...this.checkouts.values()], donations: this.donations }
    const { changes, outcomes } = decide(known, all, processing)
    this.waiting = all.filter((_, at) => outcomes[at] === 'waiting')
    this.#write(changes)
    return outcomes.slice(0, facts.length)
  }
  #write(changes: Changes): void {
    for (const { id, status, sessionId } of changes.checkouts) {
      const checkout = this.checkouts.get(id)
      if (checkout) this.checkouts.set(id, { ...checkout, status, sessionId })
    }
    for (const { before, ...amended } of changes.amended)
      this.donations = this.donations.map((donation) =>
        donation === before ? { ...donation, ...amended } : donation,
      )
    this.donations.push(...changes.booked)
    for (const { day, grossMinor } of dayDeltas(changes))
      this.totals.set(day, (this.totals.get(day) ?? 0n) + grossMinor)
  }
  end() {
    return {
      checkouts: [...this.checkouts.values()],
      donations: this.donations.toSorted((a, b) => (a.paymentIntentId < b.paymentIntentId ? -1 : 1)),
      waiting: new Set(
        this.waiting.map((waits) =>
          JSON.stringify(waits, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        ),
      ),
      totals: new Map([...this.totals].filter(([, total]) => total !== 0n).toSorted()),
    }
  }
}

const moments = ['2026-01-01T04:59:59Z', '2026-01-01T05:00:00Z', '2026-06-01T12:00:00Z'].map(
  (text) => new Date(text),
)

/** What may happen to one checkout, as several facts, some of them proved twice by different events. */
const life = fc
  .nat(3)
  .chain((n) =>
    fc.subarray(
      [
        ...moments.map((at) => fact.succeeded(n, { at })),
        fact.statusChanged(n, 'processing'),
        fact.statusChanged(n, 'expired'),
        fact.statusChanged(n, 'failed'),
        fact.charged(n),
      ],
      { minLength: 1 },
    ),
  )

test('every order, repetition and batching of the same facts ends in the same world', () => {
  const lives = fc.array(life, { minLength: 1, maxLength: 4 }).map((all) => all.flat())
  const replay = lives.chain((facts) =>
    fc.record({
      facts: fc.constant(facts),
      repeated: fc
        .array(fc.constantFrom(...facts), { maxLength: 8 })
        .chain((more) => fc.shuffledSubarray([...facts, ...more], { minLength: facts.length + more.length })),
      sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
    }),
  )
  fc.assert(
    fc.property(replay, ({ facts, repeated, sizes }) => {
      const checkouts = [0, 1, 2, 3].map(openCheckout)
      const straight = new World(checkouts)
      straight.apply(facts)
      const twisted = new World(checkouts)
      for (let at = 0, turn = 0; at < repeated.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        twisted.apply(repeated.slice(at, at + size))
        at += size
      }
      expect(twisted.end()).toEqual(straight.end())
    }),
    { numRuns: 500 },
  )
})

test('a success books one donation with what the checkout knew', () => {
  const world = new World([openCheckout(1)])
  expect(world.apply([fact.succeeded(1), fact.succeeded(1)])).toEqual(['applied', 'applied'])
  expect(world.donations).toMatchObject([
    { gross: { minor: 500n, currency: 'usd' }, attribution: { articleUrl: 'https://news.example/1' } },
  ])
  expect(world.end().checkouts).toMatchObject([{ status: 'succeeded' }])
})

test('a session whose checkout a restored database lost is booked by its own metadata', () => {
  const world = new World([])
  expect(world.apply([fact.succeeded(1)])).toEqual(['applied'])
  expect(world.donations).toMatchObject([
    { checkoutId: null, attribution: { articleUrl: 'https://from.metadata/1' } },
  ])
})

test('a session of another program on the same account books nothing', () => {
  const world = new World([])
  expect(world.apply([{ ...fact.succeeded(1), checkoutId: null }])).toEqual(['not_ours'])
  expect(world.donations).toEqual([])
})

test('unpaid completion books nothing', () => {
  const world = new World([openCheckout(1)])
  world.apply([fact.statusChanged(1, 'processing')])
  expect(world.donations).toEqual([])
  expect(world.end().checkouts).toMatchObject([{ status: 'processing' }])
})

test('a charge of an unknown payment waits, and is taken when the payment is booked', () => {
  const world = new World([openCheckout(1)])
  expect(world.apply([fact.charged(1)])).toEqual(['waiting'])
  world.apply([fact.succeeded(1)])
  expect(world.donations).toMatchObject([{ chargeId: 'ch_1' }])
  expect(world.waiting).toEqual([])
})

test.each([
  ['another amount', fact.succeeded(1, { minor: 600n })],
  ['another session', { ...fact.succeeded(1), sessionId: fact.succeeded(2).sessionId }],
  [
    'another payment of the same session',
    { ...fact.succeeded(1), paymentIntentId: fact.succeeded(2).paymentIntentId },
  ],
])('%s for a booked payment contradicts and changes nothing', (_, contradiction) => {
  const world = new World([openCheckout(1)])
  world.apply([fact.succeeded(1)])
  const before = world.end()
  expect(world.apply([contradiction])).toEqual(['contradictory'])
  expect(world.end()).toEqual(before)
})

test('two paid sessions of one checkout are two donations: money is never dropped', () => {
  const world = new World([openCheckout(1)])
  const second = { ...fact.succeeded(2), checkoutId: fact.succeeded(1).checkoutId }
  world.apply([fact.succeeded(1), second])
  expect(world.donations).toHaveLength(2)
})

test('a late end of an older session leaves a newer one open', () => {
  const world = new World([openCheckout(1)])
  world.apply([
    { ...fact.statusChanged(1, 'expired'), sessionId: fact.statusChanged(2, 'expired').sessionId },
  ])
  expect(world.end().checkouts).toMatchObject([{ status: 'open' }])
})

test('a status only climbs: of every pair the later one wins, in either order', () => {
  const climb: CheckoutStatus[] = ['created', 'open', 'processing', 'expired', 'failed', 'succeeded']
  for (const [low, a] of climb.entries())
    for (const [high, b] of climb.entries()) {
      expect(laterStatus(a, b)).toBe(low >= high ? a : b)
      expect(laterStatus(b, a)).toBe(laterStatus(a, b))
    }
})
