import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { cellBar } from '../../../html/bar-chart-view.ts'
import { type Html, webUrl } from '../../../html/layout.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { Amounts, ConvertedFigures } from '../../../reports/totals/figures.ts'
import type { Ranked } from '../../../reports/overview.ts'
import { rankingSorts, type RankingSort } from '../../../reports/ranking.ts'
import type { ReportPeriod } from '../../../reports/report-period.ts'
import { dayName, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { address, linkChoice, periodChoice, periodFields } from '../frame/period-view.ts'

export type RankingView = FinanceFrame & {
  readonly kind: 'stories' | 'campaigns'
  readonly period: ReportPeriod
  readonly sort: RankingSort
  readonly rows: readonly RankedOrNone[]
  /** Of all rows, on other pages, too. */
  readonly total: ConvertedFigures
  readonly totalDonations: bigint
  /** Leads to the next page; null on the last one. */
  readonly nextCursor: string | null
  readonly isLaterPage: boolean
}

/** A story or campaign, or what belongs to none. */
export type RankedOrNone = Omit<Ranked, 'key'> & { readonly key: string | null }

/** All stories or campaigns of a period by what they brought after refunds, disputes and fees. */
export function rankingPage(view: RankingView): string {
  const { text, kind, period, sort, rows } = view
  const t = text.finance
  const path = `/finance/reports/${kind}`
  const kept = { sort: sort === 'net' ? undefined : sort }
  const days = { from: dayName(period.days.from, text), to: dayName(period.days.to, text) }
  const other = period.basis === 'booked' ? 'given' : 'booked'
  return financePage(view, {
    title: t(`ranking.${kind}`),
    current: 'reports',
    body: html`<div class="overview">
      <p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${t(`ranking.${kind}`)}</h1>
      <p class="lead period-days">${t('overview.days', days)}</p>
      ${periodChoice(path, period, kept, view)}
      ${linkChoice(
        t('ranking.sortLabel'),
        rankingSorts.map((one) => ({
          words: t(`ranking.sort.${one}`),
          url: address(path, { ...periodFields(period), sort: one === 'net' ? undefined : one }),
          isCurrent: one === sort,
        })),
      )}
      ${rows.length === 0 ? html`<p class="notice">${t('overview.none')}</p>` : rankingTable(view)}
      ${pages(view, path)} ${rows.length === 0 ? '' : files(view, path)}
      <footer class="small quiet">
        <p>
          ${t(`overview.basis.${period.basis}`)}
          <a
            href="${address(path, { ...periodFields(period), ...kept, basis: other === 'given' ? 'given' : undefined })}"
            >${t(`overview.toBasis.${other}`)}</a
          >
        </p>
        ${view.total.isEstimated ? html`<p>${t('overview.estimated', { currency: view.total.currency.toUpperCase() })}</p>` : ''}
      </footer>
    </div>`,
  })
}

function rankingTable(view: RankingView): Html {
  const { text, kind, period, sort, rows, total, totalDonations, role } = view
  const t = text.finance
  const amount = (minor: bigint) => formatMoney(money(minor, total.currency), text.language)
  const largest = rows.reduce((most, { netMinor }) => (netMinor > most ? netMinor : most), 0n)
  const amounts = (of: Amounts) => [
    amount(of.grossMinor),
    amount(-of.refundedMinor),
    amount(-of.disputedMinor),
    amount(-of.processingFeeMinor - of.disputeFeeMinor),
    amount(of.netMinor),
  ]
  const days = { ...period.days, basis: period.basis === 'booked' ? undefined : period.basis }
  const filter = kind === 'stories' ? 'story' : 'campaign'
  return table(
    t(`ranking.order.${sort}`),
    [
      { label: t(kind === 'stories' ? 'overview.story' : 'overview.campaign') },
      { label: t('overview.gifts'), isNumber: true },
      { label: t('overview.gross'), isNumber: true },
      { label: t('overview.refunded'), isNumber: true },
      { label: t('overview.disputed'), isNumber: true },
      { label: t('overview.fees'), isNumber: true },
      { label: t('overview.netOf', { currency: total.currency.toUpperCase() }), isNumber: true },
    ],
    rows.map((row) => {
      const number = row.donations.toLocaleString(text.language)
      const leads = row.key !== null && mayActAs(role, 'auditor')
      return [
        html`${name(row, kind, t(`ranking.none.${kind}`))}
        ${row.fund === null ? '' : html`<span class="small quiet">${t('overview.restrictedTo', { fund: row.fund })}</span>`}
        ${cellBar(largest === 0n ? 0 : Number((row.netMinor * 1000n) / largest) / 1000)}`,
        leads
          ? html`<a
              href="${address('/finance/donations', { ...days, [filter]: row.key ?? undefined })}"
              aria-label="${t('ranking.gifts', { count: Number(row.donations), number, name: row.title ?? row.key ?? '' })}"
              >${number}</a
            >`
          : number,
        ...amounts(row),
      ]
    }),
    [t('overview.total'), totalDonations.toLocaleString(text.language), ...amounts(total)],
  )
}

function name({ key, title }: RankedOrNone, kind: RankingView['kind'], none: string): Html {
  if (key === null) return html`<span class="quiet">${none}</span>`
  return kind === 'stories' ? html`<a href="${webUrl(key)}">${title ?? key}</a>` : html`${key}`
}

/** All rows of the period in the order of the page, as files. */
function files({ text, period, sort }: RankingView, path: string): Html {
  const fields = { ...periodFields(period), sort: sort === 'net' ? undefined : sort }
  return html`<p class="actions">
    <a href="${address(`${path}.csv`, fields)}" download>${text.finance('ranking.csv')}</a>
    <a href="${address(`${path}.xlsx`, fields)}" download>${text.finance('ranking.xlsx')}</a>
  </p>`
}

function pages({ text, period, sort, nextCursor, isLaterPage }: RankingView, path: string): Html {
  const t = text.finance
  if (!isLaterPage && nextCursor === null) return html``
  const fields = { ...periodFields(period), sort: sort === 'net' ? undefined : sort }
  return html`<nav class="pages" aria-label="${t('ranking.pages')}">
    ${isLaterPage ? html`<a href="${address(path, fields)}">${t('ranking.toFirst')}</a>` : ''}
    ${nextCursor === null ? '' : html`<a rel="next" href="${address(path, { ...fields, cursor: nextCursor })}">${t('ranking.toNext')}</a>`}
  </nav>`
}
