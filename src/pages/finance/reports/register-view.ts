import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { formatMoney, storedMoney } from '../../../money/money.ts'
import { receiptStatus } from '../../../receipts/receipt.ts'
import { receiptNumber } from '../../../receipts/receipt-number.ts'
import type { RegisterProof, RegisterRow } from '../../../reports/receipt-register.ts'
import type { Text } from '../../../text/text.ts'
import { dayName, financePage, giftLink, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type RegisterView = FinanceFrame & {
  readonly year: number
  /** The form as it was sent; empty when it was not. */
  readonly typed: Readonly<Record<string, string>>
  readonly from: number
  readonly proof: RegisterProof
  readonly rows: readonly RegisterRow[]
  /** The code by which anybody can check the receipt of that number. */
  readonly codeOf: (number: bigint) => string
  /** The first number of the next page. */
  readonly next: number | null
  readonly problems: readonly FormProblem[]
}

export function registerPageView(view: RegisterView): string {
  const { text, year, proof, rows, next, problems } = view
  const t = text.finance
  const title = t('register.title', { year })
  const columns = [
    { label: t('column.receipt') },
    { label: t('column.status') },
    { label: t('column.date') },
    { label: t('column.amount'), isNumber: true },
    { label: t('column.about') },
  ]
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${title}</h1>
      ${problemSummary(text, problems)} ${proofInWords(proof, year, view)}
      <form class="filters filter-fields" method="get" action="/finance/reports/receipts">
        <div class="field">
          <label for="year">${t('register.year')}</label>
          <input
            id="year"
            name="year"
            type="text"
            inputmode="numeric"
            autocomplete="off"
            maxlength="4"
            value="${view.typed['year'] ?? year}"
            ${describedBy('year', problems)}
          />
          ${fieldProblem('year', problems)}
        </div>
        <div class="field">
          <label for="from">${t('register.from')}</label>
          <input
            id="from"
            name="from"
            type="text"
            inputmode="numeric"
            autocomplete="off"
            maxlength="12"
            value="${view.typed['from'] ?? view.from}"
            ${describedBy('from', problems)}
          />
          ${fieldProblem('from', problems)}
        </div>
        <p class="field"><button class="button plain" type="submit">${t('register.show')}</button></p>
      </form>
      ${rows.length === 0 ? '' : html`<p class="quiet">${t('register.checked')}</p>`}
      ${
        rows.length === 0
          ? ''
          : table(
              t('register.caption'),
              columns,
              rows.map((row) => cells(row, view)),
              undefined,
              'lines',
            )
      }
      <nav class="pages" aria-label="${t('register.caption')}">
        ${next === null ? '' : html`<a rel="next" href="/finance/reports/receipts?year=${year}&from=${next}">${t('register.next')}</a>`}
        <a href="/finance/exports/receipts?year=${year}&format=csv">${t('register.downloadCsv')}</a>
        <a href="/finance/exports/receipts?year=${year}&format=xlsx">${t('register.downloadXlsx')}</a>
      </nav>`,
  })
}

function proofInWords(
  { last, issued, reserved, missing, firstMissing }: RegisterProof,
  year: number,
  { text }: RegisterView,
): Html {
  const t = text.finance
  if (last === 0n) return html`<p>${t('register.none')}</p>`
  const listed = firstMissing.map((number) => receiptNumber(year, number)).join(', ')
  const numbers = missing > BigInt(firstMissing.length) ? t('register.andMore', { numbers: listed }) : listed
  return html`<p class="${missing === 0n ? 'notice' : 'problems'}" role="status">
      <strong>
        ${
          missing === 0n
            ? t('register.complete', { last: String(last) })
            : t('register.missing', { count: Number(missing), numbers })
        }
      </strong>
    </p>
    ${reserved > 0n ? html`<p>${t('register.reserved', { count: Number(reserved) })}</p>` : ''}
    ${missing === 0n && reserved === 0n ? html`<p class="quiet">${t('register.proof', { issued: String(issued), last: String(last) })}</p>` : ''}`
}

function cells(row: RegisterRow, view: RegisterView): readonly (Html | string)[] {
  const { text, year } = view
  const t = text.finance
  const { currency, gross_minor: minor } = row
  const { state, void_reason: voidReason } = row
  const status =
    state === 'missing' || state === 'reserved'
      ? state
      : receiptStatus({ voidReason, isReplaced: row.replaced_by_number !== null })
  const hasReceipt = state !== 'missing' && state !== 'reserved'
  return [
    html`${receiptNumber(year, row.number)}${
      hasReceipt ? html`<code class="id" title="${t('register.code')}">${view.codeOf(row.number)}</code>` : ''
    }`,
    html`<span class="status ${status === 'valid' ? 'good' : 'watch'}"
      >${t(`register.status.${status}`)}</span
    >`,
    row.given_on === null ? '–' : dayName(row.given_on, text),
    currency === null || minor === null ? '–' : formatMoney(storedMoney(minor, currency), text.language),
    html`${aboutReceipt(row, text).map((line) => html`<div>${line}</div>`)}`,
  ]
}

/** Whose gift it confirms, and how it came to be: a line each. */
function aboutReceipt(row: RegisterRow, text: Text): (Html | string)[] {
  const t = text.finance
  const { donation_id: donation, donor_name: name, revision } = row
  return [
    donation === null ? null : giftLink(donation, name, text),
    revision === null || revision <= 1n ? null : t('register.revision', { revision }),
    row.replaces_year === null
      ? null
      : t('register.replaces', { number: cited(row.replaces_year, row.replaces_number) }),
    row.replaced_by_year === null
      ? null
      : t('register.replacedBy', { number: cited(row.replaced_by_year, row.replaced_by_number) }),
    row.is_recovered ? t('register.recovered') : null,
  ].filter((line) => line !== null)
}

function cited(year: number | null, number: bigint | null): string {
  return year === null || number === null ? '' : receiptNumber(year, number)
}
