import { html } from 'hono/html'
import { withMarkup } from '../../../html/layout.ts'
import type { StoredClosing } from '../../../reconciliation/months/stored-record.ts'
import { booksOfMonth, monthNavigation } from './month-view.ts'
import type { MonthBooks } from './month-parts-view.ts'
import {
  dateAndTime,
  financePage,
  type FinanceFrame,
  type MonthChoice,
  monthName,
} from '../frame/finance-layout-view.ts'

export type UnreadableMonthView = FinanceFrame &
  MonthChoice & { readonly unreadable: StoredClosing; readonly books: MonthBooks }

/** A closed month whose record has a shape that this release does not know. The record is shown as it is stored. */
export function unreadableMonthPage(view: UnreadableMonthView): string {
  const { text, month, unreadable } = view
  const { closedAt, closedBy, version, stored } = unreadable
  const t = text.finance
  const title = t('month.title', { month: monthName(month, text) })
  const closing = { who: closedBy, time: dateAndTime(closedAt, view) }
  return financePage(view, {
    title,
    current: 'months',
    body: html`<h1>${title}</h1>
      ${monthNavigation(view, false)}
      <p class="notice">${t('unreadableMonth.notice', { version })}</p>
      <p>${withMarkup(t, 'unreadableMonth.closedBy', closing)}</p>
      <h2>${t('unreadableMonth.stored')}</h2>
      <pre class="evidence" tabindex="0">${JSON.stringify(stored, null, 2)}</pre>
      ${booksOfMonth({ ...view, printedAt: null })}`,
  })
}
