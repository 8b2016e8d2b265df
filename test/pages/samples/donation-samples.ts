import { money } from '../../../src/money/money.ts'
import type { DonationView } from '../../../src/pages/finance/donations/donation-view.ts'
import { refundConfirmationPage } from '../../../src/pages/finance/donations/refund-view.ts'
import { donorPage } from '../../../src/pages/finance/donors/donor-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import type { HistoryEntry } from '../../../src/reports/donation-timeline/donation-history.ts'
import { donationTimeline } from '../../../src/reports/donation-timeline/donation-timeline.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const at = new Date('2026-01-14T18:42:00Z')
const later = new Date('2026-01-20T18:42:00Z')
const usd = (minor: bigint) => money(minor, currencyNamed('usd'))

/** A dispute that waits for an answer, and one that does not. */
const disputes = (words: Words) => [
  {
    id: 'du_1',
    status: 'needs_response',
    reason: 'fraudulent',
    amount: 500,
    evidenceDueBy: '2026-01-25T00:00:00.000Z',
    createdAt: at.toISOString(),
  },
  {
    id: 'du_2',
    status: 'won',
    reason: words.campaign,
    amount: 500,
    evidenceDueBy: null,
    createdAt: at.toISOString(),
  },
]

/** What a donation's page shows besides its facts: every kind of step, notes, and forms. */
export function donationDesk(words: Words, history: readonly HistoryEntry[]) {
  const payout = {
    id: 'po_1',
    status: 'paid',
    currency: 'usd',
    amountMinor: 81_231n,
    createdAt: later,
    arrivalDate: '2026-01-22',
    readAt: later,
    arrivalRecordedAt: new Date('2026-01-24T12:00:00Z'),
    bankDay: '2026-01-30',
  }
  const movement = {
    id: 'txn_1',
    type: 'charge',
    kind: 'payment' as const,
    currency: 'usd',
    amountMinor: 500n,
    feeMinor: 45n,
    netMinor: 455n,
    at,
    readAt: later,
    payout,
  }
  const refund = {
    id: 're_1',
    kind: 'refund' as const,
    status: 'failed',
    currency: 'usd',
    amountMinor: 100n,
    createdAt: at,
    failedAt: later,
  }
  const moved = { dispute: 'du_1', source: 'du_1', currency: 'usd', at: later }
  const timeline = donationTimeline({
    donation: {
      paymentIntentId: 'pi_1',
      checkoutId: words.name,
      subscriptionId: null,
      disputes: disputes(words),
    },
    succeededAt: at,
    sessionId: words.campaign,
    invoiceId: null,
    checkoutAt: at,
    agreement: { stopAskedAt: at, canceledAt: at, endReason: 'cancellation_requested' },
    movements: [
      movement,
      {
        ...movement,
        id: 'txn_2',
        type: 'refund',
        kind: 'refund',
        payout: { ...payout, id: 'po_2', status: 'in_transit' },
      },
      {
        ...movement,
        id: 'txn_3',
        type: 'adjustment',
        kind: 'dispute',
        payout: { ...payout, id: 'po_3', status: 'failed' },
      },
    ],
    refunds: [refund, { ...refund, kind: 'bank_return', status: 'succeeded', failedAt: null }],
    disputeMovements: [
      { ...moved, amountMinor: -500n },
      { ...moved, amountMinor: 500n },
    ],
    history,
    now: new Date('2026-02-10T12:00:00Z'),
  })
  const note = {
    text: words.message,
    writtenBy: words.email,
    writtenAt: at,
    withdrawnBy: null,
    withdrawnAt: null,
  }
  return {
    disputes: disputes(words),
    timeline,
    now: later,
    notes: [
      { ...note, id: 1n },
      { ...note, id: 2n, withdrawnBy: words.name, withdrawnAt: later },
    ],
    refundLimit: usd(5_000n),
    done: null,
  } satisfies Partial<DonationView>
}

/** A donation with forms that were refused, the page that asks before a refund, and a donor. */
export function donationForms(words: Words, donation: DonationView): Readonly<Record<string, DonationView>> {
  const path = `/finance/donations/${donation.id}`
  const { name, message, title, email } = words
  const refund = { amount: name, reason: 'duplicate', note: message }
  const wrong = { 'refund-amount': title, 'refund-note': title }
  return {
    'donation-refused-refund': { ...donation, ...refusedForm(`${path}/refunds`, refund, wrong) },
    'donation-refused-note': {
      ...donation,
      ...refusedForm(`${path}/notes`, { text: message }, { 'note-text': title }),
    },
    'donation-refused-receipt': {
      ...donation,
      ...refusedForm(`${path}/receipt`, { name, email }, { 'receipt-name': title, 'receipt-email': message }),
    },
    'donation-form-gone': {
      ...donation,
      role: 'auditor',
      ...refusedForm(`${path}/notes`, { text: message }, { 'note-text': title }),
    },
  }
}

export function refundAndDonorViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const agreement = {
    id: 'sub_1',
    status: words.campaign,
    amount: usd(500n),
    frequency: 'monthly' as const,
    currentPeriodEnd: at,
    cancelAt: null,
    endedAt: null,
    lastPaidAt: at,
    lastFailureAt: null,
  }
  const gift = {
    id: 'don_1',
    status: 'succeeded' as const,
    article: { url: words.url, title: words.title },
    receipt: { number: '2026-000123', url: words.url, voided: false },
    gross: usd(500n),
    succeededAt: at,
  }
  const mail = { receipt: '2026-000123', donationId: 'don_1', sentAt: null, gaveUpAt: null }
  const donor = {
    ...frame,
    id: 'don_1',
    name: words.name,
    email: words.email,
    firstGiftAt: at,
    gifts: 2,
    years: [{ year: 2026, gifts: 2, gross: usd(1_000n), reversed: usd(100n), left: usd(900n) }],
    agreements: [
      agreement,
      { ...agreement, status: null, frequency: null, amount: null, endedAt: at },
      { ...agreement, cancelAt: at },
    ],
    mails: [mail, { ...mail, sentAt: at }, { ...mail, gaveUpAt: at }],
    notes: [
      {
        donationId: 'don_1',
        text: words.message,
        writtenBy: words.email,
        writtenAt: at,
        withdrawnAt: null,
      },
      { donationId: 'don_1', text: '', writtenBy: words.email, writtenAt: at, withdrawnAt: at },
    ],
    page: [
      { ...gift, imported: null },
      { ...gift, article: null, receipt: null, imported: { source: 'givewp', id: words.name } },
    ],
    nextCursor: 'abc',
    previousCursor: 'abd',
  }
  return {
    'refund-confirmation': refundConfirmationPage({
      ...frame,
      donationId: 'don_1',
      request: words.name,
      leftMinor: 500n,
      typed: { amount: words.name, reason: 'duplicate', note: words.message },
      amount: usd(400n),
      gross: usd(500n),
      donorName: words.name,
    }),
    donor: donorPage(donor),
    'donor-unknown': donorPage({
      ...donor,
      name: null,
      email: null,
      agreements: [],
      mails: [],
      notes: [],
      nextCursor: null,
      previousCursor: null,
    }),
  }
}
