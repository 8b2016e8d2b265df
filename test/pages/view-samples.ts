import { money, type Money } from '../../src/money/money.ts'
import { donationPage, type DonationView } from '../../src/pages/finance/donations/donation-view.ts'
import { undeliveredMailPage } from '../../src/pages/finance/mail/undelivered-mail-view.ts'
import type { UndeliveredMail } from '../../src/mail/undelivered-mail.ts'
import { deliveryFailures, interventions, type DeliveryFailure } from '../../src/outbox/outbox.ts'
import { depositViews } from './samples/deposit-samples.ts'
import { demoPage } from '../../src/pages/dev/demo-view.ts'
import { payoutOf } from './reconciliation-samples.ts'
import { monthViews } from './samples/month-samples.ts'
import type { StoredRefundRequest } from '../../src/refunds/refund-request.ts'
import type { HistoryEntry } from '../../src/reports/donation-timeline/donation-history.ts'
import { giftViews } from './samples/gift-samples.ts'
import { donationDesk, donationForms, refundAndDonorViews } from './samples/donation-samples.ts'
import { textFor, type Text } from '../../src/text/text.ts'
import { signInViews } from './samples/sign-in-samples.ts'
import { givingViews } from './samples/giving-samples.ts'
import { messageViews } from './samples/my-samples.ts'
import { setUpViews } from './samples/set-up-samples.ts'
import { overviewViews } from './samples/overview-samples.ts'
import { booksViews } from './samples/books-samples.ts'
import { reportViews } from './samples/report-samples.ts'
import { protectionViews } from './samples/protection-samples.ts'
import { settingsViews } from './samples/settings-samples.ts'
import { importViews } from './samples/import-samples.ts'
import { goalViews } from './samples/goal-samples.ts'
import { newsletterDeskViews } from './samples/newsletter-samples.ts'
import { webhookViews } from './samples/webhook-samples.ts'
import { handoverViews } from './samples/handover-samples.ts'
import { readerViews } from './samples/reader-samples.ts'
import { currencyNamed, dayNamed } from '../kit/named.ts'
import { refusedForm } from './samples/refused-form.ts'

/** All text on the pages that comes from outside. A test may put in what it likes. */
export type Words = {
  readonly newsroom: string
  readonly title: string
  readonly url: string
  readonly name: string
  readonly email: string
  readonly message: string
  readonly campaign: string
}

export const plainWords: Words = {
  newsroom: 'The Harbour Post',
  title: 'Ferry crossings to return in spring after two years of repairs',
  url: 'https://harbour.example/ferry',
  name: 'Ada Okonkwo-Fitzgerald',
  email: 'ada.okonkwo@mail.example',
  message: 'Thank you for reading the accounts.',
  campaign: 'winter',
}

const usd = (minor: bigint): Money => money(minor, currencyNamed('usd'))
const at = new Date('2026-01-14T18:42:00Z')

/** One entry of every kind that the history of a donation can have. */
function refundRequest(words: Words): StoredRefundRequest {
  return {
    id: words.name,
    donationId: 'don_01JH8Z5Y3M',
    paymentIntentId: 'pi_3QhZ5Y2eZvKYlo2C1',
    amount: usd(100n),
    reason: 'duplicate',
    requestedBy: words.email,
    requestedAt: at,
    refundId: null,
    refused: null,
  }
}

function historyOf(words: Words): HistoryEntry[] {
  const when = { at: at.toISOString() }
  const posting = {
    ...when,
    kind: 'ledger_posting' as const,
    source: words.campaign,
    effect: 'donation_succeeded',
    entries: [
      { account: 'stripe_clearing', currency: 'usd', amount: 500 },
      { account: words.campaign, currency: 'usd', amount: -500 },
    ],
  }
  const request = {
    ...when,
    kind: 'refund_requested' as const,
    amount: 200,
    by: words.email,
    reason: 'duplicate',
    note: null,
  }
  return [
    {
      ...when,
      kind: 'stripe_event',
      type: words.message,
      eventId: words.name,
      outcome: 'failed',
      reason: null,
    },
    { ...posting, period: null },
    { ...posting, period: '2025-12' },
    { ...when, kind: 'receipt_issued', number: words.name },
    { ...when, kind: 'mail_sent', message: words.email },
    { ...when, kind: 'mail_given_up', message: words.email },
    ...interventions.map((what) => ({
      ...when,
      kind: 'mail_intervention' as const,
      what,
      by: words.email,
      message: words.name,
    })),
    { ...when, kind: 'fraud_warning', warning: words.name, fraudType: words.message },
    { ...request, refundId: words.name, refused: null },
    { ...request, refundId: null, refused: null },
    { ...request, note: words.message, refundId: null, refused: words.message },
    { ...when, kind: 'receipt_voided', number: words.name, reason: words.message },
  ]
}

