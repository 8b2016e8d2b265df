import { describe, expect, it } from 'vitest'
import { noticeMail } from '../../src/mail/kinds/notice-mail.ts'
import { recurringNotice } from '../../src/mail/kinds/recurring-mail.ts'
import { recurringNote } from '../../src/mail/kinds/recurring-receipt-note.ts'
import { money } from '../../src/money/money.ts'
import type { AgreementDetail } from '../../src/subscriptions/agreement-detail.ts'
import type { NoticeKind } from '../../src/subscriptions/agreement-notices.ts'
import type { SubscriptionId } from '../../src/ids.ts'
import { textFor } from '../../src/text/text.ts'
import { currencyNamed } from '../kit/named.ts'

const now = new Date('2026-11-28T12:00:00Z')
const next = new Date('2026-12-20T12:00:00Z')
const text = textFor('en')
const newsroom = {
  name: 'The Harbour Post',
  address: '1 Quay\nHarbour',
  email: 'desk@harbour.example',
  timezone: 'America/New_York',
}
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
  card: { brand: 'visa', last4: '4242', expires: '2026-11' },
  openInvoiceUrl: null,
  isPaused: false,
  resumesAt: null,
  hasOpenInvoice: true,
  nextAttemptAt: next,
  stopAskedAt: null,
  articleTitle: null,
  donorName: 'Ada',
  donorEmail: 'ada@reader.example',
  locale: 'en',
}
const context = {
  newsroom,
  now,
  url: 'https://give.example/recurring/t',
  donateUrl: 'https://give.example/donate',
  text,
}
const notice = (kind: NoticeKind, changed: Partial<AgreementDetail> = {}) =>
  recurringNotice(kind, { ...agreement, ...changed }, context)

describe('a mail about a recurring gift', () => {
  it('is not written any more when what it says is not true any more', () => {
    expect(notice('recurring_failed')).not.toBeNull()
    expect(notice('recurring_failed', { hasOpenInvoice: false })).toBeNull()
    expect(notice('recurring_card_expires')).not.toBeNull()
    expect(
      notice('recurring_card_expires', { card: { brand: 'visa', last4: '4444', expires: '2030-01' } }),
    ).toBeNull()
    expect(notice('recurring_card_expires', { currentPeriodEnd: now })).toBeNull()
    expect(notice('recurring_reminder', { currentPeriodEnd: now })).toBeNull()
    expect(notice('recurring_stopped')).toBeNull()
    for (const kind of ['recurring_failed', 'recurring_card_expires', 'recurring_reminder'] as const)
      expect(notice(kind, { cancelAt: next })).toBeNull()
  })

  it('of a change says what is charged from now on, or until when nothing is', () => {
    const words = (kind: NoticeKind, changed: Partial<AgreementDetail> = {}) =>
      notice(kind, changed)?.before.join(' ')
    expect(words('recurring_changed')).toBe(
      'Your monthly gift to The Harbour Post is $5.00 from now on. The new amount is charged for the first time on December 20, 2026.',
    )
    expect(words('recurring_changed', { isPaused: true })).not.toContain('December')
    expect(words('recurring_paused', { isPaused: true, resumesAt: next })).toContain(
      'Nothing is charged before December 20, 2026.',
    )
    expect(words('recurring_paused', { isPaused: true })).toContain('until you go on')
    expect(words('recurring_resumed')).toContain('goes on. Thank you! The next payment is on December 20')
    // The donor has changed their mind before the mail went out.
    expect(words('recurring_paused')).toBe(undefined)
    expect(words('recurring_resumed', { isPaused: true })).toBe(undefined)
    expect(words('recurring_changed', { cancelAt: next })).toBe(undefined)
  })

  it('says that the donor stopped it only where the donor asked for that by our link', () => {
    const ended = { endedAt: now, canceledAt: now }
    const words = (changed: Partial<AgreementDetail>) =>
      notice('recurring_stopped', { ...ended, ...changed })?.before.join(' ')
    expect(words({ stopAskedAt: now })).toContain('You have stopped your monthly gift of $5.00')
    expect(words({})).toContain('by you, or by our staff')
    expect(words({ endReason: 'payment_failed' })).toContain('because the payment failed several times')
    // Asked for and taken back long ago, then ended by a failure.
    const longAgo = new Date('2026-06-01T12:00:00Z')
    expect(words({ stopAskedAt: longAgo, endReason: 'payment_failed' })).toContain('failed several times')
  })

  it('has its link in the text and in the HTML, and brings no line or markup of names into either', () => {
    const made = notice('recurring_failed')
    if (!made) throw new Error('the notice is not written')
    const from = { ...newsroom, name: 'The <b>Post</b>\r\nBcc: x@y.example' }
    const to = {
      to: 'ada@reader.example',
      donorName: 'Win https://spam.example',
      messageId: '<a@b>',
      text,
      logoUrl: null,
    }
    const mail = noticeMail(made, { newsroom: from, ...to })
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain('https://give.example/recurring/t')
      expect(body).not.toContain('spam.example')
    }
    expect(mail.html).not.toContain('<b>Post')
    expect(`${mail.subject}${mail.from.name}`).not.toMatch(/[\r\n]/)
  })
})

describe('what a receipt’s mail adds', () => {
  const gift = { isRenewal: true, isTakenBack: false, givenOn: '2026-11-28' }
  const note = (changed: Partial<AgreementDetail>) =>
    recurringNote(gift, { ...agreement, ...changed }, { ...context, timezone: newsroom.timezone })

  it('names the next payment as Stripe says it, and by the day of the gift until Stripe has said it', () => {
    expect(note({})?.sentences[1]).toBe('The next payment is on December 20, 2026.')
    expect(note({ currentPeriodEnd: now })?.sentences[1]).toBe('The next payment is on December 28, 2026.')
  })

  it('offers no way to stop what has been stopped, and adds nothing to a single gift', () => {
    expect(note({ cancelAt: next })).toEqual({
      sentences: [
        'This is a renewal of your monthly gift.',
        'It has been stopped, so there is no next payment.',
      ],
      stop: null,
    })
    expect(recurringNote(gift, null, { ...context, timezone: newsroom.timezone })).toBeNull()
  })
})
