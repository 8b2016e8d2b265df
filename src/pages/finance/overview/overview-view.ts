import { html } from 'hono/html'
import { formatMoney, money, type Money } from '../../../money/money.ts'
import { type Html, webUrl, withMarkup } from '../../../html/layout.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import type { Text } from '../../../text/text.ts'
import {
  dateAndTime,
  type MonthChoice,
  monthName,
  monthSwitch,
  financePage,
  type FinanceFrame,
  statusTag,
  table,
} from '../frame/finance-layout-view.ts'

export type OverviewTotal = {
  readonly donations: number
  readonly gross: Money
  /** Refunds and disputes booked in the month; negative when more came back than was withdrawn. */
  readonly reversed: Money
  /** Known once Stripe has settled every donation of the month, in the donations' own currency. */
  readonly fee?: Money
  readonly net?: Money
}

export type OverviewDonation = Pick<DonationRecord, 'id' | 'status' | 'donor' | 'article' | 'receipt'> & {
  readonly succeededAt: Date
  readonly gross: Money
}

export type OverviewView = FinanceFrame &
  MonthChoice & {
    /** Whether the member of staff may open the pages that name donors and Stripe's objects. */
    readonly seesEverything: boolean
    /** One for each currency. */
    readonly totals: readonly OverviewTotal[]
    /** A page of the month's donations, newest first; `nextCursor` leads to the page of earlier ones. */
    readonly donations: readonly OverviewDonation[]
    readonly isLaterPage: boolean
    readonly nextCursor?: string
    /** How many mails to readers were given up; zero for those who may not open the page about them. */
    readonly undelivered: number
    /** The figures are complete up to this time. */
    readonly asOf: Date
  }

export function overviewPage(view: OverviewView): string {
  const { text, timeZone, month, asOf } = view
  const title = text.finance('overview.title', { month: monthName(month, text) })
  const time = dateAndTime(asOf, view)
  return financePage(view, {
    title,
    current: 'overview',
    body: html`<h1>${title}</h1>
      ${undeliveredNotice(view)} ${monthSwitch('/finance', view, text)} ${totals(view)} ${donationTable(view)}
      ${pages(view)}
      <p class="quiet small">${withMarkup(text.finance, 'overview.asOf', { time, timeZone })}</p>`,
  })
}

function undeliveredNotice({ text, undelivered }: OverviewView): Html {
  const t = text.finance
  if (undelivered === 0) return html``
  return html`<p class="notice">
    ${t('mail.banner', { count: undelivered })} <a href="/finance/mail">${t('mail.bannerLink')}</a>
  </p>`
}

function totals({ text, totals: sums }: OverviewView): Html {
  const t = text.finance
  if (sums.length === 0) return html`<p class="notice">${t('overview.none')}</p>`
  return html`<dl class="totals">
    ${sums.map((total) => {
      const { donations, gross } = total
      const number = donations.toLocaleString(text.language)
      return html`<div>
        <dt>${t('overview.gross', { currency: gross.currency.toUpperCase() })}</dt>
        <dd>
          ${formatMoney(gross, text.language)}
          <span class="quiet">${t('overview.from', { count: donations, number })}</span>
          <span class="quiet">${[...reversedText(total, text), feesText(total, text)].join(' ')}</span>
        </dd>
      </div>`
    })}
  </dl>`
}

function reversedText({ reversed }: OverviewTotal, text: Text): string[] {
  const { minor, currency } = reversed
  if (minor === 0n) return []
  const amount = formatMoney(money(minor < 0n ? -minor : minor, currency), text.language)
  return [text.finance(minor > 0n ? 'overview.reversed' : 'overview.cameBack', { amount })]
}

function feesText({ fee, net }: OverviewTotal, text: Text): string {
  if (!fee || !net) return text.finance('overview.feesUnknown')
  const shown = { fees: formatMoney(fee, text.language), net: formatMoney(net, text.language) }
  return text.finance('overview.feesAndNet', shown)
}

function donationTable(view: OverviewView): Html {
  const { text, donations, isLaterPage } = view
  const t = text.finance
  if (donations.length === 0) return html``
  return table(
    t(isLaterPage ? 'overview.earlier' : 'overview.latest'),
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

function pages({ text, isLaterPage, nextCursor, month }: OverviewView): Html {
  const t = text.finance
  const first = `/finance?month=${encodeURIComponent(month)}`
  if (!isLaterPage && nextCursor === undefined) return html``
  return html`<nav class="pages" aria-label="${t('overview.pages')}">
    ${isLaterPage ? html`<a href="${first}">${t('overview.toLatest')}</a>` : ''}
    ${nextCursor === undefined ? '' : html`<a rel="next" href="${first}&amp;cursor=${encodeURIComponent(nextCursor)}">${t('overview.toEarlier')}</a>`}
  </nav>`
}
