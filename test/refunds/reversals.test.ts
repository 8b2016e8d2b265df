import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KnownState } from '../../src/processing/changes.ts'
import { decide } from '../../src/processing/decide.ts'
import type { KnownDonation } from '../../src/donations/donation.ts'
import type { Dispute } from '../../src/refunds/dispute.ts'
import { noReversals, type Refund, type RefundStatus } from '../../src/refunds/reversals.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { donationBalance } from '../../src/refunds/donation-balance.ts'
import { newEffects, type ReversalEffect } from '../../src/refunds/reversal-effects.ts'
import type { LedgerEntry } from '../../src/ledger/ledger.ts'
import { revise } from '../../src/receipts/receipt-revisions.ts'
import { processing } from '../kit/processing.ts'
import { currencyNamed } from '../kit/named.ts'
import { permutations } from '../kit/orders.ts'
import { dispute, fact, openCheckout, refund } from '../processing/facts.ts'

const PAYMENT = fact.charged(1).paymentIntentId
const WITHDRAWN = new Date('2026-02-10T12:00:00Z')
const DAY = processing.localDate(WITHDRAWN)
const REINSTATED = new Date('2026-04-20T12:00:00Z')
const reversal = {
  refund: (refunded: Refund): PaymentFact => ({
    kind: 'refund',
    paymentIntentId: PAYMENT,
    refund: refunded,
  }),
  dispute: (disputed: Dispute): PaymentFact => ({
    kind: 'dispute',
    paymentIntentId: PAYMENT,
    dispute: disputed,
  }),
}

/** Decides the facts one by one. Those that wait, or are not known as ours yet, are decided again with each later one. */
function decideInTurn(facts: readonly PaymentFact[]): {
  donation: KnownDonation | undefined
  posted: ReversalEffect[]
} {
  let known: KnownState = { checkouts: [openCheckout(1)], donations: [], subscriptions: [] }
  let waiting: PaymentFact[] = []
  const posted: ReversalEffect[] = []
  for (const next of facts) {
    const batch = [next, ...waiting]
    const { changes, outcomes } = decide(known, batch, processing)
    waiting = batch.filter((_, index) => outcomes[index] === 'waiting' || outcomes[index] === 'not_ours')
    const [booked] = changes.booked
    const [amended] = changes.amended
    const before = known.donations[0]
    const after = booked ?? (amended && before ? { ...before, ...amended } : before)
    if (after) posted.push(...newEffects(before?.reversals ?? noReversals, after.reversals))
    const [progress] = changes.checkouts
    const checkouts = known.checkouts.map((checkout) =>
      progress ? { ...checkout, status: progress.status } : checkout,
    )
    known = { checkouts, donations: after ? [after] : [], subscriptions: [] }
  }
  return { donation: known.donations[0], posted }
}

function sums(entries: readonly LedgerEntry[]): Record<string, bigint> {
  const totals: Record<string, bigint> = {}
  for (const { account, amount } of entries) totals[account] = (totals[account] ?? 0n) + amount.minor
  return totals
}

/** The final state of a donation, without its random id. */
function end(facts: readonly PaymentFact[]) {
  const { donation, posted } = decideInTurn(facts)
  if (!donation) throw new Error('No donation was booked')
  const { reversals, gross, chargeId, succeededAt } = donation
  const byId = <T extends { id: string }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    reversals: { refunds: byId(reversals.refunds), disputes: byId(reversals.disputes) },
    balance: donationBalance(gross, reversals),
    chargeId,
    succeededAt,
    sums: sums(posted.flatMap(({ entries }) => entries)),
    days: posted
      .map(({ source, effect, occurredAt }) => `${source} ${effect} ${occurredAt?.toISOString()}`)
      .toSorted(),
  }
}

test('seven facts about a gift end in the same state in all 5,040 orders', () => {
  const facts = [
    fact.succeeded(1),
    fact.charged(1),
    reversal.refund(refund(1, { minor: 200n, status: 'pending' })),
    reversal.refund(refund(1, { minor: 200n, status: 'succeeded' })),
    reversal.refund(refund(1, { minor: 200n, status: 'failed' })),
    reversal.dispute(dispute(1, { status: 'needs_response', withdrawnAt: WITHDRAWN })),
    reversal.dispute(dispute(1, { status: 'won', withdrawnAt: WITHDRAWN, reinstatedAt: REINSTATED })),
  ]
  const expected = end(facts)
  expect(expected.balance).toMatchObject({ status: 'succeeded', refundedMinor: 0n, disputedMinor: 0n })
  const orders = permutations(facts)
  expect(orders).toHaveLength(5040)
  for (const order of orders) expect(end(order)).toEqual(expected)
})

const statuses: readonly RefundStatus[] = ['requires_action', 'pending', 'succeeded', 'canceled', 'failed']
const anyRefund = fc
  .record({
    n: fc.integer({ min: 1, max: 3 }),
    status: fc.constantFrom(...statuses),
  })
  // A refund's amount never changes.
  .map(({ n, status }) => reversal.refund(refund(n, { minor: BigInt(n) * 150n, status })))
const anyDispute = fc
  .record({
    n: fc.integer({ min: 1, max: 2 }),
    status: fc.constantFrom(
      'warning_needs_response',
      'needs_response',
      'under_review',
      'won',
      'lost',
      'new_word',
    ),
    withdrawn: fc.boolean(),
    reinstated: fc.boolean(),
  })
  .map(({ n, status, withdrawn, reinstated }) => {
    const withdrawnAt = withdrawn || reinstated ? WITHDRAWN : null
    const reinstatedAt = reinstated ? REINSTATED : null
    return reversal.dispute(dispute(n, { status, withdrawnAt, reinstatedAt, minor: BigInt(n) * 400n }))
  })
