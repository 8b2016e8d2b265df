import { html } from 'hono/html'
import type { ReconciliationRecord } from '../../../reconciliation/reconciliation-record.ts'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import {
  amountText,
  capitalised,
  codeInWords,
  dayName,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

/** The opening balances in the first month of the books, and reversals of charges before them. */
export function beforeTheBooks({
  text,
  record,
}: FinanceFrame & { readonly record: ReconciliationRecord }): Html {
  const { reversals } = record.beforeTheBooks
  const t = text.finance
  return html`${openingNotice(record, text)}
  ${
    reversals.length === 0
      ? ''
      : table(
          t('beforeTheBooks.reversals'),
          [
            { label: t('column.what') },
            { label: t('column.about') },
            { label: t('column.amount'), isNumber: true },
          ],
          reversals.map(({ object, type, amount, currency }) => [
            capitalised(codeInWords(type)),
            html`<code>${object}</code>`,
            amountText(amount, currency, text),
          ]),
        )
  }`
}

function openingNotice(
  { beforeTheBooks: { opening }, completeUpTo }: ReconciliationRecord,
  text: Text,
): Html {
  if (opening === null) return html``
  const t = text.finance
  const day = dayName(opening.opensOn, text)
  const balances = opening.balances
    .map(({ amount, currency }) => amountText(amount, currency, text))
    .join(', ')
  if (balances !== '') return html`<p>${t('beforeTheBooks.opening', { day, balances })}</p>`
  return html`<p>
    ${t(completeUpTo === null ? 'beforeTheBooks.openingUnread' : 'beforeTheBooks.openingEmpty', { day })}
  </p>`
}
