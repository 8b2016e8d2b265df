import { describe, expect, it } from 'vitest'
import { legalStatuses } from '../../src/newsroom/profile.ts'
import type { SubscriptionId } from '../../src/ids.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { noticeMail } from '../../src/mail/kinds/notice-mail.ts'
import { receiptMail } from '../../src/mail/kinds/receipt-mail.ts'
import { recurringNotice } from '../../src/mail/kinds/recurring-mail.ts'
import { recurringNote } from '../../src/mail/kinds/recurring-receipt-note.ts'
import { money } from '../../src/money/money.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import type { AgreementDetail } from '../../src/subscriptions/agreement-detail.ts'
import { noticeKinds } from '../../src/subscriptions/agreement-notices.ts'
import { en } from '../../src/text/en/en.ts'
import { languages, type Language } from '../../src/text/languages.ts'
import { textFor, type Text } from '../../src/text/text.ts'
import { currencyNamed } from '../kit/named.ts'
import { aProfile, aReceipt } from '../receipts/receipt-sample.ts'
import { readerSentences, readerViews } from '../pages/samples/reader-samples.ts'
import { dataOf } from '../widget/newsroom-data.ts'
import { englishAmong, messagesOf, wordsOfNobody } from './words-of-languages.ts'

const now = new Date('2026-11-28T12:00:00Z')
const next = new Date('2026-12-20T12:00:00Z')
const newsroom = { name: wordsOfNobody.newsroom, address: '1', email: 'a@b.example', timezone: 'UTC' }

/** What stands where a value, a key or a placeholder was forgotten. A key is shown as it is written in the catalogue. */
const keys = new Set([...messagesOf(en).keys()].map((path) => path.slice(path.indexOf('.') + 1)))
const FORGOTTEN = /\{\{|\}\}|\bundefined\b|(?<!als )\bnull\b|\bNaN\b|\[object|Invalid Date/
function forgottenIn(texts: readonly string[]): string[] {
  const isKey = (text: string) => keys.has(text.trim()) && text.includes('.')
  return texts.filter((text) => FORGOTTEN.test(text) || isKey(text))
}

function textsOf(html: string): string[] {
  return html.split(/<[^>]*>/).filter((text) => text.trim() !== '')
}

describe.each(languages)('in %s', (language: Language) => {
  const text = textFor(language)

  it('every page of readers has all its words and values', () => {
    const views = { ...readerViews(wordsOfNobody, text), ...readerSentences(wordsOfNobody, text) }
    for (const [name, html] of Object.entries(views))
      expect([name, forgottenIn(textsOf(html))]).toEqual([name, []])
  })

  it('every mail to donors has all its words and values, and no English ones', () => {
    const mails = mailsIn(text)
    expect(Object.keys(mails).length).toBeGreaterThan(15)
    for (const [name, { subject, text: plain, html }] of Object.entries(mails)) {
      const texts = [subject, ...plain.split('\n'), ...textsOf(html)]
      // The legal words that a receipt was issued with hold, and stand below their translation.
      const others = texts.filter((words) => !legalWords.has(words.trim()))
      const english = language === 'en' ? [] : englishAmong(others, language)
      expect([name, forgottenIn(texts), english]).toEqual([name, [], []])
    }
  })

  it('the widget has all its words and values, for every legal status', () => {
    for (const status of legalStatuses) {
      const variables = {
        NEWSROOM_LEGAL_STATUS: status,
        ...(status === 'for_profit' ? {} : { NEWSROOM_TAX_ID: '98-7654321' }),
        ...(status === 'fiscally_sponsored' ? { NEWSROOM_FISCAL_SPONSOR: wordsOfNobody.name } : {}),
      }
      const { lang, words } = dataOf(variables, { lang: language })
      expect(lang).toBe(language)
      expect(Object.entries(words).filter(([, message]) => message.trim() === '')).toEqual([])
      // The script itself fills in the amounts.
      const left = Object.values(words).filter((message) => /\{\{(?!amount|fee|currency)/.test(message))
      expect(left).toEqual([])
    }
  })
})

const profiles = legalStatuses.map((legalStatus) =>
  aProfile({
    name: newsroom.name,
    legalStatus,
    taxId: '98-7654321',
    fiscalSponsor: legalStatus === 'fiscally_sponsored' ? wordsOfNobody.name : null,
  }),
)
const legalWords = new Set(profiles.map(({ statement }) => statement))

/** A mail of every kind that donors get, in each of its states. */
function mailsIn(text: Text): Record<string, Mail> {
  const to = 'a@b.example'
  const mails: Record<string, Mail> = {}
  const agreement: AgreementDetail = {
    id: 'sub_1' as SubscriptionId, // a cast stands in for the parser
    customerId: 'cus_1',
    amount: money(500n, currencyNamed('usd')),
    frequency: 'monthly',
    status: 'active',
    currentPeriodEnd: next,
    cancelAt: null,
    canceledAt: null,
    endedAt: null,
    endReason: null,
    isPaused: false,
    resumesAt: null,
    card: { brand: 'visa', last4: '4242', expires: '2026-11' },
    openInvoiceUrl: null,
    hasOpenInvoice: true,
    nextAttemptAt: next,
    stopAskedAt: null,
    articleTitle: null,
    donorName: null,
    donorEmail: to,
    locale: text.language,
  }
  const states: Readonly<Record<string, Partial<AgreementDetail>>> = {
    running: {},
    'not retried': { nextAttemptAt: null },
    'without a card': { card: null },
    paused: { isPaused: true, resumesAt: next },
    'paused without an end': { isPaused: true },
    'stopped by the donor': { cancelAt: next, stopAskedAt: now, canceledAt: now },
    'ended by a failure': { endedAt: now, canceledAt: now, endReason: 'payment_failed' },
    'stopped elsewhere': { endedAt: now, canceledAt: now },
  }
  const context = { newsroom, now, url: 'https://b.example/r', donateUrl: 'https://b.example/d', text }
  for (const kind of noticeKinds)
    for (const frequency of ['monthly', 'yearly'] as const)
      for (const [state, changed] of Object.entries(states)) {
        const notice = recurringNotice(kind, { ...agreement, ...changed, frequency }, context)
        const addressed = {
          newsroom,
          to,
          donorName: wordsOfNobody.name,
          messageId: '<a@b>',
          text,
          logoUrl: null,
        }
        if (notice) mails[`${kind}, ${frequency}, ${state}`] = noticeMail(notice, addressed)
      }
  const mailing = {
    url: 'https://b.example/receipt',
    myUrl: 'https://b.example/my',
    to,
    messageId: '<a@b>',
    text,
    proof: { code: '7K3M-9QTX-0B5E-WZ4H', url: 'https://b.example/v?n=1', pageUrl: 'https://b.example/v' },
    logoUrl: null,
  }
  const gift = {
    isRenewal: true,
    isTakenBack: false,
    givenOn: '2026-11-28',
  }
  for (const profile of profiles) {
    const receipts = {
      receipt: aReceipt({ profile, coveredFee: money(46n, currencyNamed('usd')) }),
      voided: aReceipt({ profile, voidedAt: now, voidReason: 'refunded' }),
      replaced: aReceipt({ profile, replaces: receiptNumber(2026, 122n) }),
    }
    for (const [state, receipt] of Object.entries(receipts)) {
      const recurring = recurringNote(gift, agreement, { ...context, timezone: newsroom.timezone })
      mails[`${state}, ${profile.legalStatus}`] = receiptMail(receipt, { ...mailing, recurring })
    }
  }
  return mails
}
