import { html } from 'hono/html'
import { bankStates, type DepositRow, type DepositsQuery } from '../../../bank/deposit-list.ts'
import type { Html } from '../../../html/layout.ts'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../html/form-problems-view.ts'
import {
  amountText,
  capitalised,
  codeInWords,
  dayName,
  financePage,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'

export type DepositsView = FinanceFrame & {
  readonly rows: readonly DepositRow[]
  /** The filters as they were typed, and what is wrong with them. */
  readonly typed: Readonly<Record<string, string>>
  readonly problems: readonly FormProblem[]
  /** Addresses of the neighbouring pages; null where there is none. */
  readonly later: string | null
  readonly earlier: string | null
}

/** What Stripe paid to the bank, with a search by the amount on the bank statement. */
export function depositsPage(view: DepositsView): string {
  const { text, rows, later, earlier } = view
  const t = text.finance
  return financePage(view, {
    title:
      view.problems.length > 0
        ? text.shared('errorTitle', { title: t('deposits.title') })
        : t('deposits.title'),
    current: 'deposits',
    body: html`<h1>${t('deposits.title')}</h1>
      <p class="lead">${t('deposits.lead')}</p>
      <p><a class="button plain" href="/finance/deposits/bank">${t('deposits.bankStatements')}</a></p>
      ${problemSummary(text, view.problems)} ${filterForm(view)}
      ${rows.length === 0 ? nothing(view) : depositTable(t('deposits.list'), rows, view)}
      ${
        later === null && earlier === null
          ? ''
          : html`<nav class="pages" aria-label="${t('deposits.pages')}">
              ${later === null ? '' : html`<a rel="prev" href="${later}">${t('deposits.later')}</a>`}
              ${earlier === null ? '' : html`<a rel="next" href="${earlier}">${t('deposits.earlier')}</a>`}
            </nav>`
      }`,
  })
}

function nothing({ text, typed }: DepositsView): Html {
  const isFiltered = Object.values(typed).some((value) => value !== '')
  return html`<p class="nothing-yet">${text.finance(isFiltered ? 'deposits.noneFound' : 'deposits.none')}</p>`
}

function filterForm({ text, typed, problems }: DepositsView): Html {
  const t = text.finance
  const isFiltered = Object.values(typed).some((value) => value !== '')
  return html`<form class="search-form" method="get" action="/finance/deposits">
    <div class="field">
      <label for="amount">${t('deposits.amount')}</label>
      <input
        id="amount"
        name="amount"
        type="text"
        inputmode="decimal"
        autocomplete="off"
        ${describedBy('amount', problems, true)}
        value="${typed['amount'] ?? ''}"
      />
      ${fieldProblem('amount', problems)}
      <span class="quiet small" id="amount-hint">${t('deposits.amountHint')}</span>
    </div>
    <div class="field">
      <label for="month">${t('deposits.month')}</label>
      <input
        id="month"
        name="month"
        type="month"
        placeholder="2026-01"
        value="${typed['month'] ?? ''}"
        ${describedBy('month', problems)}
      />
      ${fieldProblem('month', problems)}
    </div>
    <p class="field">
      <label for="bank">${t('deposits.bankState')}</label>
      <select id="bank" name="bank">
        <option value="">${t('deposits.any')}</option>
        ${bankStates.map(
          (state) =>
            html`<option value="${state}" ${typed['bank'] === state ? html`selected` : ''}>
              ${t(`deposits.bank.${state}`)}
            </option>`,
        )}
      </select>
    </p>
    <p class="actions">
      <button class="button" type="submit">${t('deposits.find')}</button>
      ${isFiltered ? html`<a href="/finance/deposits">${t('deposits.clear')}</a>` : ''}
    </p>
  </form>`
}

/** Deposits as a table; each amount leads to the gifts that it is made of. */
export function depositTable(caption: string, rows: readonly DepositRow[], { text }: FinanceFrame): Html {
  const t = text.finance
  return table(
    caption,
    [
      { label: t('column.arrival') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.status') },
      { label: t('deposits.bankState') },
    ],
    rows.map((row) => [
      dayName(row.arrivalDate, text),
      html`<a href="/finance/deposits/${encodeURIComponent(row.id)}"
        >${amountText(Number(row.amountMinor), row.currency, text)}</a
      >`,
      html`${depositTag(row.status, text)}
      ${row.automatic ? '' : html`<span class="quiet small">${t('deposits.byHand')}</span>`}`,
      bankWords(row, text),
    ]),
    undefined,
    'lines',
  )
}

function bankWords({ bank, bankDay }: DepositRow, text: FinanceFrame['text']): Html {
  const t = text.finance
  const words =
    bank === 'on_statement' && bankDay !== null
      ? t('deposits.onStatementOf', { day: dayName(bankDay, text) })
      : t(`deposits.bank.${bank}`)
  return bank === 'missing'
    ? html`<span class="status watch">${words}</span>`
    : html`<span class="${bank === 'on_statement' ? '' : 'quiet'}">${words}</span>`
}

const STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const

/** Where the money is, in words; of a status that Stripe added later, its code. */
export function depositTag(status: string, text: FinanceFrame['text']): Html {
  const known = STATUSES.find((one) => one === status)
  const words = known ? text.finance(`deposits.status.${known}`) : capitalised(codeInWords(status))
  return html`<span class="status ${status === 'paid' ? 'good' : 'watch'}">${words}</span>`
}

/** The query of a page of the list under the same filters. */
export function depositQueryText(query: DepositsQuery, place: Readonly<Record<string, string>>): string {
  const { month, amount, status, bank } = query
  const kept = Object.entries({ month, amount, status, bank }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return new URLSearchParams({ ...Object.fromEntries(kept), ...place }).toString()
}
