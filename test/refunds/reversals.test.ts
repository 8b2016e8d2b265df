import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KnownState } from '../../src/processing/changes.ts'
import { decide } from '../../src/processing/decide.ts'
import type { KnownDonation } from '../../src/donations/donation.ts'
import { noReversals, type Dispute, type Refund, type RefundStatus } from '../../src/refunds/reversals.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { donationBalance } from '../../src/refunds/donation-balance.ts'
import { parseCurrency } from '../../src/money/currency.ts'
import { newEffects, type ReversalEffect } from '../../src/refunds/reversal-effects.ts'
import type { LedgerEntry } from '../../src/ledger/ledger.ts'
import { revise } from '../../src/receipts/receipt-revisions.ts'
import { processing } from '../kit/books.ts'
import { permutations } from '../kit/orders.ts'
import { dispute, fact, openCheckout, refund } from '../processing/facts.ts'

const PAYMENT = fact.charged(1).paymentIntentId
const TAKEN = new Date('2026-02-10T12:00:00Z')
const GIVEN_BACK = new Date('2026-04-20T12:00:00Z')
const told = {
  refund: (its: Refund): PaymentFact => ({ kind: 'refund', paymentIntentId: PAYMENT, refund: its }),
  dispute: (its: Dispute): PaymentFact => ({ kind: 'dispute', paymentIntentId: PAYMENT, dispute: its }),
}

/** Tells the facts one by one; what waits is told again at the end of each round, as the inbox does. */
function live(facts: readonly PaymentFact[]): {
  donation: KnownDonation | undefined
  posted: ReversalEffect[]
} {
  let known: KnownState = { checkouts: [openCheckout(1)], donations: [] }
  let waiting: PaymentFact[] = []
  const posted: ReversalEffect[] = []
  for (const one of facts) {
    const batch = [one, ...waiting]
    const { changes, outcomes } = decide(known, batch, processing)
    waiting = batch.filter((_, at) => outcomes[at] === 'waiting')
    const [booked] = changes.booked
    const [amended] = changes.amended
    const before = known.donations[0]
    const after = booked ?? (amended && before ? { ...before, ...amended } : before)
    if (after) posted.push(...newEffects(before?.reversals ?? noReversals, after.reversals))
    const [move] = changes.checkouts
    const checkouts = known.checkouts.map((own) => (move ? { ...own, status: move.status } : own))
    known = { checkouts, donations: after ? [after] : [] }
  }
  return { donation: known.donations[0], posted }
}

function sums(entries: readonly LedgerEntry[]): Record<string, bigint> {
  const all: Record<string, bigint> = {}
  for (const { account, amount } of entries) all[account] = (all[account] ?? 0n) + amount.minor
  return all
}

/** What a donation ends as, without its random id. */
function end(facts: readonly PaymentFact[]) {
  const { donation, posted } = live(facts)
  if (!donation) throw new Error('nothing was booked')
  const { reversals, gross, chargeId, succeededAt } = donation
  const byId = <T extends { id: string }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return {
    back: { refunds: byId(reversals.refunds), disputes: byId(reversals.disputes) },
    stands: donationBalance(gross, reversals),
    chargeId,
    succeededAt,
    sums: sums(posted.flatMap(({ entries }) => entries)),
    days: posted
      .map(({ source, effect, occurredAt }) => `${source} ${effect} ${occurredAt?.toISOString()}`)
      .toSorted(),
  }
}

test('a life of seven events ends the same in all 5,040 orders', () => {
  const life = [
    fact.succeeded(1),
    fact.charged(1),
    told.refund(refund(1, { minor: 200n, status: 'pending' })),
    told.refund(refund(1, { minor: 200n, status: 'succeeded' })),
    told.refund(refund(1, { minor: 200n, status: 'failed' })),
    told.dispute(dispute(1, { status: 'needs_response', withdrawnAt: TAKEN })),
    told.dispute(dispute(1, { status: 'won', withdrawnAt: TAKEN, reinstatedAt: GIVEN_BACK })),
  ]
  const expected = end(life)
  expect(expected.stands).toMatchObject({ status: 'succeeded', refundedMinor: 0n, disputedMinor: 0n })
  const orders = permutations(life)
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
  .map(({ n, status }) => told.refund(refund(n, { minor: BigInt(n) * 150n, status })))
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
    const withdrawnAt = withdrawn || reinstated ? TAKEN : null
    const reinstatedAt = reinstated ? GIVEN_BACK : null
    return told.dispute(dispute(n, { status, withdrawnAt, reinstatedAt, minor: BigInt(n) * 400n }))
  })