const anyReturn = fc.constant(
  reversal.refund({ ...refund(9, { minor: 500n, status: 'succeeded' }), id: PAYMENT, kind: 'bank_return' }),
)

test('random reversals end in the same state in any order, and the ledger has the amounts of the balance', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyRefund, anyDispute, anyReturn), { maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      (reversals, numbers) => {
        const facts = [fact.succeeded(1), fact.charged(1), ...reversals]
        const expected = end(facts)
        const shuffled = [...facts, ...facts]
          .map((next) => [numbers.next().value, next] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, next]) => next)
        expect(end(shuffled)).toEqual(expected)
        // The ledger, which is computed separately, has the same amounts.
        const { refunds = 0n, disputes = 0n, stripe_clearing: clearing = 0n } = expected.sums
        expect(refunds).toBe(expected.balance.refundedMinor)
        expect(disputes).toBe(expected.balance.disputedMinor)
        expect(clearing).toBe(-refunds - disputes)
      },
    ),
    { numRuns: 10_000 },
  )
})

const gross = fact.succeeded(1).gross

test.each([
  ['without reversals', [], [], 'succeeded', 500n],
  [
    'after a partial refund',
    [refund(1, { minor: 200n, status: 'succeeded' })],
    [],
    'partially_refunded',
    300n,
  ],
  [
    'during a partial refund',
    [refund(1, { minor: 200n, status: 'pending' })],
    [],
    'partially_refunded',
    500n,
  ],
  ['after a full refund', [refund(1, { minor: 500n, status: 'succeeded' })], [], 'refunded', 0n],
  ['after refunds above the gift', [refund(1, { minor: 700n, status: 'succeeded' })], [], 'refunded', 0n],
  ['after a failed refund', [refund(1, { minor: 500n, status: 'failed' })], [], 'succeeded', 500n],
  ['with a dispute', [], [dispute(1, { withdrawnAt: WITHDRAWN })], 'disputed', 500n],
  ['with an inquiry', [], [dispute(1, { status: 'warning_needs_response' })], 'succeeded', 500n],
  ['with a lost dispute', [], [dispute(1, { withdrawnAt: WITHDRAWN, status: 'lost' })], 'dispute_lost', 0n],
  [
    'with a lost dispute above the gift',
    [],
    [dispute(1, { withdrawnAt: WITHDRAWN, status: 'lost', minor: 900n })],
    'dispute_lost',
    0n,
  ],
  [
    'with a dispute that was won',
    [],
    [dispute(1, { withdrawnAt: WITHDRAWN, reinstatedAt: REINSTATED, status: 'won' })],
    'succeeded',
    500n,
  ],
  [
    'after a bank return',
    [{ ...refund(1, { minor: 500n, status: 'succeeded' }), kind: 'bank_return' }],
    [],
    'returned',
    0n,
  ],
] as const)(
  'a gift %s has its status and its receiptable amount',
  (_, refunds, disputes, status, receiptableMinor) => {
    expect(donationBalance(gross, { refunds, disputes })).toMatchObject({ status, receiptableMinor })
  },
)

test.each([
  ['states the right amount is left as it is', 500n, false, 500n, null],
  ['states too much is voided and replaced', 500n, false, 300n, { voids: 'refunded', issuesMinor: 300n }],
  [
    'states an amount for a fully reversed gift is voided',
    500n,
    false,
    0n,
    { voids: 'refunded', issuesMinor: null },
  ],
  ['is void stays so for a fully reversed gift', 500n, true, 0n, null],
  [
    'is void is followed by a new one when the money comes back',
    500n,
    true,
    500n,
    { voids: null, issuesMinor: 500n },
  ],
  [
    'states too little is voided and replaced',
    300n,
    false,
    500n,
    { voids: 'reversal_undone', issuesMinor: 500n },
  ],
] as const)('a receipt that %s', (_, grossMinor, voided, receiptableMinor, revision) => {
  const now = { ...donationBalance(gross, noReversals), receiptableMinor }
  expect(revise({ grossMinor, givenOn: DAY, voided }, now, DAY)).toEqual(revision)
})

test.each([
  ['of a gift is voided and replaced', 500n, false, { voids: 'redated', issuesMinor: 500n }],
  ['of what is left of a gift is voided and replaced', 300n, false, { voids: 'redated', issuesMinor: 300n }],
  ['of nothing stays void', 0n, true, null],
] as const)('a receipt %s when the gift is moved to another day', (_, receiptableMinor, voided, revision) => {
  const now = { ...donationBalance(gross, noReversals), receiptableMinor }
  const latest = { grossMinor: receiptableMinor, givenOn: DAY, voided }
  expect(revise(latest, now, processing.localDate(REINSTATED))).toEqual(revision)
})

test('a dispute in another currency than the gift is contradictory and changes nothing', () => {
  const inEuros = {
    ...dispute(1, { status: 'lost', withdrawnAt: WITHDRAWN }),
    amount: { minor: 300n, currency: currencyNamed('eur') },
  }
  const { changes, outcomes } = decide(
    { checkouts: [openCheckout(1)], donations: [], subscriptions: [] },
    [fact.succeeded(1), reversal.dispute(inEuros)],
    processing,
  )
  expect(outcomes).toEqual(['applied', 'contradictory'])
  expect(changes.booked.map(({ reversals }) => reversals)).toEqual([noReversals])
})
