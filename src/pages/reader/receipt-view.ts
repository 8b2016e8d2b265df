import { html } from 'hono/html'
import type { Text } from '../../text/text.ts'
import { page } from '../../html/layout.ts'
import { receiptRows, voidNotice, type Receipt } from '../../receipts/receipt.ts'

/** The receipt as a page. `pdfUrl` is a path on this service; the page keeps out of search engines. */
export function receiptPage(receipt: Receipt, pdfUrl: string, text: Text): string {
  const { name, address, email, statement } = receipt.profile
  const notice = voidNotice(receipt)
  const title = `Receipt ${receipt.number}`
  return page({
    text,
    title,
    newsroomName: name,
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    body: html`<article>
      <h1>${title}</h1>
      ${notice === null ? '' : html`<p class="notice" role="note">${notice}</p>`}
      <dl>
        ${receiptRows(receipt).map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd dir="auto">${value}</dd>
            </div>`,
        )}
      </dl>
      <p>${statement}</p>
      <p class="actions"><a class="button" href="${pdfUrl}">${text.reader('receipt.download')}</a></p>
      <footer class="small">
        <p>${name}<br />${lines(address)}</p>
        <p>Questions about this receipt? Write to <a href="mailto:${email}">${email}</a>.</p>
      </footer>
    </article>`,
  })
}

function lines(text: string) {
  return text.split('\n').map((line, index) => (index === 0 ? html`${line}` : html`<br />${line}`))
}