const anyReturn = fc.constant(
  told.refund({ ...refund(9, { minor: 500n, status: 'succeeded' }), id: PAYMENT, kind: 'bank_return' }),
)

test('ten thousand lives: any order and repetition ends the same, and the clearing account says what is withdrawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyRefund, anyDispute, anyReturn), { maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      (back, luck) => {
        const life = [fact.succeeded(1), fact.charged(1), ...back]
        const expected = end(life)
        const shuffled = [...life, ...life]
          .map((one) => [luck.next().value, one] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, one]) => one)
        expect(end(shuffled)).toEqual(expected)
        // The ledger says the same as the standing, by another road.
        const { refunds = 0n, disputes = 0n, stripe_clearing: clearing = 0n } = expected.sums
        expect(refunds).toBe(expected.stands.refundedMinor)
        expect(disputes).toBe(expected.stands.disputedMinor)
        expect(clearing).toBe(-refunds - disputes)
      },
    ),
    { numRuns: 10_000 },
  )
})

const gross = fact.succeeded(1).gross

test.each([
  ['nothing went back', [], [], 'succeeded', 500n],
  ['a part', [refund(1, { minor: 200n, status: 'succeeded' })], [], 'partially_refunded', 300n],
  ['a part, on its way', [refund(1, { minor: 200n, status: 'pending' })], [], 'partially_refunded', 500n],
  ['all', [refund(1, { minor: 500n, status: 'succeeded' })], [], 'refunded', 0n],
  ['more than all', [refund(1, { minor: 700n, status: 'succeeded' })], [], 'refunded', 0n],
  ['all, and it failed', [refund(1, { minor: 500n, status: 'failed' })], [], 'succeeded', 500n],
  ['disputed', [], [dispute(1, { withdrawnAt: TAKEN })], 'disputed', 500n],
  ['an inquiry', [], [dispute(1, { status: 'warning_needs_response' })], 'succeeded', 500n],
  ['lost', [], [dispute(1, { withdrawnAt: TAKEN, status: 'lost' })], 'dispute_lost', 0n],
  ['lost of more', [], [dispute(1, { withdrawnAt: TAKEN, status: 'lost', minor: 900n })], 'dispute_lost', 0n],
  [
    'won',
    [],
    [dispute(1, { withdrawnAt: TAKEN, reinstatedAt: GIVEN_BACK, status: 'won' })],
    'succeeded',
    500n,
  ],
  [
    'returned by the bank',
    [{ ...refund(1, { minor: 500n, status: 'succeeded' }), kind: 'bank_return' }],
    [],
    'returned',
    0n,
  ],
] as const)('%s', (_, refunds, disputes, status, receiptableMinor) => {
  expect(donationBalance(gross, { refunds, disputes })).toMatchObject({ status, receiptableMinor })
})

test.each([
  ['is right', 500n, false, 500n, null],
  ['says too much', 500n, false, 300n, { voids: 'refunded', issuesMinor: 300n }],
  ['of nothing', 500n, false, 0n, { voids: 'refunded', issuesMinor: null }],
  ['void and right', 500n, true, 0n, null],
  ['void, and the money came back', 500n, true, 500n, { voids: null, issuesMinor: 500n }],
  ['says too little', 300n, false, 500n, { voids: 'reversal_undone', issuesMinor: 500n }],
] as const)('a receipt that %s', (_, grossMinor, voided, receiptableMinor, revision) => {
  const now = { ...donationBalance(gross, noReversals), receiptableMinor }
  expect(revise({ grossMinor, voided }, now)).toEqual(revision)
})

const eur = parseCurrency('eur')
if (!eur) throw new Error('eur is not in the table')

test('what went back in another currency than the gift is looked at by somebody, never added', () => {
  const abroad = {
    ...dispute(1, { status: 'lost', withdrawnAt: TAKEN }),
    amount: { minor: 300n, currency: eur },
  }
  const { changes, outcomes } = decide(
    { checkouts: [openCheckout(1)], donations: [] },
    [fact.succeeded(1), told.dispute(abroad)],
    processing,
  )
  expect(outcomes).toEqual(['applied', 'contradictory'])
  expect(changes.booked.map(({ reversals }) => reversals)).toEqual([noReversals])
})
