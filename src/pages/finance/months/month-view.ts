import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { withMarkup } from '../../../html/layout.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  financePage,
  type FinanceFrame,
  type MonthChoice,
  monthName,
  table,
} from '../frame/finance-layout-view.ts'
import { depositTag } from '../deposits/deposits-view.ts'
import { accountTables, bridgeTables } from '../reports/account-sheet-view.ts'
import { beforeTheBooks } from './before-the-books-view.ts'
import { checklist } from './checklist-view.ts'
import { acceptedExceptions, itemsToExplain, notices, timingDifferences } from './item-groups-view.ts'
import { frozenExports } from './frozen-exports-view.ts'
import type { MonthView } from './month-parts-view.ts'
import { otherActivity } from './other-activity-view.ts'
import { postedLaterSection } from './posted-later-view.ts'
import { adjustments } from './prior-period-adjustments-view.ts'
import { reviewOfSignOffs, writeOffs } from './write-offs-view.ts'

/** A month of the books as a checklist, and below it all that the checklist speaks of. */
export function monthPage(view: MonthView): string {
  const { text, month, printedAt } = view
  const title = text.finance('month.title', { month: monthName(month, text) })
  return financePage(view, {
    title,
    current: 'months',
    body: html`<div class="${printedAt ? 'on-paper' : 'month-page'}">
      ${
        printedAt
          ? printHeading(view, printedAt)
          : html`<h1>${title}</h1>
              ${monthNavigation(view)}`
      }
      ${checklist(view)} ${postedLaterSection(view)} ${itemsToExplain(view)} ${writeOffs(view)}
      ${acceptedExceptions(view)} ${reviewOfSignOffs(view)} ${timingDifferences(view)} ${notices(view)}
      ${adjustments(view)} ${otherActivity(view)} ${beforeTheBooks(view)} ${deposits(view)}
      ${booksOfMonth(view)} ${frozenExports(view)}
    </div>`,
  })
}

/** What an auditor files: whose books, which month, when it was printed and by whom. */
function printHeading(view: MonthView, printedAt: Date): Html {
  const { text, newsroomName, month, staffEmail, timeZone } = view
  return html`<h1>${text.finance('month.title', { month: monthName(month, text) })}</h1>
    <p class="printed">
      ${withMarkup(text.finance, 'month.printed', {
        newsroom: newsroomName,
        month: monthName(month, text),
        time: dateAndTime(printedAt, view),
        who: staffEmail,
        timeZone,
      })}
    </p>`
}

/** Links to the months before and after, to all of them and to the print view. */
export function monthNavigation(
  { text, month, previousMonth, nextMonth }: FinanceFrame & MonthChoice,
  withPrint = true,
): Html {
  const t = text.finance
  const link = (to: string, rel: string, words: string) =>
    html`<a rel="${rel}" href="/finance/months/${to}">${words}</a>`
  return html`<nav class="months" aria-label="${t('months.ofOneMonth')}">
    ${link(previousMonth, 'prev', t('frame.previous', { name: monthName(previousMonth, text) }))}
    ${nextMonth ? link(nextMonth, 'next', t('frame.next', { name: monthName(nextMonth, text) })) : ''}
    <a href="/finance/months">${t('months.all')}</a>
    ${
      withPrint
        ? html`<a href="/finance/months/${month}/print">${t('month.print')}</a>
            <a href="/finance/months/${month}/report.pdf">${t('monthReport.link')}</a>`
        : ''
    }
  </nav>`
}

/** What an accountant ties the month to: its accounts, the bridge to Stripe's balance, and the income statement. */
export function booksOfMonth({
  text,
  books: { sheet, bridges },
  printedAt,
}: Pick<MonthView, 'text' | 'books' | 'printedAt'>): Html {
  const t = text.finance
  return html`${bridgeTables(bridges, sheet.to, text)}
    <details class="item-group" ${printedAt ? html`open=""` : ''}>
      <summary><h2 id="accounts">${t('month.accountsTitle')}</h2></summary>
      ${accountTables(sheet, text)}
    </details>
    <p><a href="/finance/reports/income?from=${sheet.from}&amp;to=${sheet.to}">${t('month.income')}</a></p>`
}

function deposits({ text, record }: MonthView): Html {
  const t = text.finance
  if (record.payouts.length === 0)
    return html`<h2 id="deposits">${t('month.deposits')}</h2>
      <p>${t('month.noDeposits')}</p>`
  return html`<section id="deposits">
    ${table(
      t('month.deposits'),
      [
        { label: t('column.arrival') },
        { label: t('column.amount'), isNumber: true },
        { label: t('column.status') },
        { label: t('column.itemised') },
      ],
      record.payouts.map(({ id, arrivalDate, amount, currency, status, itemisation }) => [
        dayName(arrivalDate, text),
        html`<a href="/finance/deposits/${encodeURIComponent(id)}">${amountText(amount, currency, text)}</a>`,
        depositTag(status, text),
        t(`month.itemisation.${itemisation}`),
      ]),
      undefined,
      'figures',
    )}
  </section>`
}

/** A month that has nothing to show: it has not begun, or the books began later. */
export function emptyMonthPage(
  view: FinanceFrame & {
    readonly month: string
    readonly why: 'not_begun' | 'before_books' | 'books_empty'
    /** The month that has something to show. */
    readonly instead: string
  },
): string {
  const { text, month, why, instead } = view
  const t = text.finance
  const title = t('month.title', { month: monthName(month, text) })
  const other = monthName(instead, text)
  const words = {
    not_begun: () => [t('month.notBegun', { month: title }), t('month.toRunning', { month: other })],
    before_books: () => [t('month.beforeBooks', { month: other }), t('month.toFirst', { month: other })],
    books_empty: () => [
      t('month.beforeBooksEmpty', { month: title }),
      t('month.toRunning', { month: other }),
    ],
  } as const
  const [sentence = '', link = ''] = words[why]()
  return financePage(view, {
    title,
    current: 'months',
    body: html`<h1>${title}</h1>
      <p class="lead">${sentence}</p>
      <p>
        <a class="button" href="/finance/months/${instead}">${link}</a>
        <a href="/finance/months">${t('months.all')}</a>
      </p>`,
  })
}
