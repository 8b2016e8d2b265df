import { html } from 'hono/html'
import type { LineRow, StatementRow } from '../../../bank/uploaded-statement.ts'
import type { StatementProblem } from '../../../bank/bank-statement.ts'
import type { CsvTable } from '../../../bank/csv-statement.ts'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  financePage,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import { problems } from './bank-statements-view.ts'

/** One statement: its movements with their deposits, or the question what the columns of its CSV file mean. */
export type BankStatementView = FinanceFrame & {
  readonly mayChange: boolean
  readonly statement: StatementRow
  readonly content:
    | { readonly kind: 'lines'; readonly lines: readonly LineRow[]; readonly next: number | null }
    | ColumnsQuestion
}

type ColumnsQuestion = {
  readonly kind: 'columns'
  readonly table: CsvTable
  /** The answers by the names of the fields: guessed, or as they were sent. */
  readonly chosen: Readonly<Record<string, string>>
  readonly fileProblems: readonly StatementProblem[]
}

export function bankStatementPage(view: BankStatementView): string {
  const { text, statement, content } = view
  const t = text.finance
  return financePage(view, {
    title: statement.fileName,
    current: 'deposits',
    body: html`<p class="back"><a href="/finance/deposits/bank">${t('bank.back')}</a></p>
      <h1>${statement.fileName}</h1>
      <dl class="facts">
        <dt>${t('bank.format')}</dt>
        <dd>${t(`bank.formats.${statement.format}`)}</dd>
        ${
          statement.account === null
            ? ''
            : html`<dt>${t('bank.account')}</dt>
                <dd>${statement.account}</dd>`
        }
        ${
          statement.firstDay === null || statement.lastDay === null
            ? ''
            : html`<dt>${t('bank.period')}</dt>
                <dd>
                  ${t('bank.days', {
                    from: dayName(statement.firstDay, text),
                    to: dayName(statement.lastDay, text),
                  })}
                </dd>`
        }
        <dt>${t('bank.uploaded')}</dt>
        <dd>
          ${dateAndTime(statement.uploadedAt, view)} ${t('bank.uploadedBy', { name: statement.uploadedBy })}
        </dd>
        <dt>${t('bank.fingerprint')}</dt>
        <dd><code>${statement.fileHash}</code></dd>
      </dl>
      <p><a href="/finance/deposits/bank/${statement.id}/file" download>${t('bank.download')}</a></p>
      ${content.kind === 'lines' ? lines(view, content.lines, content.next) : columns(view, content)}`,
  })
}

function lines(view: BankStatementView, rows: readonly LineRow[], next: number | null): Html {
  const { text, statement } = view
  const t = text.finance
  return html`${table(
    t('bank.lines'),
    [
      { label: t('column.date') },
      { label: t('bank.text') },
      { label: t('column.amount'), isNumber: true },
      { label: t('bank.deposit') },
    ],
    rows.map((line) => [
      dayName(line.day, text),
      line.description,
      amountText(Number(line.amountMinor), line.currency, text),
      matchOf(line, view),
    ]),
  )}
  ${
    next === null
      ? ''
      : html`<p>
          <a rel="next" href="/finance/deposits/bank/${statement.id}?after=${next}">${t('bank.more')}</a>
        </p>`
  }`
}

function matchOf(
  { id, day, amountMinor, currency, match }: LineRow,
  { text, mayChange }: BankStatementView,
): Html {
  const t = text.finance
  if (match === null) return html`<span class="quiet">${t('bank.noDeposit')}</span>`
  const words = match.kind === 'return' ? 'bank.returnOf' : 'bank.depositOf'
  const about = { amount: amountText(Number(amountMinor), currency, text), day: dayName(day, text) }
  return html`<div>
    <a href="/finance/deposits/${encodeURIComponent(match.payoutId)}"
      >${t(words, { day: dayName(match.arrivalDate, text) })}</a
    >
    <div class="quiet small">${t(`bank.rule.${match.rule}`, { name: match.matchedBy })}</div>
    ${
      mayChange
        ? html`<form class="inline-form" method="post" action="/finance/deposits/bank/lines/${id}/unmatch">
            <button class="button plain" type="submit" aria-label="${t('bank.unmatchWhich', about)}">
              ${t('bank.unmatch')}
            </button>
          </form>`
        : ''
    }
  </div>`
}

const SAMPLE_ROWS = 5

function columns(view: BankStatementView, question: ColumnsQuestion): Html {
  const { text, statement, mayChange } = view
  const { headings, rows } = question.table
  const t = text.finance
  const sample = html`<div class="excerpt">
    ${table(
      t('bankColumns.first'),
      headings.map((label) => ({ label })),
      rows.slice(0, SAMPLE_ROWS).map((row) => headings.map((_, index) => row[index] ?? '')),
    )}
  </div>`
  if (!mayChange) return sample
  const chosen = (name: string) => question.chosen[name] ?? ''
  const action = `/finance/deposits/bank/${statement.id}/columns`
  const { problems: wrong } = shownForm(view, action)
  const option = (value: string, label: string, name: string) =>
    html`<option value="${value}" ${chosen(name) === value ? html`selected` : ''}>${label}</option>`
  const column = (name: keyof typeof COLUMN_FIELDS) =>
    html`<div class="field">
      <label for="${name}">${t(`bankColumns.${name}`)}</label>
      <select id="${name}" name="${name}" ${describedBy(name, wrong)}>
        ${COLUMN_FIELDS[name] === 'optional' ? option('', t('bankColumns.noColumn'), name) : ''}
        ${headings.map((heading, index) => option(String(index), heading, name))}
      </select>
      ${fieldProblem(name, wrong)}
    </div>`
  return html`<h2>${t('bankColumns.title')}</h2>
    <p>${t('bankColumns.lead')}</p>
    ${problems(question.fileProblems, text)} ${sample}
    <form class="columns-form" method="post" action="${action}">
      ${column('day')}
      <p class="field">
        <label for="dateOrder">${t('bankColumns.dateOrder')}</label>
        <select id="dateOrder" name="dateOrder">
          ${(['ymd', 'dmy', 'mdy'] as const).map((order) => option(order, t(`bankColumns.order.${order}`), 'dateOrder'))}
        </select>
      </p>
      ${column('amount')} ${column('moneyIn')} ${column('moneyOut')}
      <p class="field">
        <label for="decimalSign">${t('bankColumns.decimalSign')}</label>
        <select id="decimalSign" name="decimalSign">
          ${option('.', t('bankColumns.sign.point'), 'decimalSign')}
          ${option(',', t('bankColumns.sign.comma'), 'decimalSign')}
        </select>
      </p>
      <div class="field">
        <label for="currency">${t('bankColumns.currency')}</label>
        <input
          id="currency"
          name="currency"
          type="text"
          size="4"
          maxlength="3"
          required
          value="${chosen('currency')}"
          ${describedBy('currency', wrong)}
        />
        ${fieldProblem('currency', wrong)}
      </div>
      ${column('description')} ${column('reference')}
      <p class="actions"><button class="button" type="submit">${t('bankColumns.read')}</button></p>
    </form>`
}

const COLUMN_FIELDS = {
  day: 'required',
  amount: 'optional',
  moneyIn: 'optional',
  moneyOut: 'optional',
  description: 'required',
  reference: 'optional',
} as const
