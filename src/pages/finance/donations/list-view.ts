import { html } from 'hono/html'
import { problemSummary, type FormProblem } from '../../../html/form-problems-view.ts'
import { type Html, webUrl } from '../../../html/layout.ts'
import { formatMoney, type Money } from '../../../money/money.ts'
import { amountInWords } from '../../../receipts/receipt.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import {
  MOST_ADDED_UP,
  sorts,
  type Order,
  type Sort,
} from '../../../reports/donation-list/donation-search.ts'
import type { Text } from '../../../text/text.ts'
import {
  dateAndTime,
  dayName,
  financePage,
  statusTag,
  type FinanceFrame,
  ownDirection,
} from '../frame/finance-layout-view.ts'
import { giftFilters } from './list-filters-view.ts'
import { listUrl, type ListAddress } from './list-address-view.ts'
import { deadlineInWords } from './dispute-view.ts'
import { savedViewsPart, type ShownView } from './saved-views-view.ts'

export type ShownTotal = {
  readonly donations: number
  readonly gross: Money
  /** Null where kept totals are shown, which count reversals on their own days. */
  readonly reversed: Money | null
  /** Null while a fee is not known, or where Stripe settled in another currency. */
  readonly net: Money | null
}

export type ShownTotals =
  | { readonly kind: 'sums' | 'kept'; readonly rows: readonly ShownTotal[] }
  /** `isLast`: adding all of them up was tried, and takes too long. */
  | { readonly kind: 'too_many'; readonly isLast: boolean }

export type ListedGift = Pick<
  DonationRecord,
  'id' | 'status' | 'donor' | 'article' | 'receipt' | 'disputes' | 'frequency' | 'imported'
> & {
  readonly succeededAt: Date
  readonly gross: Money
}

export type GiftListView = FinanceFrame & {
  /** The address as it was typed, and what of it is refused. */
  readonly typed: ListAddress
  readonly problems: readonly FormProblem[]
  readonly funds: readonly string[]
  readonly sort: Sort
  readonly order: Order
  readonly days: { readonly from: string | null; readonly to: string | null }
  readonly totals: ShownTotals
  readonly gifts: readonly ListedGift[]
  readonly isLaterPage: boolean
  readonly nextCursor: string | null
  readonly previousCursor: string | null
  readonly views: readonly ShownView[]
  readonly done: 'saved' | 'deleted' | null
  readonly now: Date
}

export function giftListPage(view: GiftListView): string {
  const { text, problems, done, typed } = view
  const t = text.finance
  const isNarrowed = Object.keys(typed).some((field) => field !== 'sort' && field !== 'order')
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title: t('gifts.title') }) : t('gifts.title'),
    current: 'donations',
    body: html`<h1>${t('gifts.title')}</h1>
      ${done === null ? '' : html`<p class="notice" role="status">${t(`gifts.views.${done}`)}</p>`}
      ${problemSummary(text, problems)} ${giftFilters(view, isNarrowed)} ${savedViewsPart(view, isNarrowed)}
      ${problems.length > 0 ? '' : results(view, isNarrowed)}`,
  })
}

function results(view: GiftListView, isNarrowed: boolean): Html {
  const { text, gifts } = view
  const t = text.finance
  if (gifts.length === 0) return html`<p class="notice">${t(isNarrowed ? 'gifts.none' : 'gifts.noneYet')}</p>`
  return html`${totalsPart(view)} ${giftTable(view)} ${pages(view)}`
}

function totalsPart({ text, typed, totals, days }: GiftListView): Html {
  const t = text.finance
  const period =
    days.from === null || days.to === null
      ? ''
      : html`<p class="quiet small">
          ${t('gifts.period', { from: dayName(days.from, text), to: dayName(days.to, text) })}
        </p>`
  if (totals.kind === 'too_many') {
    const number = MOST_ADDED_UP.toLocaleString(text.language)
    return html`${period}
      <p class="gift-totals">
        ${t('gifts.tooMany', { number })}
        ${totals.isLast ? t('gifts.narrow') : html`<a href="${listUrl(typed, { sums: 'all' })}">${t('gifts.addUp')}</a>`}
      </p>`
  }
  return html`${period}
    <ul class="gift-totals">
      ${totals.rows.map((total) => html`<li>${totalInWords(total, text)}</li>`)}
    </ul>
    ${totals.kind === 'sums' && totals.rows.some(({ reversed }) => reversed !== null && reversed.minor !== 0n) ? html`<p class="quiet small">${t('gifts.asOfNow')}</p>` : ''}
    ${totals.kind === 'kept' ? html`<p class="quiet small">${t('gifts.kept')}</p>` : ''}`
}

