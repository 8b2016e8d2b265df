import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { AccountSheet } from '../../../reports/books/account-sheet.ts'
import { isAccount } from '../../../reports/books/chart-of-accounts.ts'
import type { Bridge } from '../../../reports/books/bridge.ts'
import type { Text } from '../../../text/text.ts'
import { accountInWords, amountText, dayName, table } from '../frame/finance-layout-view.ts'
import { booksPage, periodInWords, statementTable, type BooksFrame } from './books-period-view.ts'

export type AccountSheetView = BooksFrame & {
  readonly sheet: AccountSheet
  readonly bridges: readonly Bridge[]
}

/** Every account with its opening, debits, credits and closing, and the bridge to Stripe's balance. */
export function accountSheetPage(view: AccountSheetView): string {
  const { text, period, sheet, bridges } = view
  const t = text.finance
  return booksPage(view, {
    title: t('books.accounts.title', { period: periodInWords(period, text) }),
    lead: t('books.accounts.lead'),
    path: '/finance/reports/accounts',
    body: html`${accountTables(sheet, text)} ${bridgeTables(bridges, sheet.to, text)}`,
  })
}

/** A table for each currency. Each account leads to its postings. */
export function accountTables({ from, to, rows, sums }: AccountSheet, text: Text): Html {
  const t = text.finance
  if (rows.length === 0) return html`<p>${t('books.accounts.nothing')}</p>`
  return html`${sums.map(({ currency, debits, credits }) =>
      table(
        t('books.accounts.caption', { currency: currency.toUpperCase() }),
        [
          { label: t('column.account') },
          { label: t('books.accounts.opening'), isNumber: true },
          { label: t('books.accounts.debits'), isNumber: true },
          { label: t('books.accounts.credits'), isNumber: true },
          { label: t('books.accounts.closing'), isNumber: true },
        ],
        rows
          .filter((row) => row.currency === currency)
          .map((row) => [
            isAccount(row.account)
              ? html`<a href="/finance/reports/accounts/${row.account}?from=${from}&amp;to=${to}"
                  >${accountInWords(row.account, text)}</a
                >`
              : accountInWords(row.account, text),
            balanceText(row.opening, currency, text),
            row.debits === 0 ? '–' : amountText(row.debits, currency, text),
            row.credits === 0 ? '–' : amountText(row.credits, currency, text),
            balanceText(row.closing, currency, text),
          ]),
        [
          t('books.accounts.sum'),
          amountText(0, currency, text),
          amountText(debits, currency, text),
          amountText(credits, currency, text),
          amountText(0, currency, text),
        ],
        'figures',
      ),
    )}
    <p class="quiet small">${t('books.accounts.creditBalance')}</p>`
}

/** A credit balance stands in parentheses, as bookkeepers write it. */
function balanceText(minor: number, currency: string, text: Text): string {
  if (minor === 0) return '–'
  return minor > 0 ? amountText(minor, currency, text) : `(${amountText(-minor, currency, text)})`
}

/** For each currency, how the balance at Stripe came from its opening to its closing, and what Stripe says of it. */
export function bridgeTables(bridges: readonly Bridge[], to: string, text: Text): Html {
  const t = text.finance
  if (bridges.length === 0) return html``
  return html`<h2 id="bridge">${t('books.bridge.title')}</h2>
    ${bridges.map(
      (bridge) =>
        html`${statementTable(
          t('books.bridge.caption', { currency: bridge.currency.toUpperCase() }),
          text,
          [
            [t('books.bridge.opening'), amountText(bridge.opening, bridge.currency, text)],
            ...bridge.lines.map(({ line, amount }) => [
              t(`books.bridge.line.${line}`),
              amountText(amount, bridge.currency, text),
            ]),
          ],
          [t('books.bridge.closing'), amountText(bridge.closing, bridge.currency, text)],
        )}
        ${statement(bridge, to, text)}`,
    )}`
}

function statement({ currency, stripe }: Bridge, to: string, text: Text): Html {
  const t = text.finance
  const day = dayName(to, text)
  if (!stripe.complete) return html`<p class="quiet">${t('books.bridge.notComplete', { day })}</p>`
  const words = {
    amount: amountText(stripe.closing, currency, text),
    day,
    later: amountText(stripe.adjustedLater, currency, text),
    difference: amountText(stripe.difference, currency, text),
  }
  if (stripe.difference !== 0) return html`<p class="differs">${t('books.bridge.differs', words)}</p>`
  return html`<p class="agrees">
    ${stripe.adjustedLater === 0 ? t('books.bridge.agrees', words) : t('books.bridge.agreesWithLater', words)}
  </p>`
}
