import { mayActAs } from '../../../access/role.ts'
import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { CurrencyCode } from '../../../money/currency.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { FundFigures } from '../../../reports/overview.ts'
import { table, type FinanceFrame } from './finance-layout-view.ts'
import { address, type AddressFields } from './period-view.ts'

/** Restricted funds beside what is unrestricted, in the reporting currency; nothing where no gift is restricted. */
export function fundsTable(
  funds: readonly FundFigures[],
  all: { readonly currency: CurrencyCode; readonly grossMinor: bigint; readonly netMinor: bigint },
  days: AddressFields,
  { text, role }: Pick<FinanceFrame, 'text' | 'role'>,
): Html {
  const t = text.finance
  if (funds.length === 0) return html``
  const amount = (minor: bigint) => formatMoney(money(minor, all.currency), text.language)
  const sum = (of: 'grossMinor' | 'netMinor') => funds.reduce((total, fund) => total + fund[of], 0n)
  return table(
    t('overview.funds'),
    [
      { label: t('overview.fund') },
      { label: t('overview.gross'), isNumber: true },
      { label: t('overview.net'), isNumber: true },
    ],
    [
      ...funds.map(({ fund, grossMinor, netMinor }) => [
        mayActAs(role, 'auditor')
          ? html`<a href="${address('/finance/donations', { ...days, fund })}">${fund}</a>`
          : fund,
        amount(grossMinor),
        amount(netMinor),
      ]),
      [
        t('overview.unrestricted'),
        amount(all.grossMinor - sum('grossMinor')),
        amount(all.netMinor - sum('netMinor')),
      ],
    ],
    [t('overview.total'), amount(all.grossMinor), amount(all.netMinor)],
  )
}