function totalInWords({ donations, gross, reversed, net }: ShownTotal, text: Text): Html {
  const t = text.finance
  const number = donations.toLocaleString(text.language)
  const amount = amountInWords(gross, text)
  const count = t('gifts.total', { count: donations, number, amount })
  const further = [
    reversed === null || reversed.minor === 0n
      ? null
      : t('gifts.reversed', { amount: formatMoney(reversed, text.language) }),
    net === null ? null : t('gifts.net', { amount: formatMoney(net, text.language) }),
  ].filter((part) => part !== null)
  return html`<strong>${count}</strong> <span class="quiet">${further.join(' · ')}</span>`
}

function giftTable(view: GiftListView): Html {
  const { text, gifts } = view
  const t = text.finance
  return html`<table class="gifts">
    <caption class="visually-hidden">
      ${t('gifts.title')}
    </caption>
    <thead>
      <tr>
        ${sorts.map((sort) => sortHeader(sort, view))}
        <th scope="col">${t('column.status')}</th>
        <th scope="col">${t('column.receipt')}</th>
      </tr>
    </thead>
    <tbody>
      ${gifts.map((gift) => giftRow(gift, view))}
    </tbody>
  </table>`
}

function sortHeader(sort: Sort, { text, typed, sort: current, order }: GiftListView): Html {
  const t = text.finance
  const isCurrent = sort === current
  const usual: Order = sort === 'date' || sort === 'amount' ? 'desc' : 'asc'
  const other: Order = order === 'asc' ? 'desc' : 'asc'
  const sorted = order === 'asc' ? 'ascending' : 'descending'
  return html`<th
    scope="col"
    class="${sort === 'amount' ? 'number' : 'text'}"
    ${isCurrent ? html`aria-sort="${sorted}"` : ''}
  >
    <a href="${listUrl(typed, { sort, order: isCurrent ? other : usual })}">${t(`gifts.sort.${sort}`)}</a>
    ${isCurrent ? html`<span aria-hidden="true">${order === 'asc' ? '↑' : '↓'}</span>` : ''}
  </th>`
}

function giftRow(gift: ListedGift, view: GiftListView): Html {
  const { text, now } = view
  const t = text.finance
  const { id, donor, gross, succeededAt, status, article, receipt, disputes, imported } = gift
  const url = `/finance/donations/${encodeURIComponent(id)}`
  const due = disputes.map((dispute) => deadlineInWords(dispute, view, now)).find((words) => words !== null)
  const name = donor.name ?? donor.email
  return html`<tr>
    <td class="when"><a href="${url}">${dateAndTime(succeededAt, view)}</a></td>
    <td class="number amount">${formatMoney(gross, text.language)}</td>
    <td class="who">
      ${name === null ? t('unknownDonor') : html`<a href="/finance/donors/${encodeURIComponent(id)}">${ownDirection(name)}</a>`}
    </td>
    <td class="story">
      ${article ? html`<a href="${listUrl({ story: article.url })}">${article.title ?? article.url}</a>` : '–'}
    </td>
    <td class="state">${statusTag(status, text)} ${due ? html`<span class="due">${due}</span>` : ''}</td>
    <td class="receipt">
      ${receipt ? html`<a href="${webUrl(receipt.url)}">${receipt.number}</a>` : imported ? html`<span class="quiet">${t('imports.gift.mark', imported)}</span>` : '–'}
    </td>
  </tr>`
}

function pages({ text, typed, isLaterPage, nextCursor, previousCursor }: GiftListView): Html {
  const t = text.finance
  if (nextCursor === null && previousCursor === null && !isLaterPage) return html``
  return html`<nav class="pages" aria-label="${t('gifts.pages')}">
    ${isLaterPage ? html`<a href="${listUrl(typed)}">${t('gifts.first')}</a>` : ''}
    ${previousCursor === null ? '' : html`<a rel="prev" href="${listUrl(typed, { cursor: previousCursor })}">${t('gifts.previous')}</a>`}
    ${nextCursor === null ? '' : html`<a rel="next" href="${listUrl(typed, { cursor: nextCursor })}">${t('gifts.next')}</a>`}
  </nav>`
}
