import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { webUrl } from '../../../html/layout.ts'
import { formatMoney, type Money } from '../../../money/money.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import type { ReportPeriod } from '../../../reports/report-period.ts'
import {
  dateAndTime,
  dayName,
  financePage,
  statusTag,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'
import { address, periodChoice, periodFields } from '../frame/period-view.ts'

export type ListedGift = Pick<DonationRecord, 'id' | 'status' | 'donor' | 'article' | 'receipt'> & {
  readonly succeededAt: Date
  readonly gross: Money
}

export type GiftListView = FinanceFrame & {
  readonly period: ReportPeriod
  /** A page of the period's donations, newest first; `nextCursor` leads to the page of earlier ones. */
  readonly donations: readonly ListedGift[]
  readonly isLaterPage: boolean
  readonly nextCursor?: string
}

const PATH = '/finance/donations'

export function giftListPage(view: GiftListView): string {
  const { text, period, donations } = view
  const t = text.finance
  const days = { from: dayName(period.days.from, text), to: dayName(period.days.to, text) }
  return financePage(view, {
    title: t('periodGifts.title'),
    current: 'overview',
    body: html`<h1>${t('periodGifts.title')}</h1>
      <p class="lead period-days">${t('overview.days', days)}</p>
      ${periodChoice(PATH, period, {}, text)}
      ${donations.length === 0 ? html`<p class="notice">${t('overview.none')}</p>` : giftTable(view)}
      ${pages(view)}
      <p class="small quiet">${t(`overview.basis.${period.basis}`)}</p>`,
  })
}

function giftTable(view: GiftListView): Html {
  const { text, donations, isLaterPage } = view
  const t = text.finance
  return table(
    t(isLaterPage ? 'periodGifts.earlier' : 'periodGifts.latest'),
    [
      { label: t('column.date') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.status') },
      { label: t('column.donor') },
      { label: t('column.article') },
      { label: t('column.receipt') },
    ],
    donations.map(({ id, succeededAt, gross, status, donor, article, receipt }) => [
      html`<a href="/finance/donations/${encodeURIComponent(id)}">${dateAndTime(succeededAt, view)}</a>`,
      formatMoney(gross, text.language),
      statusTag(status, text),
      donor.name ?? donor.email ?? t('unknownDonor'),
      article ? html`<a href="${webUrl(article.url)}">${article.title ?? article.url}</a>` : '–',
      receipt ? html`<a href="${webUrl(receipt.url)}">${receipt.number}</a>` : '–',
    ]),
  )
}

function pages({ text, isLaterPage, nextCursor, period }: GiftListView): Html {
  const t = text.finance
  const fields = periodFields(period)
  if (!isLaterPage && nextCursor === undefined) return html``
  return html`<nav class="pages" aria-label="${t('periodGifts.pages')}">
    ${isLaterPage ? html`<a href="${address(PATH, fields)}">${t('periodGifts.toLatest')}</a>` : ''}
    ${nextCursor === undefined ? '' : html`<a rel="next" href="${address(PATH, { ...fields, cursor: nextCursor })}">${t('periodGifts.toEarlier')}</a>`}
  </nav>`
}
