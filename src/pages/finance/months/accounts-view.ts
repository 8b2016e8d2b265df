import type { Html } from '../../../html/layout.ts'
import { html } from 'hono/html'
import { accountName } from './month-words-view.ts'
import { amountText, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type AccountsView = FinanceFrame & {
  /** The balances at the end of the month; minor units, debit positive. */
  readonly accounts: readonly {
    readonly account: string
    readonly currency: string
    readonly balance: number
  }[]
}

/** The ledger's accounts at the end of a month. */
export function accountsTable({ text, accounts: balances }: Pick<AccountsView, 'text' | 'accounts'>): Html {
  if (balances.length === 0) return html``
  const t = text.finance
  return table(
    t('month.accountsTitle'),
    [
      { label: t('column.account') },
      { label: t('column.debit'), isNumber: true },
      { label: t('column.credit'), isNumber: true },
    ],
    balances.map(({ account, currency, balance }) => [
      t('month.account', { account: accountName(account, text), currency: currency.toUpperCase() }),
      balance > 0 ? amountText(balance, currency, text) : '–',
      balance < 0 ? amountText(-balance, currency, text) : '–',
    ]),
  )
}
