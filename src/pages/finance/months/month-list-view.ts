import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { storedMoney, formatMoney } from '../../../money/money.ts'
import type { MonthInList } from '../../../reconciliation/months/month-facts.ts'
import type { Text } from '../../../text/text.ts'
import { financePage, type FinanceFrame, monthName, table } from '../frame/finance-layout-view.ts'
import { counted } from './month-words-view.ts'

export type MonthTotals = {
  readonly month: string
  readonly currency: string
  readonly grossMinor: bigint
  /** In the currency in which Stripe settled; null until its fees are known. */
  readonly net: { readonly currency: string; readonly minor: bigint | null }
}

export type MonthListView = FinanceFrame & {
  readonly months: readonly MonthInList[]
  readonly totals: readonly MonthTotals[]
  readonly running: string
  /** The month before which the next page begins, and whether there is a page of newer months. */
  readonly older: string | null
  readonly newer: string | null
}

/** Every month of the books, newest first. */
export function monthListPage(view: MonthListView): string {
  const { text, months } = view
  const t = text.finance
  return financePage(view, {
    title: t('months.title'),
    current: 'months',
    body: html`<h1>${t('months.title')}</h1>
      <p class="quiet">${t('months.lead')}</p>
      ${months.length === 0 ? html`<p>${t('months.none')}</p>` : list(view)} ${pages(view)}`,
  })
}

function list(view: MonthListView): Html {
  const { text, months, totals } = view
  const t = text.finance
  return table(
    t('months.list'),
    [
      { label: t('months.month') },
      { label: t('months.state') },
      { label: t('months.unexplained') },
      { label: t('months.gifts'), isNumber: true },
      { label: t('months.net'), isNumber: true },
      { label: t('months.deposits'), isNumber: true },
    ],
    months.map((one) => {
      const own = totals.filter(({ month }) => month === one.month)
      return [
        html`<a href="/finance/months/${one.month}">${monthName(one.month, text)}</a>`,
        state(one, view),
        one.unexplained === 0
          ? t('months.nothing')
          : html`<a href="/finance/months/${one.month}#to-explain">
              ${t('months.items', counted(one.unexplained, text))}
            </a>`,
        amounts(
          own.map(({ currency, grossMinor: minor }) => ({ currency, minor })),
          text,
        ),
        amounts(
          own.map(({ net }) => net),
          text,
        ),
        amounts(one.deposits, text),
      ]
    }),
  )
}

function state({ month, closed }: MonthInList, { text, running, timeZone }: MonthListView): Html {
  const t = text.finance
  if (closed) {
    const format = new Intl.DateTimeFormat(text.language, { dateStyle: 'medium', timeZone })
    return html`<span class="status good">${t('months.closed', { date: format.format(closed.at) })}</span>`
  }
  return html`<span class="status watch">${t(month === running ? 'months.running' : 'months.open')}</span>`
}

/** One line for each currency. */
function amounts(
  sums: readonly { readonly currency: string; readonly minor: bigint | null }[],
  text: Text,
): Html {
  if (sums.length === 0) return html`–`
  return html`<span class="amounts-list"
    >${sums.map(
      ({ currency, minor }) =>
        html`<span
          >${minor === null ? text.finance('months.notKnownYet') : formatMoney(storedMoney(minor, currency), text.language)}</span
        >`,
    )}</span
  >`
}

function pages({ text, older, newer }: MonthListView): Html {
  const t = text.finance
  if (older === null && newer === null) return html``
  return html`<nav class="pages" aria-label="${t('months.pages')}">
    ${newer === null ? '' : html`<a rel="prev" href="/finance/months?before=${newer}">${t('months.newer')}</a>`}
    ${older === null ? '' : html`<a rel="next" href="/finance/months?before=${older}">${t('months.older')}</a>`}
  </nav>`
}
