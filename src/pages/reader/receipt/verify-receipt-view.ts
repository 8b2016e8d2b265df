import { html } from 'hono/html'
import { page, type Html } from '../../../html/layout.ts'
import { withWholeNumbers } from '../../../html/whole-numbers-view.ts'
import { VERIFY_PATH } from '../../../receipts/receipt-code.ts'
import { amountInWords, dayInWords, type CheckedReceipt } from '../../../receipts/receipt.ts'
import type { Text } from '../../../text/text.ts'

export type VerifyReceiptView = {
  readonly newsroomName: string
  /** What was typed, or stood in the link. */
  readonly number: string
  readonly code: string
  /** Null before anything was asked; `receipt` is null when number and code prove nothing. */
  readonly outcome: { readonly receipt: CheckedReceipt | null } | null
  readonly text: Text
}

/** The page on which anybody can check a receipt. It shows neither the donor's name nor an address. */
export function verifyReceiptPage({ newsroomName, number, code, outcome, text }: VerifyReceiptView): string {
  const t = text.reader
  return page({
    text,
    title: t('verify.title'),
    newsroomName,
    head: html`<meta name="robots" content="noindex, noarchive" />`,
    styles: ['forms', 'reader'],
    body: html`<article>
      <h1>${t('verify.title')}</h1>
      ${outcome === null ? html`<p>${t('verify.lead')}</p>` : outcomeOf(outcome.receipt, text)}
      <form method="get" action="${VERIFY_PATH}">
        <input type="hidden" name="lang" value="${text.language}" />
        <p class="field">
          <label for="number">${text.receipt('number')}</label>
          <input
            type="text"
            id="number"
            name="number"
            value="${number}"
            required
            maxlength="30"
            placeholder="2026-000123"
            dir="ltr"
            autocomplete="off"
          />
        </p>
        <p class="field">
          <label for="code">${t('verify.code')}</label>
          <input
            type="text"
            id="code"
            name="code"
            value="${code}"
            required
            maxlength="40"
            dir="ltr"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
          />
        </p>
        <p class="actions"><button type="submit" class="button">${t('verify.submit')}</button></p>
      </form>
      <p class="small">${t('verify.privacy')}</p>
    </article>`,
  })
}

function outcomeOf(receipt: CheckedReceipt | null, text: Text): Html {
  const t = text.reader
  if (receipt === null)
    return html`<div class="notice" role="status">
      <p><strong>${t('verify.unknown.title')}</strong></p>
      <p>${t('verify.unknown.how')}</p>
    </div>`
  const facts = [
    { label: text.receipt('number'), value: withWholeNumbers(receipt.number) },
    { label: text.receipt('to'), value: receipt.newsroomName },
    { label: text.receipt('date'), value: dayInWords(receipt.givenOn, text) },
    { label: text.receipt('amount'), value: amountInWords(receipt.money, text) },
  ]
  return html`<div class="notice" role="status">
      <p><strong>${t('verify.genuine')}</strong></p>
      <p>${t(`verify.status.${receipt.status}`)}</p>
    </div>
    <dl>
      ${facts.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd><bdi>${value}</bdi></dd>
          </div>`,
      )}
    </dl>`
}
