import type { PriorPeriodAdjustment } from '../../src/reconciliation/reconciliation.ts'
import type { PayoutRecord } from '../../src/settlement/payouts/payout-record.ts'
import type { ReconciliationRecord } from '../../src/reconciliation/reconciliation-record.ts'
import type { Words } from './view-samples.ts'

const at = '2026-02-02T14:00:00.000Z'

/** A write-off that waits for approval, or one that was posted. */
function writeOffOf(
  words: Words,
  posted: ReconciliationRecord['writeOffs'][number]['posted'],
): ReconciliationRecord['writeOffs'][number] {
  return {
    id: posted ? '0192f7a4-0000-7000-8000-000000000001' : '0192f7a4-0000-7000-8000-000000000002',
    month: '2026-01',
    kind: 'missing_here',
    object: posted ? 'pi_8' : words.name,
    currency: 'usd',
    amount: 500,
    fromAccount: 'stripe_clearing',
    toAccount: 'write_offs',
    reason: words.message,
    needsApproval: true,
    preparedBy: words.name,
    preparedAt: at,
    posted,
    declined: null,
    reversed: null,
  }
}

/** A month with open differences, a sign-off and prior-period adjustments. */
export function openMonth(words: Words): ReconciliationRecord {
  const difference = {
    object: words.name,
    currency: 'usd',
    amount: 500,
    what: words.title,
    todo: words.message,
    type: null,
    explanation: null,
  }
  return {
    month: '2026-01',
    closed: false,
    closedAt: null,
    closedBy: null,
    completeUpTo: at,
    unexplained: [
      { currency: 'usd', amount: 500 },
      { currency: 'xxx', amount: 0 },
    ],
    payouts: [
      {
        id: words.name,
        status: 'paid',
        amount: 1218850,
        currency: 'usd',
        arrivalDate: '2026-01-14',
        itemised: true,
        itemisation: 'complete',
        differences: [],
      },
      {
        id: 'po_2',
        status: 'failed',
        amount: 90,
        currency: 'jpy',
        arrivalDate: '2026-01-15',
        itemised: false,
        itemisation: 'not_possible',
        differences: [],
      },
    ],
    differences: [
      { ...difference, kind: 'missing_here', explained: false },
      { ...difference, kind: 'unprocessed_event', currency: 'xxx', amount: 0, explained: false },
      { ...difference, kind: 'payout_failed', object: 'po_2', explained: true },
      { ...difference, kind: 'debit_under_way', explained: true },
      { ...difference, kind: 'recorded_later', object: 'txn_9', explained: true },
      { ...difference, kind: 'settled_later', object: 'pi_unknown', currency: 'jpy', explained: true },
    ],
    // Of the month itself and of one before.
    signOffs: ['2026-01', '2025-12'].map((month) => ({
      kind: 'adjustment' as const,
      object: 'txn_9',
      currency: 'usd',
      amount: -150,
      reason: words.message,
      signedOffBy: words.email,
      signedOffAt: at,
      month,
    })),
    writeOffs: [writeOffOf(words, null), writeOffOf(words, { by: words.email, at, reason: null })],
    exports: [],
    priorPeriodAdjustments: [{ period: '2025-12', transactions: 2 }],
    beforeTheBooks: {
      opening: { opensOn: '2026-01-01', balances: [{ currency: 'usd', amount: 125000 }] },
      reversals: [{ object: words.name, type: 'refund', currency: 'usd', amount: -700 }],
    },
    otherActivity: {
      explained: false,
      decidedBy: words.name,
      decidedAt: at,
      reason: words.message,
      movements: [
        {
          type: 'charge',
          product: words.name,
          currency: 'usd',
          count: 12,
          gross: 1218850,
          fee: 35647,
          net: 1183203,
        },
        { type: 'refund', product: null, currency: 'usd', count: 1, gross: -2500, fee: 0, net: -2500 },
      ],
    },
  }
}

export function priorPeriodAdjustments(words: Words): PriorPeriodAdjustment[] {
  const adjustment = { bookedOn: '2026-01-03', period: '2025-12', source: words.name }
  return [
    {
      ...adjustment,
      donationId: words.name,
      entries: [
        { account: 'refunds', currency: 'usd', amount: 500 },
        { account: 'stripe_clearing', currency: 'usd', amount: -500 },
      ],
    },
    {
      ...adjustment,
      donationId: null,
      entries: [
        { account: 'stripe_balance', currency: 'usd', amount: 455 },
        { account: 'stripe_fees', currency: 'usd', amount: 45 },
        { account: 'stripe_clearing', currency: 'usd', amount: -500 },
      ],
    },
  ]
}

export function closedMonth(words: Words): ReconciliationRecord {
  return {
    ...openMonth(words),
    closed: true,
    closedAt: at,
    closedBy: words.email,
    unexplained: [],
    payouts: [],
    differences: [],
    signOffs: [],
    writeOffs: [],
    priorPeriodAdjustments: [],
    beforeTheBooks: { opening: { opensOn: '2026-01-01', balances: [] }, reversals: [] },
    otherActivity: { explained: true, decidedBy: words.name, decidedAt: at, reason: null, movements: [] },
  }
}

export function payoutOf(words: Words): PayoutRecord {
  const item = { at, amount: 500, fee: 45, net: 455, type: 'charge' }
  return {
    id: words.name,
    status: 'failed',
    amount: 905,
    currency: 'usd',
    arrivalDate: '2026-01-14',
    automatic: true,
    itemisation: 'complete',
    failureCode: 'account_closed',
    parts: [
      { kind: 'gifts', count: 2, amount: 1000, fee: 90, net: 910 },
      { kind: 'other', count: 1, amount: -5, fee: 0, net: -5 },
    ],
    unexplained: 0,
    items: [
      {
        ...item,
        id: 'txn_1',
        about: 'pi_3QhZ5Y2eZvKYlo2C1',
        donationId: words.name,
        donorName: words.name,
        articleTitle: words.title,
        description: null,
      },
      {
        ...item,
        id: 'txn_2',
        about: null,
        donationId: null,
        donorName: null,
        articleTitle: null,
        description: words.message,
        type: 'moon_tax',
      },
      {
        ...item,
        id: 'txn_3',
        about: 'po_2',
        donationId: null,
        donorName: null,
        articleTitle: null,
        description: null,
        type: 'payout_failure',
      },
    ],
    nextCursor: words.name,
  }
}
