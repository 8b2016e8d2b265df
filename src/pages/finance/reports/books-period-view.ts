import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { daysOf, neighbour, wholeMonth, type Month } from '../../../calendar/month.ts'
import type { Text } from '../../../text/text.ts'
import { dayName, financePage, monthName, type FinanceFrame } from '../frame/finance-layout-view.ts'

/** The days of a report as they were asked for, and what is wrong with them. */
export type BooksPeriod = {
  readonly from: string
  readonly to: string
  readonly problems: readonly FormProblem[]
}

export type BooksFrame = FinanceFrame & { readonly period: BooksPeriod }

/** A report of the books: its days are chosen above it, and a problem with them stands above both. */
export function booksPage(
  view: BooksFrame,
  {
    title,
    lead,
    path,
    body,
    above,
  }: {
    readonly title: string
    readonly lead: string
    /** Where the form of the days leads. */
    readonly path: string
    readonly body: Html
    readonly above?: Html
  },
): string {
  const { text, period } = view
  const hasProblems = period.problems.length > 0
  return financePage(view, {
    title: hasProblems ? text.shared('errorTitle', { title }) : title,
    current: 'reports',
    body: html`${above ?? html`<p class="back"><a href="/finance/reports">← ${text.finance('reports.title')}</a></p>`}
      <h1>${title}</h1>
      ${problemSummary(text, period.problems)}
      <p>${lead}</p>
      ${periodForm(view, path)} ${hasProblems ? '' : body}`,
  })
}

/** The form of the days, and links to the months beside a whole month. */
function periodForm({ text, period }: BooksFrame, path: string): Html {
  const t = text.finance
  const month = monthOfPeriod(period)
  const link = (name: Month, rel: string, words: string) => {
    const { from, to } = daysOf(name)
    return html`<a rel="${rel}" href="${path}?from=${from}&amp;to=${to}">${words}</a>`
  }
  const [previous, next] = month ? [neighbour(month, -1), neighbour(month, 1)] : []
  return html`<form class="period" method="get" action="${path}">
      ${dayField('from', text, period)} ${dayField('to', text, period)}
      <button class="button plain" type="submit">${t('books.period.show')}</button>
    </form>
    ${
      previous && next
        ? html`<nav class="months" aria-label="${t('frame.month')}">
            ${link(previous, 'prev', t('frame.previous', { name: monthName(previous, text) }))}
            ${link(next, 'next', t('frame.next', { name: monthName(next, text) }))}
          </nav>`
        : ''
    }`
}

export function dayField(name: 'from' | 'to', text: Text, { from, to, problems }: BooksPeriod): Html {
  return html`<div class="field">
    <label for="${name}">${text.finance(`books.period.${name}`)}</label>
    <input
      id="${name}"
      name="${name}"
      type="date"
      value="${name === 'from' ? from : to}"
      ${describedBy(name, problems)}
    />
    ${fieldProblem(name, problems)}
  </div>`
}

function monthOfPeriod(period: BooksPeriod): Month | null {
  return period.problems.length > 0 ? null : wholeMonth(period)
}

/** "March 2026", or the first and the last day. */
export function periodInWords(period: BooksPeriod, text: Text): string {
  if (period.problems.length > 0) return '–'
  const month = monthOfPeriod(period)
  if (month) return monthName(month, text)
  return text.finance('books.period.days', {
    from: dayName(period.from, text),
    to: dayName(period.to, text),
  })
}

/** A statement: what, and how much. It stays narrow, so that the eye finds the amount, and does not fold on a phone. */
export function statementTable(
  caption: string,
  text: Text,
  /** Of each line what it is and how much. */
  lines: readonly (readonly string[])[],
  total?: readonly string[],
): Html {
  const row = ([what = '', amount = '']: readonly string[], isTotal = false) =>
    html`<tr ${isTotal ? html`class="total"` : ''}>
      <td class="text">${what}</td>
      <td class="number">${amount}</td>
    </tr>`
  return html`<table class="statement">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col" class="text">${text.finance('column.what')}</th>
        <th scope="col" class="number">${text.finance('column.amount')}</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map((line) => row(line))} ${total ? row(total, true) : ''}
    </tbody>
  </table>`
}
