import { html } from 'hono/html'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { Volume, Year } from '../../../reports/year.ts'
import type { Text } from '../../../text/text.ts'
import {
  dateAndTime,
  dayName,
  financePage,
  monthName,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

import { fundsTable } from '../frame/funds-table-view.ts'

export type YearView = FinanceFrame & { readonly year: Year; readonly asOf: Date }

const IRS_INSTRUCTIONS = 'https://www.irs.gov/instructions/i1099k'

/** The year's sums for the accountant, and what Form 1099-K will have beside them. */
export function yearPage(view: YearView): string {
  const { text, asOf, year } = view
  const t = text.finance
  const time = dateAndTime(asOf, view)
  const days = { from: dayName(year.days.from, text), to: dayName(year.days.to, text) }
  const link = (to: number, rel: string, words: string) =>
    html`<a rel="${rel}" href="/finance/reports/year?year=${to}">${words}</a>`
  return financePage(view, {
    title: t('year.title', { year: year.year }),
    current: 'reports',
    body: html`<div class="overview">
      <p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${t('year.title', { year: year.year })}</h1>
      <p class="lead period-days">${t('overview.days', days)}</p>
      <nav class="pages" aria-label="${t('year.years')}">
        ${link(year.year - 1, 'prev', `← ${year.year - 1}`)}
        ${link(year.year + 1, 'next', `${year.year + 1} →`)}
      </nav>
      ${year.currencies.length === 0 ? html`<p class="notice">${t('year.nothing')}</p>` : books(year, text)}
      ${fundsTable(year.restricted, year.total, { ...year.days }, view)}
      <h2>${t('year.volumeTitle', { year: year.year })}</h2>
      <p>${t('year.volumeExplained')} <a href="${IRS_INSTRUCTIONS}">${t('year.instructions')}</a></p>
      ${
        year.volumes.length === 0
          ? html`<p class="notice">${t('year.noVolume')}</p>`
          : year.volumes.map((volume) => volumeTable(volume, { year, asOf, text }))
      }
      <h2>${t('year.whyTitle')}</h2>
      <ul>
        ${(['deductions', 'programs', 'timing', 'currency'] as const).map((why) => html`<li>${t(`year.why.${why}`)}</li>`)}
      </ul>
      <footer class="small quiet">
        <p>${t('overview.basis.booked')}</p>
        <p>${withMarkup(t, 'overview.asOf', { time })}</p>
      </footer>
    </div>`,
  })
}

/** One row for each currency and settlement currency. */
function books({ currencies, total }: Year, text: Text): Html {
  const t = text.finance
  const reporting = total.currency.toUpperCase()
  const converted = (minor: bigint) => formatMoney(money(minor, total.currency), text.language)
  return table(
    t('year.books'),
    [
      { label: t('overview.currency') },
      { label: t('overview.gifts'), isNumber: true },
      { label: t('overview.gross'), isNumber: true },
      { label: t('overview.refunded'), isNumber: true },
      { label: t('overview.disputed'), isNumber: true },
      { label: t('overview.fees'), isNumber: true },
      { label: t('overview.netIn', { currency: reporting }), isNumber: true },
    ],
    currencies.map((one) => {
      const own = (minor: bigint) => formatMoney(money(minor, one.currency), text.language)
      const fees = one.settled.map(({ currency, processingFeeMinor, disputeFeeMinor }) =>
        formatMoney(money(-processingFeeMinor - disputeFeeMinor, currency), text.language),
      )
      return [
        one.currency.toUpperCase(),
        one.donations.toLocaleString(text.language),
        own(one.grossMinor),
        own(-one.refundedMinor),
        own(-one.disputedMinor),
        fees.join(' + ') || '–',
        one.converted.notConverted.length > 0 ? t('overview.rateUnknown') : converted(one.converted.netMinor),
      ]
    }),
    [
      t('overview.total'),
      currencies.reduce((sum, { donations }) => sum + donations, 0n).toLocaleString(text.language),
      '',
      '',
      '',
      converted(-total.processingFeeMinor - total.disputeFeeMinor),
      converted(total.netMinor),
    ],
  )
}

/** Months to come have no row: a row of zeros would say that nothing was given in them. */
function volumeTable(
  { currency, months, total }: Volume,
  { year: { year }, asOf, text }: Pick<YearView, 'year' | 'asOf' | 'text'>,
): Html {
  const t = text.finance
  const present = asOf.toISOString().slice(0, 7)
  const begun = months.filter(
    ({ month, charges, oursMinor }) => month <= present || charges > 0n || oursMinor !== 0n,
  )
  const amount = (minor: bigint) => formatMoney(money(minor, currency), text.language)
  const cells = (row: Volume['total']) => [
    row.charges.toLocaleString(text.language),
    amount(row.cardMinor),
    amount(row.otherMinor),
    amount(row.cardMinor + row.otherMinor),
    amount(row.oursMinor),
    amount(row.cardMinor + row.otherMinor - row.oursMinor),
  ]
  return table(
    t('year.volume', { year, currency: currency.toUpperCase() }),
    [
      { label: t('year.month') },
      { label: t('year.charges'), isNumber: true },
      { label: t('year.card'), isNumber: true },
      { label: t('year.other'), isNumber: true },
      { label: t('year.all'), isNumber: true },
      { label: t('year.ours'), isNumber: true },
      { label: t('year.difference'), isNumber: true },
    ],
    begun.map((month) => [monthName(month.month, text), ...cells(month)]),
    [t('overview.total'), ...cells(total)],
  )
}
