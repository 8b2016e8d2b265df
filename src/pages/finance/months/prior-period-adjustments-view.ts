import { html } from 'hono/html'
import { formatMoney } from '../../../money/money.ts'
import type { PriorPeriodAdjustment } from '../../../reconciliation/reconciliation.ts'
import type { ReconciliationRecord } from '../../../reconciliation/reconciliation-record.ts'
import type { Html } from '../../../html/layout.ts'
import {
  dayName,
  monthName,
  postingInWords,
  postingSubject,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

export type AdjustmentsView = FinanceFrame & {
  readonly record: ReconciliationRecord
  /** The postings that `record.priorPeriodAdjustments` counts, or the first of them. */
  readonly priorPeriodAdjustments: readonly PriorPeriodAdjustment[]
  /** The names of the donors of postings, by donation. */
  readonly donorNames: ReadonlyMap<string, string>
  /** Paper cannot be unfolded. */
  readonly printedAt: Date | null
}

/** The postings of this month that belong to a month that was closed before they were known. */
export function adjustments(view: AdjustmentsView): Html {
  const { text, record } = view
  return html`${record.priorPeriodAdjustments.map(({ period, transactions: count }) => {
    const number = count.toLocaleString(text.language)
    const words = text.finance('adjustments.count', { count, number, month: monthName(period, text) })
    return html`<p class="notice">${words}</p>`
  })}
  ${list(view)}`
}

function list(view: AdjustmentsView): Html {
  const { text, priorPeriodAdjustments: rows, record, printedAt } = view
  if (rows.length === 0) return html``
  const t = text.finance
  const total = record.priorPeriodAdjustments.reduce((sum, { transactions }) => sum + transactions, 0)
  const title = rows.length < total ? t('adjustments.first', { count: rows.length }) : t('adjustments.title')
  return html`<details class="item-group" ${printedAt ? html`open=""` : ''}>
    <summary><h3>${title}</h3></summary>
    ${tableOf(title, view)}
  </details>`
}

function tableOf(title: string, { text, priorPeriodAdjustments: rows, donorNames }: AdjustmentsView): Html {
  const t = text.finance
  return table(
    title,
    [
      { label: t('column.bookedOn') },
      { label: t('column.belongsTo') },
      { label: t('column.what') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.about') },
    ],
    rows.map((one) => {
      const { bookedOn, period, entries } = one
      const { words, amount } = postingInWords(entries, text)
      return [
        dayName(bookedOn, text),
        monthName(period, text),
        words,
        amount ? formatMoney(amount, text.language) : '–',
        postingSubject(one, donorNames, text),
      ]
    }),
  )
}
