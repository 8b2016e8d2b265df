import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { formatMoney, storedMoney } from '../../../money/money.ts'
import type { CoveredFees } from '../../../reports/books/covered-fees.ts'
import type { IncomeStatement } from '../../../reports/books/income-statement.ts'
import type { Text } from '../../../text/text.ts'
import { amountText, table } from '../frame/finance-layout-view.ts'
import { address } from '../frame/period-view.ts'
import { booksPage, periodInWords, statementTable, type BooksFrame } from './books-period-view.ts'

export type IncomeView = BooksFrame & {
  readonly income: IncomeStatement
  /** Of the gifts of the period whose readers covered the fee. */
  readonly covered: readonly CoveredFees[]
}

/** What the period earned and cost. */
export function incomePage(view: IncomeView): string {
  const { text, period, income, covered } = view
  const t = text.finance
  return booksPage(view, {
    title: t('books.income.title', { period: periodInWords(period, text) }),
    lead: t('books.income.lead'),
    path: '/finance/reports/income',
    body: html`${incomeTables(income, text)} ${fundTables(income, text)} ${coveredTables(covered, text)}`,
  })
}

/** The result of each currency by fund; nothing where no gift of the period is restricted. */
function fundTables({ from, to, currencies }: IncomeStatement, text: Text): Html {
  const t = text.finance
  return html`${currencies.map(({ currency, restricted, unrestricted, result }) => {
    if (restricted.length === 0) return html``
    const amount = (minor: number) => amountText(minor, currency, text)
    return table(
      t('books.funds.caption', { currency: currency.toUpperCase() }),
      [
        { label: t('overview.fund') },
        { label: t('books.income.line.gifts'), isNumber: true },
        { label: t('books.funds.reversals'), isNumber: true },
        { label: t('overview.fees'), isNumber: true },
        { label: t('books.funds.other'), isNumber: true },
        { label: t('books.income.result'), isNumber: true },
      ],
      [
        ...restricted.map((one) => [
          html`<a href="${address('/finance/donations', { from, to, fund: one.fund })}">${one.fund}</a>`,
          amount(one.gifts),
          amount(one.reversals),
          amount(one.fees),
          amount(0),
          amount(one.result),
        ]),
        [
          t('overview.unrestricted'),
          amount(unrestricted.gifts),
          amount(unrestricted.reversals),
          amount(unrestricted.fees),
          amount(unrestricted.other),
          amount(unrestricted.result),
        ],
      ],
      [t('overview.total'), '', '', '', '', amount(result)],
    )
  })}`
}

/** What readers added for the fees against what Stripe took of the same gifts. It is part of the gifts above, not beside them. */
function coveredTables(covered: readonly CoveredFees[], text: Text): Html {
  if (covered.length === 0) return html``
  const t = text.finance
  const shown = (minor: bigint, currency: string) => formatMoney(storedMoney(minor, currency), text.language)
  return html`<h2>${t('books.covered.title')}</h2>
    <p class="quiet small">${t('books.covered.lead')}</p>
    ${covered.map(({ currency, gifts, coveredMinor, settledGifts, settledCoveredMinor, feeMinor }) => {
      const open = gifts - settledGifts
      return html`${statementTable(
        t('books.covered.caption', { currency: currency.toUpperCase(), count: Number(gifts) }),
        text,
        [
          [t('books.covered.added'), shown(settledCoveredMinor, currency)],
          [t('books.covered.taken'), shown(-feeMinor, currency)],
        ],
        [t('books.covered.difference'), shown(settledCoveredMinor - feeMinor, currency)],
      )}
      ${
        open === 0n
          ? ''
          : html`<p class="quiet small">
              ${t('books.covered.open', { count: Number(open), amount: shown(coveredMinor - settledCoveredMinor, currency) })}
            </p>`
      }`
    })}`
}

/** A statement for each currency. */
function incomeTables({ currencies }: IncomeStatement, text: Text): Html {
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
