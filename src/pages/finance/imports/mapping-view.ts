import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import type { HistoryImport } from '../../../imports/history-import.ts'
import { dateOrders } from '../../../imports/given-time.ts'
import {
  fieldNames,
  importFields,
  type ImportField,
  type TableStart,
} from '../../../imports/import-mapping.ts'
import { table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'

export type MappingView = FinanceFrame & {
  readonly mayChange: boolean
  readonly import: HistoryImport
  readonly content: { readonly table: TableStart; readonly chosen: Readonly<Record<string, string>> }
}

const SAMPLE_ROWS = 4
/** Columns that nearly every file has. */
const MAIN: readonly ImportField[] = [
  'amount',
  'date',
  'time',
  'id',
  'status',
  'email',
  'firstName',
  'lastName',
  'name',
  'campaign',
]

/** What the columns of a file mean, asked once. */
export function mappingForm(view: MappingView): Html {
  const { text, import: one, content, mayChange } = view
  const { headings, rows } = content.table
  const t = text.finance
  const sample = html`<div class="excerpt">
    ${table(
      t('imports.mapping.first'),
      headings.map((label) => ({ label })),
      rows.slice(0, SAMPLE_ROWS).map((row) => headings.map((_, index) => (row[index] ?? '').slice(0, 80))),
    )}
  </div>`
  if (!mayChange) return sample
  const action = `/finance/imports/${one.id}/columns`
  const { problems } = shownForm(view, action)
  const chosen = (name: string) => content.chosen[name] ?? ''
  const option = (value: string, label: string, name: string) =>
    html`<option value="${value}" ${chosen(name) === value ? html`selected` : ''}>${label}</option>`
  const column = (field: ImportField) => {
    const name = `column-${field}`
    return html`<div class="field">
      <label for="${name}">${t(`imports.mapping.field.${field}`)}</label>
      <select id="${name}" name="${name}" ${describedBy(name, problems)}>
        ${option('', t(importFields[field] === 'required' ? 'imports.mapping.choose' : 'imports.mapping.noColumn'), name)}
        ${headings.map((heading, index) => option(String(index), heading, name))}
      </select>
      ${fieldProblem(name, problems)}
    </div>`
  }
  const typed = (
    name: 'source' | 'currency' | 'timezone',
    label: string,
    hint: string | null,
    longest: number,
  ) =>
    html`<div class="field">
      <label for="${name}">${label}</label>
      <input
        id="${name}"
        name="${name}"
        type="text"
        required
        autocomplete="off"
        maxlength="${longest}"
        value="${chosen(name)}"
        ${describedBy(name, problems, hint !== null)}
      />
      ${hint === null ? '' : html`<span class="quiet small" id="${name}-hint">${hint}</span>`}
      ${fieldProblem(name, problems)}
    </div>`
  const further = fieldNames.filter((field) => !MAIN.includes(field))
  return html`<h2>${t('imports.mapping.title')}</h2>
    <p>${t('imports.mapping.lead')}</p>
    ${sample}
    <form class="columns-form" method="post" action="${action}">
      ${typed('source', t('imports.mapping.source'), t('imports.mapping.sourceHint'), 40)} ${MAIN.map(column)}
      <div class="field">
        <label for="dateOrder">${t('imports.mapping.dateOrder')}</label>
        <select id="dateOrder" name="dateOrder" required ${describedBy('dateOrder', problems, true)}>
          ${option('', t('imports.mapping.choose'), 'dateOrder')}
          ${dateOrders.map((order) => option(order, t(`imports.mapping.order.${order}`), 'dateOrder'))}
        </select>
        <span class="quiet small" id="dateOrder-hint">${t('imports.mapping.dateOrderHint')}</span>
        ${fieldProblem('dateOrder', problems)}
      </div>
      <div class="field">
        <label for="decimalSign">${t('imports.mapping.decimalSign')}</label>
        <select id="decimalSign" name="decimalSign" required ${describedBy('decimalSign', problems)}>
          ${option('', t('imports.mapping.choose'), 'decimalSign')}
          ${option('.', t('imports.mapping.sign.point'), 'decimalSign')}
          ${option(',', t('imports.mapping.sign.comma'), 'decimalSign')}
        </select>
        ${fieldProblem('decimalSign', problems)}
      </div>
      ${typed('currency', t('imports.mapping.currency'), t('imports.mapping.currencyHint'), 3)}
      ${typed('timezone', t('imports.mapping.timezone'), null, 60)}
      <details
        class="wide"
        ${problems.some(({ fieldId }) => fieldId === 'paidWords') ? html`open="open"` : ''}
      >
        <summary>${t('imports.mapping.more')}</summary>
        ${further.map(column)}
        <div class="field">
          <label for="paidWords">${t('imports.mapping.paidWords')}</label>
          <textarea
            id="paidWords"
            name="paidWords"
            rows="3"
            maxlength="2000"
            ${describedBy('paidWords', problems, true)}
          >
${chosen('paidWords')}</textarea>
          <span class="quiet small" id="paidWords-hint">${t('imports.mapping.paidWordsHint')}</span>
          ${fieldProblem('paidWords', problems)}
        </div>
      </details>
      <p class="actions"><button class="button" type="submit">${t('imports.mapping.read')}</button></p>
    </form>`
}
