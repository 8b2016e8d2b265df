import { html } from 'hono/html'
import { statementIn } from '../../newsroom/profile.ts'
import type { Text } from '../../text/text.ts'
import { page, withMarkup } from '../../html/layout.ts'
import { receiptRows, voidNotice, type Receipt } from '../../receipts/receipt.ts'

/** The receipt as a page, which asks search engines to leave it out. `pdfUrl` is a path on this service. */
export function receiptPage(receipt: Receipt, pdfUrl: string, text: Text): string {
  const { name, address, email } = receipt.profile
  const t = text.receipt
  const notice = voidNotice(receipt, text)
  const title = t('title', { number: receipt.number })
  const mailLink = html`<a href="mailto:${email}">${email}</a>`
  return page({
    text,
    title,
    newsroomName: name,
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<article>
      <h1>${title}</h1>
      ${notice === null ? '' : html`<p class="notice" role="note">${notice}</p>`}
      <dl>
        ${receiptRows(receipt, text).map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd dir="auto">${value}</dd>
            </div>`,
        )}
      </dl>
      <p>${statementIn(receipt.profile, text)}</p>
      <p class="actions"><a class="button" href="${pdfUrl}">${text.reader('receipt.download')}</a></p>
      <footer class="small">
        <p>${name}<br />${lines(address)}</p>
        <p>${withMarkup(t, 'questions', { email: mailLink })}</p>
      </footer>
    </article>`,
  })
}

function lines(text: string) {
  return text.split('\n').map((line, index) => (index === 0 ? html`${line}` : html`<br />${line}`))
}
