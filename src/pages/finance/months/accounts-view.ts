import type { Html } from '../../../html/layout.ts'
import { html } from 'hono/html'
import { amountText, codeInWords, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type AccountsView = FinanceFrame & {
  /** The balances at the end of the month; minor units, debit positive. */
  readonly accounts: readonly {
    readonly account: string
    readonly currency: string
    readonly balance: number
  }[]
}

/** The ledger's accounts at the end of a month. */
export function accountsTable({ text, accounts: balances }: AccountsView): Html {
  if (balances.length === 0) return html``
  const t = text.finance
  return table(
    t('reconciliation.ledger'),
    [
      { label: t('column.account') },
      { label: t('column.debit'), isNumber: true },
      { label: t('column.credit'), isNumber: true },
    ],
    balances.map(({ account, currency, balance }) => [
      t('reconciliation.account', { account: codeInWords(account), currency: currency.toUpperCase() }),
      balance > 0 ? amountText(balance, currency, text) : '–',
      balance < 0 ? amountText(-balance, currency, text) : '–',
    ]),
  )
}
