import { noticeMail } from '../../src/mail/kinds/notice-mail.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { receiptMail, type ReceiptMailing } from '../../src/mail/kinds/receipt-mail.ts'
import { signInMail } from '../../src/mail/kinds/sign-in-mail.ts'
import { welcomeMail } from '../../src/mail/kinds/welcome-mail.ts'
import type { ReceiptProof } from '../../src/receipts/receipt.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { aProfile, aReceipt } from '../receipts/receipt-sample.ts'

export const PAGE = 'https://give.harbour.example/receipts/kX3vQ9dLm2Rt7YwZ1aBcDe'

const proof: ReceiptProof = {
  code: '7K3M-9QTX-0B5E-WZ4H',
  url: 'https://give.harbour.example/verify-receipt?number=2026-000123&code=7K3M-9QTX-0B5E-WZ4H',
  pageUrl: 'https://give.harbour.example/verify-receipt',
}

/** What a receipt is mailed with, in English and without a logo. */
export function aMailing(changes: Partial<ReceiptMailing> = {}): ReceiptMailing {
  return {
    url: PAGE,
    myUrl: 'https://give.harbour.example/my?lang=en',
    to: 'reader@mail.example',
    messageId: '<receipt.2026-000123@news.example>',
    text: textFor('en'),
    proof,
    logoUrl: null,
    recurring: null,
    followLinks: [{ label: 'Bluesky', url: 'https://bsky.app/profile/harbour.example' }],
    ...changes,
  }
}

/** A mail of each kind that has a frame of its own to fill: receipts in every state, notices, and the mails to staff. */
export function mailSamples(language: string, logoUrl: string | null): Readonly<Record<string, Mail>> {
  const text = textFor(language)
  const t = text.recurring
  const profile = aProfile({ legalStatus: 'charity', taxId: '12-3456789' })
  const mailing = aMailing({ text, logoUrl })
  const voidedAt = new Date('2026-12-01T00:00:00Z')
  const staff = { from: { name: profile.name, address: profile.email }, to: 'staff@harbour.example', logoUrl }
  const newsroom = profile.name
  const notice = {
    subject: t('mail.failed.subject', { context: 'monthly', newsroom }),
    before: [
      t('mail.failed.lead', { context: 'monthly', newsroom, amount: '$5.00' }),
      t('mail.failed.noRetry'),
    ],
    button: { words: t('mail.failed.button'), url: PAGE },
    after: [t('mail.failed.stop'), t('mail.questions')],
  }
  const recurring = {
    sentences: [t('receipt.renewal', { context: 'monthly' })],
    stop: { lead: t('receipt.stop'), words: t('receipt.link'), url: PAGE },
  }
  return {
    receipt: receiptMail(aReceipt({ profile }), { ...mailing, recurring }),
    returned: receiptMail(aReceipt({ profile, voidedAt, voidReason: 'refunded' }), mailing),
    replacing: receiptMail(aReceipt({ profile, replaces: receiptNumber(2026, 122n) }), mailing),
    notice: noticeMail(notice, {
      newsroom: profile,
      to: 'reader@mail.example',
      donorName: 'Łukasz Žižek',
      messageId: '<notice@news.example>',
      text,
      logoUrl,
    }),
    signIn: signInMail(
      { ...staff, url: PAGE, validMinutes: 10, messageId: '<in@news.example>' },
      textFor('en'),
    ),
    welcome: welcomeMail({ ...staff, url: PAGE, messageId: '<welcome@news.example>' }, textFor('en')),
  }
}
