import { html } from 'hono/html'
import type { FollowLink } from '../../../newsroom/profile.ts'
import type { Text } from '../../../text/text.ts'
import { page, webUrl, withMarkup } from '../../../html/layout.ts'
import { withWholeNumbers } from '../../../html/whole-numbers-view.ts'
import {
  legalWords,
  receiptRows,
  voidNotice,
  type Receipt,
  type ReceiptProof,
} from '../../../receipts/receipt.ts'

type ReceiptLinks = {
  readonly pdfUrl: string
  readonly proof: ReceiptProof
  readonly logoUrl: string | null
  readonly followLinks?: readonly FollowLink[]
}

/** The receipt as a page, which asks search engines to leave it out. `pdfUrl` is a path on this service. */
export function receiptPage(
  receipt: Receipt,
  { pdfUrl, proof, logoUrl, followLinks = [] }: ReceiptLinks,
  text: Text,
): string {
  const { name, address, email } = receipt.profile
  const t = text.receipt
  const notice = voidNotice(receipt, text)
  const { paragraphs, english } = legalWords(receipt, text)
  const title = t('title', { number: receipt.number })
  const mailLink = html`<a href="mailto:${email}"><bdi>${email}</bdi></a>`
  return page({
    text,
    title,
    newsroomName: name,
    logoUrl,
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<article>
      <h1>${withWholeNumbers(title)}</h1>
      ${notice === null ? '' : html`<p class="notice" role="note">${withWholeNumbers(notice)}</p>`}
      <dl>
        ${receiptRows(receipt, text).map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd><bdi>${value}</bdi></dd>
            </div>`,
        )}
      </dl>
      ${paragraphs.map((words) => html`<p>${words}</p>`)}
      ${english === null ? '' : html`<p class="small" lang="en" dir="ltr">${english}</p>`}
      <p class="small">
        ${t('proof.code', { code: proof.code })}<br />
        <a href="${webUrl(`${proof.url}&lang=${text.language}`)}">${t('proof.link')}</a>
      </p>
      <p class="actions"><a class="button" href="${pdfUrl}">${text.reader('receipt.download')}</a></p>
      <footer class="small">
        <p><bdi>${name}</bdi>${lines(address)}</p>
        <p>${withMarkup(t, 'questions', { email: mailLink })}</p>
        <p><a href="/my?lang=${text.language}">${text.my('ask.link')}</a></p>
        ${
          followLinks.length === 0
            ? ''
            : html`<p class="follow">
                ${text.reader('thankYou.stayInTouch')}:
                ${followLinks.map(({ label, url }) => html`<a href="${webUrl(url)}"><bdi>${label}</bdi></a> `)}
              </p>`
        }
      </footer>
    </article>`,
  })
}

function lines(text: string) {
  return text.split('\n').map((line) => html`<br /><bdi>${line}</bdi>`)
}