function undeliveredMail(id: bigint, failure: DeliveryFailure | null, words: Words): UndeliveredMail {
  const donor = { donorName: words.name, donorEmail: words.email }
  return {
    id,
    receiptNumber: words.campaign,
    givenUpAt: at,
    failure,
    reason: failure === null ? null : 'EENVELOPE 550 5.1.1 RCPT TO',
    donation: { id: words.name, gross: usd(500n), ...donor, isRecurring: id % 2n === 0n },
  }
}

/** Every page in every state, by name. */
export function allViews(words: Words, text: Text = textFor('en')): Readonly<Record<string, string>> {
  const newsroomName = words.newsroom
  const article = { url: words.url, title: words.title }
  const campaign = { source: words.campaign, medium: words.campaign, name: words.campaign }
  const finance = {
    text,
    newsroomName,
    staffEmail: words.email,
    role: 'admin' as const,
    locale: 'en-US',
    timeZone: 'America/New_York',
  }
  const donor = { name: words.name, email: words.email }
  const receipt = { number: '2026-000041', url: words.url, voided: true }
  const line = { succeededAt: at, donor, article, receipt }
  const paidOut = { amountMinor: 81_231n, currency: 'usd', arrivalDate: dayNamed('2026-01-22') }
  const donation: DonationView = {
    ...finance,
    ...line,
    id: 'don_01JH8Z5Y3M',
    status: 'succeeded',
    gross: usd(500n),
    coveredFee: usd(46n),
    presentment: { currency: 'eur', amount: 473 },
    refunded: usd(200n),
    refundOutstanding: usd(100n),
    refundable: usd(200n),
    refundRequestId: words.name,
    requested: null,
    disputed: usd(0n),
    fee: usd(1_545n),
    disputeFee: usd(1_500n),
    net: usd(255n),
    subscriptionId: 'sub_1',
    month: '2026-01',
    payouts: [
      { id: words.name, ...paidOut, hasTheGift: true },
      { id: 'po_2', ...paidOut, hasTheGift: false },
    ],
    campaign,
    message: words.message,
    checkoutId: 'chk_01JH8Z5W2A',
    paymentIntentId: 'pi_3QhZ5Y2eZvKYlo2C1',
    imported: null,
    importedRow: null,
    formerAgreement: null,
    history: historyOf(words),
    ...donationDesk(words, historyOf(words)),
  }
  return {
    ...readerViews(words, text),
    demo: demoPage({
      text,
      newsroomName,
      invitation: 'Support the Courier',
      articleUrl: words.url,
    }),
    ...signInViews(words, finance),
    ...overviewViews(words, finance),
    ...importViews(finance, words),
    'donation-imported': donationPage({
      ...donation,
      receipt: null,
      refundable: usd(0n),
      imported: { source: 'givewp', id: words.name },
      importedRow: 7,
      formerAgreement: words.campaign,
      timeline: [{ kind: 'imported', at, precision: 'minute', lateMs: null, sources: ['imported:givewp:7'] }],
    }),
    ...messageViews(words, finance),
    ...setUpViews(words, finance),
    ...booksViews(words, finance),
    ...givingViews(words, finance),
    ...reportViews(words, finance),
    ...settingsViews(words, finance),
    ...webhookViews(words, finance),
    ...goalViews(words, finance),
    ...newsletterDeskViews(words, finance),
    ...protectionViews(finance),
    ...handoverViews(words, finance),
    'undelivered-mail': undeliveredMailPage({
      ...finance,
      mails: [
        undeliveredMail(1n, 'no_such_address', words),
        undeliveredMail(2n, null, words),
        ...deliveryFailures.map((failure, index) => undeliveredMail(BigInt(index + 3), failure, words)),
      ],
      count: 120,
      done: 'sent',
      ...refusedForm('/finance/mail/2', { email: words.message }, { 'email-2': words.campaign }),
    }),
    'undelivered-mail-none': undeliveredMailPage({
      ...finance,
      mails: [],
      count: 0,
      done: 'left',
    }),
    ...giftViews(words, finance),
    donation: donationPage(donation),
    ...refundAndDonorViews(words, finance),
    ...Object.fromEntries(
      Object.entries(donationForms(words, donation)).map(([name, view]) => [name, donationPage(view)]),
    ),
    'donation-note-added': donationPage({ ...donation, done: 'note_added', role: 'auditor' }),
    'donation-refund-made': donationPage({
      ...donation,
      requested: { request: { ...refundRequest(words), refundId: words.name }, isRepeated: false },
    }),
    'donation-refund-made-before': donationPage({
      ...donation,
      requested: { request: { ...refundRequest(words), refundId: words.name }, isRepeated: true },
    }),
    'donation-refund-unknown': donationPage({
      ...donation,
      requested: { request: refundRequest(words), isRepeated: false },
    }),
    'donation-refund-refused': donationPage({
      ...donation,
      refundable: usd(0n),
      requested: { request: { ...refundRequest(words), refused: words.name }, isRepeated: false },
    }),
    ...monthViews(words, finance),
    ...depositViews(finance, words, payoutOf(words)),
  }
}
