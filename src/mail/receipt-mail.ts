import { html } from 'hono/html'
import { markupText } from '../html/layout.ts'
import { giftKind } from '../newsroom/gift-kind.ts'
import { amountInWords, receiptRows, voidNotice, type Receipt } from '../receipts/receipt.ts'
import { oneLine, type Mail } from './mail.ts'

/** The thank-you that carries the receipt. `receiptUrl` is absolute; `to` is the donor's address. */
export function receiptMail(receipt: Receipt, receiptUrl: string, to: string, messageId: string): Mail {
  const { profile } = receipt
  const newsroom = oneLine(profile.name)
  const noun = giftKind(profile.legalStatus)
  const mailbox = { name: newsroom, address: profile.email }
  const hello = greeting(receipt.donorName)
  const thanks = opening(receipt, noun, newsroom)
  const notice = voidNotice(receipt)
  // The giver's name stands in the greeting, where it is checked; in the rows it would not be.
  const rows = receiptRows({ ...receipt, donorName: null }).map(({ label, value }) => ({
    label,
    value: oneLine(value),
  }))
  const questions = 'If you have a question, just answer this mail.'

  const text = [
    hello,
    thanks,
    ...(notice === null ? [] : [notice]),
    rows.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    profile.statement,
    `Your receipt as a page, to print or to keep as a PDF:\n${receiptUrl}`,
    questions,
    `${newsroom}\n${profile.address}`,
  ].join('\n\n')

  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Receipt ${receipt.number}</title>
      </head>
      <body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1d1c1a;background:#ffffff">
        <p>${hello}</p>
        <p>${thanks}</p>
        ${notice === null ? '' : html`<p><strong>${notice}</strong></p>`}
        <table style="border-collapse:collapse">
          ${rows.map(
            ({ label, value }) =>
              html`<tr>
                <th scope="row" style="padding:4px 24px 4px 0;text-align:left;font-weight:normal">
                  ${label}
                </th>
                <td style="padding:4px 0"><strong>${value}</strong></td>
              </tr>`,
          )}
        </table>
        <p>${profile.statement}</p>
        <p><a href="${receiptUrl}">See your receipt</a>, to print or to keep as a PDF.</p>
        <p>${questions}</p>
        <p style="color:#5c5852">${newsroom}<br />${oneLine(profile.address.replace(/\s*\n\s*/g, ', '))}</p>
      </body>
    </html>`

  return {
    from: mailbox,
    to: { name: '', address: to },
    replyTo: mailbox,
    subject: oneLine(subjectOf(receipt, newsroom)),
    text,
    html: markupText(markup),
    messageId,
  }
}

function opening({ money, voidedAt, replaces }: Receipt, noun: string, newsroom: string): string {
  const amount = amountInWords(money)
  if (voidedAt !== null)
    return `Your ${noun} of ${amount} to ${newsroom} has gone back to you, so its receipt is no longer valid.`
  if (replaces !== null)
    return `Part of your ${noun} to ${newsroom} has gone back to you, or come to us again. ${amount} remains, and this receipt replaces ${replaces}.`
  return `Thank you for your ${noun} of ${amount} to ${newsroom}. It helps to keep our reporting going.`
}

function subjectOf({ number, voidedAt, replaces }: Receipt, newsroom: string): string {
  if (voidedAt !== null) return `Your receipt ${number} from ${newsroom} is no longer valid`
  if (replaces !== null) return `Your new receipt ${number} from ${newsroom}`
  return `Thank you, and your receipt ${number} from ${newsroom}`
}

const LIKE_A_LINK = /[:/@<>]|www\.|\.\p{L}{2,}(?!\p{L})/iu
const LONGEST_NAME = 80

/** By name when it is one. A "name" with a link in it would let strangers send advertising to others in our name. */
function greeting(donorName: string | null): string {
  const name = donorName === null ? '' : oneLine(donorName)
  return name === '' || name.length > LONGEST_NAME || LIKE_A_LINK.test(name)
    ? 'Dear reader,'
    : `Dear ${name},`
}
