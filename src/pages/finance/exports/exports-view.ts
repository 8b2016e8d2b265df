import { html } from 'hono/html'
import type { ExportKind, LoggedExport } from '../../../exports/export-log.ts'
import { comparedWithClosing, type FrozenHashes } from '../../../exports/frozen-export.ts'
import { journalFormats, journalGrains } from '../../../exports/files/journal-file.ts'
import type { Html } from '../../../html/layout.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { statedInWords } from '../settings/audit/audit-changes-view.ts'

/** The files of stories and campaigns are asked for on their reports. */
export type ExportForm = Exclude<ExportKind, 'stories' | 'campaigns' | 'newsletter'>

export type ExportsView = FinanceFrame & {
  /** The fields of the forms as they were typed, or as they are proposed. */
  readonly typed: Readonly<Record<string, string>>
  readonly currencies: readonly string[]
  readonly log: readonly LoggedExport[]
  /** What closed months keep of their files, for those in the log. */
  readonly frozen: FrozenHashes
  readonly hasEarlier: boolean
  readonly refused: { readonly form: ExportForm; readonly problems: readonly string[] } | null
}

const LEDGER_KINDS: ReadonlySet<ExportKind> = new Set(['ledger', 'journal'])

export function exportsPage(view: ExportsView): string {
  const { text, refused } = view
  const t = text.finance
  const title = t('exports.title')
  return financePage(view, {
    title: refused ? text.shared('errorTitle', { title }) : title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${title}</h1>
      <p>${t('exports.lead')}</p>
      ${card(
        view,
        'journal',
        html`${days(view, 'journal')} ${choice(view, 'journal', 'product', journalFormats)}
        ${choice(view, 'journal', 'by', journalGrains)} ${currency(view, 'journal', true)}
        ${field(view, 'journal', 'taxRate', view.text.finance('exports.usualTaxRate'))}`,
      )}
      ${card(view, 'donations', html`${days(view, 'donations')} ${field(view, 'donations', 'q', '')}`)}
      ${card(view, 'deposits', days(view, 'deposits'))} ${card(view, 'ledger', days(view, 'ledger'))}
      ${card(view, 'reconciling_items', days(view, 'reconciling_items'))}
      ${card(view, 'receipts', field(view, 'receipts', 'year', ''))}
      ${card(
        view,
        'donors',
        html`${days(view, 'donors')} ${currency(view, 'donors', false)}
        ${field(view, 'donors', 'amount', '250')} ${choice(view, 'donors', 'measure', ['total', 'single'])}`,
      )}
      ${log(view)}`,
  })
}

function card(view: ExportsView, form: ExportForm, fields: Html): Html {
  const { text, refused } = view
  const t = text.finance
  const problems = refused?.form === form ? refused.problems : []
  return html`<details class="filters" ${form === 'journal' || problems.length > 0 ? html`open=""` : ''}>
    <summary id="file-${form}">${t(`exports.file.${form}.title`)}</summary>
    <p>${t(`exports.file.${form}.what`)}</p>
    ${
      problems.length === 0
        ? ''
        : html`<div class="problems" role="alert" tabindex="-1" autofocus>
            <p>${t('exports.problem.title')}</p>
            <ul>
              ${problems.map((problem) => html`<li>${problem}</li>`)}
            </ul>
            ${form === 'journal' ? html`<p><a href="/finance/settings/accounts">${t('exports.toAccounts')}</a></p>` : ''}
          </div>`
    }
    <form method="get" action="/finance/exports/${form.replaceAll('_', '-')}">
      <div class="filter-fields">${fields}</div>
      <div class="actions">
        <button class="button" type="submit" name="format" value="csv" aria-describedby="file-${form}">
          ${t('exports.csv')}
        </button>
        <button class="button plain" type="submit" name="format" value="xlsx" aria-describedby="file-${form}">
          ${t('exports.xlsx')}
        </button>
      </div>
    </form>
  </details>`
}

function days(view: ExportsView, form: ExportForm): Html {
  // What is open now belongs to no month: only days that somebody typed leave anything out.
  const isEmpty = form === 'reconciling_items' && view.refused?.form !== form
  const day = (name: 'from' | 'to') =>
    html`<div class="field">
      <label for="${form}-${name}">${view.text.finance(`exports.field.${name}`)}</label>
      <input
        id="${form}-${name}"
        name="${name}"
        type="date"
        value="${isEmpty ? '' : (view.typed[name] ?? '')}"
        placeholder="2026-03-31"
      />
    </div>`
  return html`${day('from')} ${day('to')}`
}

function field(
  view: ExportsView,
  form: ExportForm,
  name: 'q' | 'year' | 'amount' | 'taxRate',
  usual: string,
): Html {
  return html`<div class="field">
    <label for="${form}-${name}">${view.text.finance(`exports.field.${name}`)}</label>
    <input
      id="${form}-${name}"
      name="${name}"
      type="text"
      autocomplete="off"
      maxlength="200"
      value="${view.typed[name] ?? usual}"
    />
  </div>`
}

function choice(
  view: ExportsView,
  form: ExportForm,
  name: 'product' | 'by' | 'measure',
  options: readonly ('generic' | 'quickbooks' | 'xero' | 'day' | 'period' | 'total' | 'single')[],
): Html {
  const t = view.text.finance
  return html`<div class="field">
    <label for="${form}-${name}">${t(`exports.field.${name}`)}</label>
    <select id="${form}-${name}" name="${name}">
      ${options.map(
        (option) =>
          html`<option value="${option}" ${view.typed[name] === option ? html`selected` : ''}>
            ${t(`exports.option.${option}`)}
          </option>`,
      )}
    </select>
  </div>`
}

function currency(view: ExportsView, form: ExportForm, mayBeAll: boolean): Html {
  const t = view.text.finance
  return html`<div class="field">
    <label for="${form}-currency">${t('exports.field.currency')}</label>
    <select id="${form}-currency" name="currency">
      ${mayBeAll ? html`<option value="">${t('exports.allCurrencies')}</option>` : ''}
      ${view.currencies.map(
        (code) =>
          html`<option value="${code}" ${view.typed['currency'] === code ? html`selected` : ''}>
            ${code.toUpperCase()}
          </option>`,
      )}
    </select>
  </div>`
}

function log(view: ExportsView): Html {
  const t = view.text.finance
  const last = view.log.at(-1)
  if (!last) return html`<p class="quiet">${t('exports.log.none')}</p>`
  const columns = [
    { label: t('column.when') },
    { label: t('exports.log.file') },
    { label: t('exports.log.by') },
    { label: t('exports.log.rows'), isNumber: true },
  ]
  return html`${table(
    t('exports.log.title'),
    columns,
    view.log.map((one) => row(one, view)),
  )}
  ${
    view.hasEarlier
      ? html`<nav class="pages" aria-label="${t('exports.log.title')}">
          <a rel="next" href="/finance/exports?before=${last.begunAt.toISOString()}"
            >${t('exports.log.earlier')}</a
          >
        </nav>`
      : ''
  }`
}

function row(one: LoggedExport, view: ExportsView): readonly (Html | string)[] {
  const t = view.text.finance
  const { since: _since, ...asked } = one.filters
  const state = one.outcome === null ? t('exports.log.unfinished') : t('exports.log.brokenOff')
  return [
    dateAndTime(one.begunAt, view),
    html`${t(`exports.file.${one.kind}.title`)} (${one.format.toUpperCase()})<br />
      <span class="quiet small">${statedInWords(asked, view)}</span>
      ${one.outcome === 'complete' && LEDGER_KINDS.has(one.kind) ? postedSince(one, view) : ''}
      ${asAtClosing(one, view)} ${fingerprint(one, view)}`,
    one.by,
    one.rows === null ? state : String(one.rows),
  ]
}

/** 64 digits have no room in a column of their own. */
function fingerprint({ sha256 }: LoggedExport, { text }: ExportsView): Html {
  if (sha256 === null) return html``
  return html`<span class="fingerprint"
    ><span class="quiet">${text.finance('exports.log.hash')}</span>
    <code>${sha256.toString('hex')}</code></span
  >`
}

/** Whether a file of a closed month is that of its closing. */
function asAtClosing(one: LoggedExport, { text, frozen }: ExportsView): Html {
  const compared = comparedWithClosing(one, frozen)
  if (!compared) return html``
  const url = `/finance/months/${compared.month}/files/${compared.kind}`
  return compared.isSame
    ? html`<br /><span class="status good">${text.finance('exports.log.same')}</span>`
    : html`<br /><a class="status watch" href="${url}">${text.finance('exports.log.differs')}</a>`
}

/** What was posted for the same days after this export. */
function postedSince(one: LoggedExport, view: ExportsView): Html {
  const { from, to, product, by, currency: code } = one.filters
  const fields = { from, to, product, by, currency: code, since: one.id, format: one.format }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value))
  return html`<br /><a href="/finance/exports/${one.kind}?${query.toString()}"
      >${view.text.finance('exports.log.since')}</a
    >`
}
