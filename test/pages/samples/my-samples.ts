import type { SupporterEntry } from '../../../src/donors/supporters/supporter-entry.ts'
import type { ReaderMessage } from '../../../src/donors/messages/reader-message.ts'
import { statementYears, type DonorGift } from '../../../src/donors/donor-gift.ts'
import { money } from '../../../src/money/money.ts'
import { messagesPage } from '../../../src/pages/finance/messages/messages-view.ts'
import { askPage, farewellPage, sentPage } from '../../../src/pages/reader/my/ask-view.ts'
import { myPage, ownErasurePage, type MyView } from '../../../src/pages/reader/my/my-view.ts'
import { stopPage } from '../../../src/pages/reader/reminders/reminder-view.ts'
import { supportersPage } from '../../../src/pages/reader/supporters/supporters-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import type { Text } from '../../../src/text/text.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const now = new Date('2026-02-10T12:00:00Z')
const usd = (minor: bigint) => money(minor, currencyNamed('usd'))

/** A donor's own page and the pages around it, in each of their states. */
export function myViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const gift = (wish: Partial<DonorGift>): DonorGift => ({
    givenOn: '2026-01-14',
    gross: usd(546n),
    returned: null,
    frequency: 'monthly',
    article: { url: words.url, title: words.title },
    receipt: { number: '2026-000123', token: 'token' },
    isImported: false,
    ...wish,
  })
  const gifts = [
    gift({}),
    gift({ frequency: 'once', article: { url: words.url, title: null } }),
    gift({ givenOn: '2025-11-03', gross: usd(5_000n), returned: usd(2_000n), receipt: null, article: null }),
    gift({ givenOn: '2025-03-03', gross: money(1_500n, currencyNamed('eur')), frequency: 'yearly' }),
    gift({ givenOn: '2024-05-03', receipt: null, article: null, frequency: 'once', isImported: true }),
  ]
  const agreement: MyView['agreements'][number] = {
    amount: usd(546n),
    frequency: 'monthly',
    currentPeriodEnd: new Date('2026-02-14T12:00:00Z'),
    cancelAt: null,
    endedAt: null,
    hasOpenInvoice: false,
    isPaused: false,
    articleTitle: words.title,
    path: '/recurring/sub_1-token',
  }
  const view: MyView = {
    text,
    newsroom: { name: words.newsroom, timezone: 'America/New_York' },
    email: words.email,
    gifts,
    agreements: [],
    statements: statementYears(gifts, 1),
    path: '/my/token',
    now,
    done: null,
    refusedQuestion: null,
    newsletter: { consent: { text: words.message, language: 'en', confirmedAt: now } },
  }
  const frame = { text, newsroomName: words.newsroom }
  const ask = { ...frame, email: '', hasProblem: false, isExpired: false }
  return {
    'my-ask': askPage(ask),
    'my-ask-problem': askPage({ ...ask, email: words.name, hasProblem: true }),
    'my-expired': askPage({ ...ask, isExpired: true }),
    'my-sent': sentPage(frame),
    'my-gifts': myPage({
      ...view,
      statements: statementYears(gifts, 7),
      agreements: [
        agreement,
        { ...agreement, hasOpenInvoice: true, frequency: 'yearly', articleTitle: null },
        { ...agreement, cancelAt: new Date('2026-02-14T12:00:00Z') },
        { ...agreement, isPaused: true },
        { ...agreement, amount: null, endedAt: now },
      ],
    }),
    'my-one-gift': myPage({ ...view, gifts: gifts.slice(0, 1), done: 'asked' }),
    'my-listed': myPage({ ...view, gifts: gifts.slice(0, 1), listedSince: now }),
    'my-unlisted': myPage({ ...view, gifts: gifts.slice(0, 1), done: 'unlisted' }),
    'my-refused-question': myPage({ ...view, refusedQuestion: words.message }),
    'reminder-stop': stopPage({ ...frame, state: 'ask' }),
    'reminder-stopped': stopPage({ ...frame, state: 'done' }),
    'reminder-unknown': stopPage({ ...frame, state: 'unknown' }),
    supporters: supportersPage({
      ...frame,
      giveUrl: words.url,
      entries: [
        { name: words.name, town: words.title, message: words.message },
        { name: null, town: null, message: null },
      ],
    }),
    'supporters-none': supportersPage({ ...frame, giveUrl: words.url, entries: [] }),
    'my-nothing': myPage({ ...view, gifts: [], statements: [], newsletter: null }),
    'my-no-newsletter': myPage({ ...view, newsletter: { consent: null }, done: 'unsubscribed' }),
    'my-erase': ownErasurePage({ ...frame, path: '/my/token', isActive: false }),
    'my-erase-active': ownErasurePage({ ...frame, path: '/my/token', isActive: true }),
    'my-closed': farewellPage(frame, 'closed'),
    'my-erasure-asked': farewellPage(frame, 'erasureAsked'),
  }
}

/** Finance's page of donors' questions. */
export function messageViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const message: ReaderMessage = {
    id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0001',
    donationId: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0002',
    source: 'my',
    text: words.message,
    donorName: words.name,
    donorEmail: words.email,
    writtenAt: now,
    answeredAt: null,
    answeredBy: null,
  }
  const entry: SupporterEntry = {
    id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0005',
    donationId: message.donationId,
    name: words.name,
    town: words.title,
    message: words.message,
    consentedAt: now,
    decision: null,
    decidedBy: null,
  }
  const decided = { ...entry, name: null, town: null, message: null, decidedBy: words.email }
  const view = { ...frame, newsroomEmail: words.email, messageMail: 'at_once' as const, entries: null }
  return {
    messages: messagesPage({
      ...view,
      messages: [
        message,
        { ...message, id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0003', donorName: null },
        {
          ...message,
          id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0004',
          donorName: null,
          donorEmail: null,
          text: '',
          answeredAt: now,
          answeredBy: words.email,
        },
      ],
    }),
    'messages-none': messagesPage({ ...view, messages: [], messageMail: 'off' }),
    'messages-supporters': messagesPage({
      ...view,
      messageMail: 'daily',
      messages: [{ ...message, source: 'gift' }],
      entries: [
        entry,
        { ...decided, id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0006', decision: 'approved' },
        { ...decided, id: 'b5b6a1f2-3c0f-4a52-9b39-4bb46a2f0007', decision: 'hidden' },
      ],
    }),
    'messages-supporters-none': messagesPage({ ...view, messages: [], entries: [] }),
  }
}
