import { html } from 'hono/html'
import { withWholeNumbers } from '../../html/whole-numbers-view.ts'
import { giftKind } from '../../newsroom/gift-kind.ts'
import type { FollowLink } from '../../newsroom/profile.ts'
import {
  amountInWords,
  legalWords,
  receiptRows,
  voidNotice,
  type Receipt,
  type ReceiptProof,
  type ReceiptRow,
} from '../../receipts/receipt.ts'
import type { Html } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'
import { greeting } from './greeting.ts'
import {
  mailButton,
  mailDocument,
  mailEnglishPrint,
  mailHeading,
  mailLink,
  mailNotice,
  mailParagraph,
  mailSmallPrint,
} from './mail-frame.ts'
import { oneLine, type Mail } from '../mail.ts'

/** What the mail adds for a payment of a recurring gift, in whole sentences, and the page on which it can be stopped. */
export type RecurringNote = {
  readonly sentences: readonly string[]
  readonly stop: { readonly lead: string; readonly words: string; readonly url: string } | null
}

/** What a receipt is mailed with. */
export type ReceiptMailing = {
  /** The receipt's page: absolute. */
  readonly url: string
  /** The page on which donors ask for all of their gifts: absolute. */
  readonly myUrl: string
  /** The donor's address. */
  readonly to: string
  readonly messageId: string
  readonly text: Text
  readonly proof: ReceiptProof
  readonly logoUrl: string | null
  readonly recurring: RecurringNote | null
  readonly followLinks?: readonly FollowLink[]
}

/** The mail that carries a receipt: thanks first, then the facts and what the law asks to be written. */
export function receiptMail(receipt: Receipt, mailing: ReceiptMailing): Mail {
  const { url, myUrl, to, messageId, text, proof, logoUrl, recurring, followLinks = [] } = mailing
  const { profile } = receipt
  const t = text.mail
  const newsroom = oneLine(profile.name)
  const mailbox = { name: newsroom, address: profile.email }
  const hello = greeting(receipt.donorName, text)
  const lead = opening(receipt, newsroom, text)
  const notice = voidNotice(receipt, text)
  const note = recurring?.sentences.join(' ') ?? ''
  // The greeting shows the donor's name where it is safe to show; the rows would show it unchecked.
  const rows = receiptRows({ ...receipt, donorName: null }, text).map(({ label, value }) => ({
    label,
    value: oneLine(value),
  }))
  const { paragraphs, english } = legalWords(receipt, text)
  const code = text.receipt('proof.code', { code: proof.code })
  const check = { words: text.receipt('proof.link'), url: `${proof.url}&lang=${text.language}` }
  const questions = t('receipt.questions')
  const stay = text.reader('thankYou.stayInTouch')

  const plain = [
    hello,
    lead,
    ...(notice === null ? [] : [notice]),
    ...(note === '' ? [] : [note]),
    rows.map((row) => t('receipt.fact', row)).join('\n'),
    ...paragraphs,
    ...(english === null ? [] : [english]),
    `${t('receipt.page')}\n${url}`,
    `${code}\n${check.words}:\n${check.url}`,
    ...(recurring?.stop ? [`${recurring.stop.lead}\n${recurring.stop.url}`] : []),
    `${text.my('mail.footer')}\n${myUrl}`,
    questions,
    ...(followLinks.length === 0
      ? []
      : [[`${stay}:`, ...followLinks.map((link) => `${oneLine(link.label)}: ${link.url}`)].join('\n')]),
    `${newsroom}\n${profile.address}`,
  ].join('\n\n')

  const subject = oneLine(subjectOf(receipt, newsroom, text))
  const isThanks = receipt.voidedAt === null && receipt.replaces === null
  const body = html`
    ${mailHeading(isThanks ? t('receipt.heading') : withWholeNumbers(text.receipt('title', { number: receipt.number }), 'mail'))}
    ${mailParagraph(hello)} ${mailParagraph(lead)} ${notice === null ? '' : mailNotice(notice)}
    ${note === '' ? '' : mailParagraph(note)} ${mailParagraph(t('receipt.page'))}
    ${mailButton({ words: t('receipt.linkWords'), url }, text)} ${factsTable(rows)}
    ${paragraphs.map(mailParagraph)} ${english === null ? '' : mailEnglishPrint(english)}
    ${mailParagraph(
      html`${code}<br />${mailLink(check.url, check.words)}<br />
        <bdi style="font-size:14px">${proof.pageUrl.replace(/^https?:\/\//, '')}</bdi>`,
    )}
    ${
      recurring?.stop
        ? mailParagraph(html`${recurring.stop.lead} ${mailLink(recurring.stop.url, recurring.stop.words)}`)
        : ''
    }
    ${mailParagraph(mailLink(myUrl, text.my('ask.link')))} ${mailParagraph(questions)}
    ${followLinks.length === 0 ? '' : mailSmallPrint(html`${stay}: ${followLinks.map((link) => html`<bdi>${mailLink(link.url, oneLine(link.label))}</bdi> `)}`)}
  `
  const { address } = profile
  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject,
    text: plain,
    html: mailDocument({ text, title: subject, letterhead: { name: newsroom, address, logoUrl }, body }),
    messageId,
  }
}

function factsTable(rows: readonly ReceiptRow[]): Html {
  return html`<table
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="margin:0 0 24px;border-collapse:collapse"
  >
    ${rows.map(
      ({ label, value }) =>
        html`<tr>
          <th
            scope="row"
            class="quiet line"
            width="40%"
            style="padding:8px 0;padding-inline-end:16px;border-bottom:1px solid #dcd8d1;color:#5c5852;font-weight:normal;text-align:start;vertical-align:top"
          >
            ${label}
          </th>
          <td class="line" style="padding:8px 0;border-bottom:1px solid #dcd8d1;vertical-align:top">
            <strong><bdi>${value}</bdi></strong>
          </td>
        </tr>`,
    )}
  </table>`
}

function opening({ money, voidedAt, replaces, profile }: Receipt, newsroom: string, text: Text): string {
  const t = text.mail
  const context = giftKind(profile.legalStatus)
  const amount = amountInWords(money, text)
  if (voidedAt !== null) return t('receipt.voided', { context, amount, newsroom })
  if (replaces !== null) return t('receipt.replaced', { context, amount, newsroom, replaces })
  return t('receipt.thanks', { context, amount, newsroom })
}

function subjectOf({ number, voidedAt, replaces }: Receipt, newsroom: string, text: Text): string {
  const t = text.mail
  if (voidedAt !== null) return t('receipt.subjectVoided', { number, newsroom })
  if (replaces !== null) return t('receipt.subjectReplaced', { number, newsroom })
  return t('receipt.subject', { number, newsroom })
}
