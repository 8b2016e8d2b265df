import fc from 'fast-check'
import { expect, test } from 'vitest'
import { laterStatus, type CheckoutStatus, type KnownCheckout } from '../../src/checkout/checkout-status.ts'
import type { Changes, KnownState, DecisionDeps, FactOutcome } from '../../src/processing/changes.ts'
import { decide } from '../../src/processing/decide.ts'
import type { KnownDonation } from '../../src/donations/donation.ts'
import type { CheckoutId, DonationId } from '../../src/ids.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { currencyNamed } from '../kit/named.ts'
import { fact, openCheckout } from './facts.ts'

const deps: DecisionDeps = {
  newDonationId: () => 'd' as DonationId, // one id for all donations: these tests do not compare ids
  localDate: (instant) => localDate(instant, 'America/New_York'),
}

/** A database in memory, to which the changes of each batch are written. */
class MemoryDatabase {
  checkouts: Map<CheckoutId, KnownCheckout>
  donations: KnownDonation[] = []
  waiting: PaymentFact[] = []
  constructor(checkouts: readonly KnownCheckout[]) {
    this.checkouts = new Map(checkouts.map((checkout) => [checkout.id, checkout]))
  }
  apply(facts: readonly PaymentFact[]): FactOutcome[] {
    const all = [...facts, ...this.waiting]
    const known: KnownState = {
      checkouts: [...this.checkouts.values()],
      donations: this.donations,
      subscriptions: [],
    }
    const { changes, outcomes } = decide(known, all, deps)
    this.waiting = all.filter((_, index) => outcomes[index] === 'waiting')
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
  }
  state() {
    return {
      checkouts: [...this.checkouts.values()],
      donations: this.donations.toSorted((a, b) => (a.paymentIntentId < b.paymentIntentId ? -1 : 1)),
      waiting: new Set(
        this.waiting.map((waiting) =>
          JSON.stringify(waiting, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
        ),
      ),
    }
  }
}

const paidAtTimes = ['2026-01-01T04:59:59Z', '2026-01-01T05:00:00Z', '2026-06-01T12:00:00Z'].map(
  (text) => new Date(text),
)

/** Some facts about one checkout. Several of them may report its success. */
const factsOfCheckout = fc
  .nat(3)
  .chain((n) =>
    fc.subarray(
      [
        ...paidAtTimes.map((at) => fact.succeeded(n, { at })),
        fact.statusChanged(n, 'processing'),
        fact.statusChanged(n, 'expired'),
        fact.statusChanged(n, 'failed'),
        fact.charged(n),
      ],
      { minLength: 1 },
    ),
  )

test('ends in the same state for every order, repetition and batching of the same facts', () => {
  const someFacts = fc.array(factsOfCheckout, { minLength: 1, maxLength: 4 }).map((all) => all.flat())
  const replay = someFacts.chain((facts) =>
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
      const inOrder = new MemoryDatabase(checkouts)
      inOrder.apply(facts)
      const shuffled = new MemoryDatabase(checkouts)
      for (let from = 0, batch = 0; from < repeated.length; batch += 1) {
        const size = sizes[batch % sizes.length] ?? 1
        shuffled.apply(repeated.slice(from, from + size))
        from += size
      }
      expect(shuffled.state()).toEqual(inOrder.state())
    }),
    { numRuns: 500 },
  )
})

test('books one donation with the attribution of its checkout when a session was paid', () => {
  const database = new MemoryDatabase([openCheckout(1)])
  expect(database.apply([fact.succeeded(1), fact.succeeded(1)])).toEqual(['applied', 'applied'])
  expect(database.donations).toMatchObject([
    { gross: { minor: 500n, currency: 'usd' }, attribution: { articleUrl: 'https://news.example/1' } },
  ])
  expect(database.state().checkouts).toMatchObject([{ status: 'succeeded' }])
})

test('books a session with its metadata when a restored database has lost the checkout', () => {
  const database = new MemoryDatabase([])
  expect(database.apply([fact.succeeded(1)])).toEqual(['applied'])
  expect(database.donations).toMatchObject([
    { checkoutId: null, attribution: { articleUrl: 'https://from.metadata/1' } },
  ])
})

test('books nothing for a session of another program on the same Stripe account', () => {
  const database = new MemoryDatabase([])
  expect(database.apply([{ ...fact.succeeded(1), checkoutId: null }])).toEqual(['not_ours'])
  expect(database.donations).toEqual([])
})

