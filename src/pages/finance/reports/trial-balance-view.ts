import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { accountInWords, amountText, dayName, financePage, table } from '../frame/finance-layout-view.ts'
import { problemSummary } from '../../../html/form-problems-view.ts'
import { dayField, type BooksFrame } from './books-period-view.ts'

export type TrialBalanceView = BooksFrame & {
  /** Minor units; debit positive. */
  readonly accounts: readonly {
    readonly account: string
    readonly currency: string
    readonly balance: number
  }[]
}

/** What every account holds at the end of a day. */
export function trialBalancePage(view: TrialBalanceView): string {
  const { text, period } = view
  const t = text.finance
  const hasProblems = period.problems.length > 0
  const title = t('books.trialBalance.title', { day: hasProblems ? '–' : dayName(period.to, text) })
  return financePage(view, {
    title: hasProblems ? text.shared('errorTitle', { title }) : title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">← ${t('reports.title')}</a></p>
      <h1>${title}</h1>
      ${problemSummary(text, period.problems)}
      <p>${t('books.trialBalance.lead')}</p>
      <form class="period" method="get" action="/finance/reports/trial-balance">
        ${dayField('to', text, period)}
        <button class="button plain" type="submit">${t('books.period.show')}</button>
      </form>
      ${hasProblems ? '' : balances(view)}`,
  })
}

function balances({ text, accounts }: TrialBalanceView): Html {
  const t = text.finance
  const held = accounts.filter(({ balance }) => balance !== 0)
  if (held.length === 0) return html`<p>${t('books.trialBalance.nothing')}</p>`
  return html`${[...Map.groupBy(held, ({ currency }) => currency)].map(([currency, own]) => {
    const sum = own.reduce((total, { balance }) => total + Math.max(balance, 0), 0)
    return table(
      t('books.trialBalance.caption', { currency: currency.toUpperCase() }),
      [
        { label: t('column.account') },
        { label: t('column.debit'), isNumber: true },
        { label: t('column.credit'), isNumber: true },
      ],
      own.map(({ account, balance }) => [
        accountInWords(account, text),
        balance > 0 ? amountText(balance, currency, text) : '–',
        balance < 0 ? amountText(-balance, currency, text) : '–',
      ]),
      [t('books.accounts.sum'), amountText(sum, currency, text), amountText(sum, currency, text)],
      'figures',
    )
  })}`
}
