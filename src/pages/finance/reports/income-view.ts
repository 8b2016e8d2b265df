import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { IncomeStatement } from '../../../reports/books/income-statement.ts'
import type { Text } from '../../../text/text.ts'
import { amountText } from '../frame/finance-layout-view.ts'
import { booksPage, periodInWords, statementTable, type BooksFrame } from './books-period-view.ts'

export type IncomeView = BooksFrame & { readonly income: IncomeStatement }

/** What the period earned and cost. */
export function incomePage(view: IncomeView): string {
  const { text, period, income } = view
  const t = text.finance
  return booksPage(view, {
    title: t('books.income.title', { period: periodInWords(period, text) }),
    lead: t('books.income.lead'),
    path: '/finance/reports/income',
    body: incomeTables(income, text),
  })
}

/** A statement for each currency. */
export function incomeTables({ currencies }: IncomeStatement, text: Text): Html {
  const t = text.finance
  if (currencies.length === 0) return html`<p>${t('books.income.nothing')}</p>`
  const isExchanged = currencies.some(({ lines }) => lines.some(({ line }) => line === 'exchange'))
  const hasFees = currencies.some(({ lines }) => lines.some(({ line }) => line === 'processing_fees'))
  return html`${currencies.map(
    ({ currency, lines, result, apart }) =>
      html`${statementTable(
        t('books.income.caption', { currency: currency.toUpperCase() }),
        text,
        lines.map(({ line, amount }) => [t(`books.income.line.${line}`), amountText(amount, currency, text)]),
        [t('books.income.result'), amountText(result, currency, text)],
      )}
      ${
        apart.length === 0
          ? ''
          : statementTable(
              t('books.income.apartCaption', { currency: currency.toUpperCase() }),
              text,
              apart.map(({ line, amount }) => [
                t(`books.income.apart.${line}`),
                amountText(amount, currency, text),
              ]),
            )
      }`,
  )}
  ${hasFees ? html`<p class="quiet small">${t('books.income.feesNote')}</p>` : ''}
  ${isExchanged ? html`<p class="quiet small">${t('books.income.exchangeNote')}</p>` : ''}`
}
