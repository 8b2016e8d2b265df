import { html } from 'hono/html'
import { formatMoney, money, type Money } from '../../money/money.ts'
import { type Html, webUrl } from '../../html/layout.ts'
import {
  cell,
  type DonationStatus,
  type Donor,
  donorName,
  moment,
  type MonthChoice,
  monthSwitch,
  monthWords,
  financePage,
  type FinanceFrame,
  statusTag,
  table,
} from './finance-parts-view.ts'

export type OverviewTotal = {
  readonly donations: number
  readonly gross: Money
  /** Refunds and disputes booked in the month. */
  readonly wentBack: Money
  /** Once Stripe's own books know every gift of the month, and settled it in its own currency. */
  readonly fee?: Money
  readonly net?: Money
}

export type OverviewDonation = {
  readonly id: string
  readonly succeededAt: Date
  readonly gross: Money
  readonly status: DonationStatus
  readonly donor: Donor
  readonly article?: { readonly url: string; readonly title?: string }
  readonly receipt?: { readonly number: string; readonly url: string }
}

export type OverviewView = FinanceFrame &
  MonthChoice & {
    /** Whether the staff may open what names donors and Stripe's objects. */
    readonly seesEverything: boolean
    /** One line per currency. */
    readonly totals: readonly OverviewTotal[]
    /** A page of the month's, newest first; `nextCursor` leads to those given before them. */
    readonly donations: readonly OverviewDonation[]
    readonly isLaterPage: boolean
    readonly nextCursor?: string
    /** Up to when the figures are complete. */
    readonly asOf: Date
  }

export function overviewPage(view: OverviewView): string {
  const monthName = monthWords(view.month, view.locale)
  return financePage(view, {
    title: `Donations in ${monthName}`,
    current: view.seesEverything ? 'donations' : 'none',
    body: html`<h1>Donations in ${monthName}</h1>
      ${monthSwitch('/finance', view, view.locale)} ${totals(view)} ${listed(view)} ${pages(view)}
      <p class="quiet small">
        As of ${moment(view.asOf, view.locale, view.timeZone)}. Days and months follow the time zone
        ${view.timeZone}.
      </p>`,
  })
}

function totals(view: OverviewView): Html {
  if (view.totals.length === 0) return html`<p class="notice">No donations succeeded in this month yet.</p>`
  return html`<dl class="totals">
    ${view.totals.map(
      ({ donations, gross, wentBack, fee, net }) =>
        html`<div>
          <dt>${gross.currency.toUpperCase()} gross</dt>
          <dd>
            ${formatMoney(gross, view.locale)}
            <span class="quiet"
              >from ${donations.toLocaleString(view.locale)} donation${donations === 1 ? '' : 's'}</span
            >
            <span class="quiet">
              ${wentBackWords(wentBack, view.locale)}${
                fee && net
                  ? `Stripe’s fees ${formatMoney(fee, view.locale)}, net ${formatMoney(net, view.locale)}.`
                  : 'Fees are not all known yet, or were taken in another currency: each donation shows its own.'
              }
            </span>
          </dd>
        </div>`,
    )}
  </dl>`
}

/** Below zero when disputes won and refunds that failed brought more than went. */
function wentBackWords(wentBack: Money, locale: string): string {
  if (wentBack.minor === 0n) return ''
  if (wentBack.minor > 0n) return `${formatMoney(wentBack, locale)} refunded or disputed. `
  return `${formatMoney(money(-wentBack.minor, wentBack.currency), locale)} came back from disputes and refunds. `
}

function listed({ donations: rows, isLaterPage, locale, timeZone }: OverviewView): Html {
  if (rows.length === 0) return html``
  return table(
    isLaterPage ? 'Earlier donations' : 'Latest donations',
    [
      { label: 'Date' },
      { label: 'Amount', number: true },
      { label: 'Status' },
      { label: 'Donor' },
      { label: 'Article' },
      { label: 'Receipt' },
    ],
    html`${rows.map(
      (donation) =>
        html`<tr role="row">
          ${cell('Date', html`<a href="/finance/donations/${encodeURIComponent(donation.id)}">${moment(donation.succeededAt, locale, timeZone)}</a>`)}
          ${cell('Amount', formatMoney(donation.gross, locale), 'number')}
          ${cell('Status', statusTag(donation.status))} ${cell('Donor', donorName(donation.donor))}
          ${cell('Article', articleLink(donation.article))} ${cell('Receipt', receiptLink(donation.receipt))}
        </tr>`,
    )}`,
  )
}

function pages({ isLaterPage, nextCursor, month }: OverviewView): Html {
  const first = `/finance?month=${encodeURIComponent(month)}`
  if (!isLaterPage && nextCursor === undefined) return html``
  return html`<nav class="pages" aria-label="Pages of donations">
    ${isLaterPage ? html`<a href="${first}">← Latest donations</a>` : ''}
    ${nextCursor === undefined ? '' : html`<a rel="next" href="${first}&amp;cursor=${encodeURIComponent(nextCursor)}">Earlier donations →</a>`}
  </nav>`
}

function articleLink(article: OverviewDonation['article']): Html {
  return article ? html`<a href="${webUrl(article.url)}">${article.title ?? article.url}</a>` : html`–`
}

function receiptLink(receipt: OverviewDonation['receipt']): Html {
  return receipt ? html`<a href="${webUrl(receipt.url)}">${receipt.number}</a>` : html`–`
}
