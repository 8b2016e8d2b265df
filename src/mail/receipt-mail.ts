import { html } from 'hono/html'
import { markupText, withMarkup } from '../html/layout.ts'
import { giftKind } from '../newsroom/gift-kind.ts'
import { statementIn } from '../newsroom/profile.ts'
import { amountInWords, receiptRows, voidNotice, type Receipt } from '../receipts/receipt.ts'
import type { Text } from '../text/text.ts'
import { greeting } from './greeting.ts'
import { oneLine, type Mail } from './mail.ts'

/** What the mail adds for a payment of a recurring gift, in whole sentences, and the page on which it can be stopped. */
export type RecurringNote = {
  readonly sentences: readonly string[]
  readonly stop: { readonly lead: string; readonly words: string; readonly url: string } | null
}

/** The mail that carries a receipt, and leads to all gifts of the donor. Both addresses are absolute; `to` is the donor's. */
export function receiptMail(
  receipt: Receipt,
  { receiptUrl, myUrl }: { readonly receiptUrl: string; readonly myUrl: string },
  to: string,
  messageId: string,
  text: Text,
  recurring: RecurringNote | null = null,
): Mail {
  const { profile } = receipt
  const t = text.mail
  const newsroom = oneLine(profile.name)
  const mailbox = { name: newsroom, address: profile.email }
  const hello = greeting(receipt.donorName, text)
  const lead = opening(receipt, newsroom, text)
  const notice = voidNotice(receipt, text)
  // The greeting shows the donor's name where it is safe to show; the rows would show it unchecked.
  const rows = receiptRows({ ...receipt, donorName: null }, text).map(({ label, value }) => ({
    label,
    value: oneLine(value),
  }))
  const questions = t('receipt.questions')

  const plain = [
    hello,
    lead,
    ...(notice === null ? [] : [notice]),
    ...(recurring === null ? [] : [recurring.sentences.join(' ')]),
    rows.map((row) => t('receipt.fact', row)).join('\n'),
    statementIn(profile, text),
    `${t('receipt.page')}\n${receiptUrl}`,
    ...(recurring?.stop ? [`${recurring.stop.lead}\n${recurring.stop.url}`] : []),
    `${text.my('mail.footer')}\n${myUrl}`,
    questions,
    `${newsroom}\n${profile.address}`,
  ].join('\n\n')

  const link = html`<a href="${receiptUrl}">${t('receipt.linkWords')}</a>`
  const markup = html`<!doctype html>
    <html lang="${text.language}" dir="${text.direction}">
      <head>
        <meta charset="utf-8" />
        <title>${text.receipt('title', { number: receipt.number })}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${hello}</p>
        <p>${lead}</p>
        ${notice === null ? '' : html`<p><strong>${notice}</strong></p>`}
        ${recurring === null ? '' : html`<p>${recurring.sentences.join(' ')}</p>`}
        <table style="border-collapse:collapse">
          ${rows.map(
            ({ label, value }) =>
              html`<tr>
                <th
                  scope="row"
                  style="padding:4px 0;padding-inline-end:24px;text-align:start;font-weight:normal"
                >
                  ${label}
                </th>
                <td style="padding:4px 0"><strong>${value}</strong></td>
              </tr>`,
          )}
        </table>
        <p>${statementIn(profile, text)}</p>
        <p>${withMarkup(t, 'receipt.link', { link })}</p>
        ${
          recurring?.stop
            ? html`<p>${recurring.stop.lead} <a href="${recurring.stop.url}">${recurring.stop.words}</a></p>`
            : ''
        }
        <p><a href="${myUrl}">${text.my('ask.link')}</a></p>
        <p>${questions}</p>
        <p style="color:#5c5852">${newsroom}<br />${oneLine(profile.address.replace(/\s*\n\s*/g, ', '))}</p>
      </body>
    </html>`

  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject: oneLine(subjectOf(receipt, newsroom, text)),
    text: plain,
    html: markupText(markup),
    messageId,
  }
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
