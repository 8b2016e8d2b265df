import { html } from 'hono/html'
import { problemSummary, type FormProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { formatMoney, storedMoney } from '../../../money/money.ts'
import { donorMeasures, type DonorAbove } from '../../../reports/donors-above.ts'
import { dayName, financePage, table, type FinanceFrame, ownDirection } from '../frame/finance-layout-view.ts'

export type DonorsView = FinanceFrame & {
  /** The fields as they were typed: days, the amount in the currency, what it counts. */
  readonly typed: Readonly<Record<'from' | 'to' | 'currency' | 'amount' | 'measure', string>>
  readonly currencies: readonly string[]
  readonly donors: readonly DonorAbove[]
  readonly count: number
  readonly problems: readonly FormProblem[]
}

export function donorsPage(view: DonorsView): string {
  const { text, donors, count, problems, typed } = view
  const t = text.finance
  const title = t('donorList.title')
  const columns = [
    { label: t('column.donor') },
    { label: t('donorList.remains'), isNumber: true },
    { label: t('donorList.gifts'), isNumber: true },
    { label: t('donorList.largest'), isNumber: true },
    { label: t('donorList.last') },
  ]
  const query = new URLSearchParams(typed).toString()
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>${t('donorList.lead')}</p>
      ${form(view)}
      ${typed.measure === 'single' ? html`<p class="quiet">${t('donorList.singleLaw')}</p>` : ''}
      ${
        donors.length === 0
          ? html`<p>${problems.length > 0 ? '' : t('donorList.none')}</p>`
          : html`<p>
                ${t('donorList.count', { count })}
                ${count > donors.length ? t('donorList.first', { count: donors.length }) : ''}
              </p>
              ${table(
                t('donorList.caption'),
                columns,
                donors.map((donor) => cells(donor, view)),
              )}
              <nav class="pages" aria-label="${t('donorList.download')}">
                <a href="/finance/exports/donors?${query}&format=csv">${t('donorList.downloadCsv')}</a>
                <a href="/finance/exports/donors?${query}&format=xlsx">${t('donorList.downloadXlsx')}</a>
              </nav>`
      }`,
  })
}

function form({ text, typed, currencies }: DonorsView): Html {
  const t = text.finance
  const input = (name: 'from' | 'to' | 'amount', type: string) =>
    html`<div class="field">
      <label for="${name}">${t(`exports.field.${name}`)}</label>
      <input
        id="${name}"
        name="${name}"
        type="${type}"
        autocomplete="off"
        value="${typed[name]}"
        placeholder="2026-12-31"
      />
    </div>`
  const select = (name: 'currency' | 'measure', options: readonly (readonly [string, string])[]) =>
    html`<div class="field">
      <label for="${name}">${t(`exports.field.${name}`)}</label>
      <select id="${name}" name="${name}">
        ${options.map(([value, words]) => html`<option value="${value}" ${value === typed[name] ? html`selected` : ''}>${words}</option>`)}
      </select>
    </div>`
  return html`<form class="filters filter-fields" method="get" action="/finance/reports/donors">
    ${input('from', 'date')} ${input('to', 'date')} ${input('amount', 'text')}
    ${select(
      'currency',
      currencies.map((code) => [code, code.toUpperCase()]),
    )}
    ${select(
      'measure',
      donorMeasures.map((measure) => [measure, t(`exports.option.${measure}`)]),
    )}
    <p class="field"><button class="button" type="submit">${t('donorList.show')}</button></p>
  </form>`
}

function cells(donor: DonorAbove, { text, typed }: DonorsView): readonly (Html | string)[] {
  const amount = (minor: bigint) => formatMoney(storedMoney(minor, typed.currency), text.language)
  return [
    html`<a href="/finance/donors/${donor.donation_id}">${ownDirection(donor.name ?? donor.email)}</a>
      ${donor.name === null ? '' : html`<br /><span class="quiet small">${donor.email}</span>`}`,
    amount(donor.remains_minor),
    String(donor.gifts),
    amount(donor.largest_minor),
    html`${dayName(donor.last_on, text)}<br />
      <a class="small" href="/finance/donors/${donor.donation_id}/statement.pdf?year=${typed.to.slice(0, 4)}"
        >${text.finance('statements.ofDonor', { year: typed.to.slice(0, 4) })}</a
      >`,
  ]
}
