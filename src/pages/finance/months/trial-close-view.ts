import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { formatMoney, storedMoney } from '../../../money/money.ts'
import { itemCount } from '../../../reconciliation/items/clearing-item.ts'
import type { ClosingObstacle } from '../../../reconciliation/months/closing-obstacle.ts'
import type { Total } from '../../../reports/totals.ts'
import type { Text } from '../../../text/text.ts'
import { financePage, monthName, table } from '../frame/finance-layout-view.ts'
import type { MonthView } from './month-parts-view.ts'
import { counted } from './month-words-view.ts'

export type TrialCloseView = MonthView & {
  /** The month's totals, one row for each currency. */
  readonly totals: readonly Total[]
}

/** What closing a month would do: what keeps it open, and what would be frozen. It changes nothing. */
export function trialClosePage(view: TrialCloseView): string {
  const { text, month, obstacles } = view
  const t = text.finance
  const name = monthName(month, text)
  return financePage(view, {
    title: t('trialClose.title', { month: name }),
    current: 'months',
    body: html`<div class="month-page">
      <h1>${t('trialClose.title', { month: name })}</h1>
      <p class="notice">${t('trialClose.lead')}</p>
      ${
        obstacles.length > 0
          ? html`<p>${t('trialClose.wouldRefuse')}</p>
              <ul>
                ${obstacles.map((obstacle) => html`<li>${obstacleLine(obstacle, view)}</li>`)}
              </ul>`
          : html`<p>${t('trialClose.would', { month: name })}</p>`
      }
      ${frozen(view)} ${obstacles.length === 0 && view.mayChange ? closeForm(view) : ''}
      <p class="back"><a href="/finance/months/${month}">${t('trialClose.back', { month: name })}</a></p>
    </div>`,
  })
}

function obstacleLine(obstacle: ClosingObstacle, { text, month }: MonthView): Html | string {
  const t = text.finance
  const name = monthName(month, text)
  switch (obstacle.kind) {
    case 'closed_already':
      return t('trialClose.obstacle.closed_already', { month: name })
    case 'not_over':
      return t('trialClose.obstacle.not_over', { month: name })
    case 'not_read':
      return t('trialClose.obstacle.not_read')
    case 'events_pending':
      return t('trialClose.obstacle.events_pending', counted(obstacle.count, text))
    case 'earlier_month_open':
      return html`<a href="/finance/months/${obstacle.month}"
        >${t('trialClose.obstacle.earlier_month_open', { month: monthName(obstacle.month, text) })}</a
      >`
    case 'unexplained':
      return html`<a href="/finance/months/${month}#to-explain"
        >${t('trialClose.obstacle.unexplained', counted(itemCount(obstacle.differences), text))}</a
      >`
  }
}

function frozen(view: TrialCloseView): Html {
  const { text, record, totals } = view
  const t = text.finance
  const count = (key: 'deposits' | 'notes', number: number) => t(`trialClose.${key}`, counted(number, text))
  const accepted = record.signOffs.length
  const words = {
    deposits: count('deposits', record.payouts.length),
    accepted: t('month.check.accepted', counted(accepted, text)),
    writtenOff: t(
      'month.check.writtenOff',
      counted(record.writeOffs.filter(({ posted }) => posted !== null).length, text),
    ),
    notes: count('notes', itemCount(record.differences.filter(({ explained }) => explained))),
  }
  // The table has the heading as its caption.
  return html`${
      totals.length === 0
        ? html`<h2>${t('trialClose.frozen')}</h2>
            <p>${t('trialClose.noGifts')}</p>`
        : totalsTable(view)
    }
    <p>${t('trialClose.counts', words)}</p>
    ${accepted > 0 ? html`<p>${t('trialClose.carried', counted(accepted, text))}</p>` : ''}`
}

function totalsTable({ text, totals }: TrialCloseView): Html {
  const t = text.finance
  return table(
    t('trialClose.frozen'),
    [
      { label: t('trialClose.gifts') },
      { label: t('trialClose.given'), isNumber: true },
      { label: t('trialClose.reversed'), isNumber: true },
      { label: t('trialClose.fees'), isNumber: true },
      { label: t('trialClose.net'), isNumber: true },
    ],
    totals.map((row) => [
      `${row.donations.toLocaleString(text.language)} ${row.currency.toUpperCase()}`,
      amount(row.grossMinor, row.currency, text),
      amount(row.refundedMinor + row.disputedMinor, row.currency, text),
      amount(row.feeMinor, row.settlementCurrency ?? row.currency, text),
      amount(row.netMinor, row.settlementCurrency ?? row.currency, text),
    ]),
  )
}

function amount(minor: bigint | null, currency: string, text: Text): string {
  return minor === null
    ? text.finance('months.notKnownYet')
    : formatMoney(storedMoney(minor, currency), text.language)
}

function closeForm({ text, month, staffEmail }: TrialCloseView): Html {
  const t = text.finance
  return html`<form method="post" action="/finance/months/${month}/close">
    <p>${t('trialClose.final', { who: staffEmail })}</p>
    <button class="button" type="submit">${t('trialClose.close', { month: monthName(month, text) })}</button>
  </form>`
}