test('books nothing for a session that is complete and unpaid', () => {
  const database = new MemoryDatabase([openCheckout(1)])
  database.apply([fact.statusChanged(1, 'processing')])
  expect(database.donations).toEqual([])
  expect(database.state().checkouts).toMatchObject([{ status: 'processing' }])
})

test('keeps a charge waiting until its payment is booked, and then applies it', () => {
  const database = new MemoryDatabase([openCheckout(1)])
  expect(database.apply([fact.charged(1)])).toEqual(['waiting'])
  database.apply([fact.succeeded(1)])
  expect(database.donations).toMatchObject([{ chargeId: 'ch_1' }])
  expect(database.waiting).toEqual([])
})

test.each([
  ['another amount', fact.succeeded(1, { minor: 600n })],
  ['another session', { ...fact.succeeded(1), sessionId: fact.succeeded(2).sessionId }],
  [
    'another payment of the same session',
    { ...fact.succeeded(1), paymentIntentId: fact.succeeded(2).paymentIntentId },
  ],
])('calls %s for a booked payment contradictory and changes nothing', (_, contradiction) => {
  const database = new MemoryDatabase([openCheckout(1)])
  database.apply([fact.succeeded(1)])
  const before = database.state()
  expect(database.apply([contradiction])).toEqual(['contradictory'])
  expect(database.state()).toEqual(before)
})

test('books two donations when two sessions of one checkout were paid', () => {
  const database = new MemoryDatabase([openCheckout(1)])
  const second = { ...fact.succeeded(2), checkoutId: fact.succeeded(1).checkoutId }
  database.apply([fact.succeeded(1), second])
  expect(database.donations).toHaveLength(2)
})

test('leaves a checkout open when a former session of it expires', () => {
  const database = new MemoryDatabase([openCheckout(1)])
  database.apply([
    { ...fact.statusChanged(1, 'expired'), sessionId: fact.statusChanged(2, 'expired').sessionId },
  ])
  expect(database.state().checkouts).toMatchObject([{ status: 'open' }])
})

test('raises a checkout’s status and never lowers it', () => {
  const rising: CheckoutStatus[] = ['created', 'open', 'processing', 'expired', 'failed', 'succeeded']
  for (const [low, a] of rising.entries())
    for (const [high, b] of rising.entries()) {
      expect(laterStatus(a, b)).toBe(low >= high ? a : b)
      expect(laterStatus(b, a)).toBe(laterStatus(a, b))
    }
})

test('keeps what the reader was charged in another currency, whether the session or the charge says it first', () => {
  const presentment = { minor: 460n, currency: currencyNamed('eur') }
  const given = { ...fact.succeeded(1), presentment }
  const charged = { ...fact.charged(1), presentment }
  const inGiftsCurrency = { ...fact.charged(1), presentment: fact.succeeded(1).gross }
  const presentedIn = (...batches: readonly (readonly PaymentFact[])[]) => {
    const database = new MemoryDatabase([openCheckout(1)])
    for (const batch of batches) database.apply(batch)
    return database.donations.map((donation) => donation.presentment)
  }
  expect(presentedIn([given], [charged])).toEqual([presentment])
  expect(presentedIn([charged], [fact.succeeded(1)])).toEqual([presentment])
  expect(presentedIn([fact.succeeded(1), charged])).toEqual([presentment])
  expect(presentedIn([fact.succeeded(1)], [inGiftsCurrency])).toEqual([null])
})

test('counts what covers the fee only where the sum is the one that was agreed', () => {
  const covered = { giftMinor: 454n, feeMinor: 46n }
  const bookedWith = (minor: bigint, parts: typeof covered | null) => {
    const database = new MemoryDatabase([openCheckout(1)])
    database.apply([{ ...fact.succeeded(1, { minor }), covered: parts }])
    return database.donations.map(({ gross, coveredFeeMinor }) => [gross.minor, coveredFeeMinor])
  }
  expect(bookedWith(500n, covered)).toEqual([[500n, 46n]])
  // Somebody has changed the amount at Stripe, or it was paid in parts.
  expect(bookedWith(700n, covered)).toEqual([[700n, 0n]])
  expect(bookedWith(500n, null)).toEqual([[500n, 0n]])
})
