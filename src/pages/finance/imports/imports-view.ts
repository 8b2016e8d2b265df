import { html } from 'hono/html'
import { isWorking, type HistoryImport } from '../../../imports/history-import.ts'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type ImportsView = FinanceFrame & {
  readonly mayChange: boolean
  readonly imports: readonly HistoryImport[]
}

/** Upload of a file of former gifts, and the imports so far. */
export function importsPage(view: ImportsView): string {
  const { text, imports, mayChange } = view
  const t = text.finance
  return financePage(view, {
    title: t('imports.title'),
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${t('imports.title')}</h1>
      <p class="lead">${t('imports.lead')}</p>
      ${mayChange ? uploadForm(text) : ''}
      ${
        imports.length === 0
          ? html`<p class="nothing-yet">${t('imports.none')}</p>`
          : table(
              t('imports.caption'),
              [
                { label: t('imports.column.file') },
                { label: t('imports.column.status') },
                { label: t('imports.column.gifts'), isNumber: true },
                { label: t('imports.column.by') },
              ],
              imports.map((one) => cells(one, view)),
            )
      }
      ${imports.some(({ status }) => isWorking(status)) ? html`<p><a href="/finance/imports">${t('imports.refresh')}</a></p>` : ''}`,
  })
}

function uploadForm(text: Text): Html {
  const t = text.finance
  return html`<form class="search-form" method="post" action="/finance/imports" enctype="multipart/form-data">
    <p class="field">
      <label for="gifts">${t('imports.file')}</label>
      <input
        id="gifts"
        name="gifts"
        type="file"
        required
        accept=".csv,.txt,.tsv"
        aria-describedby="gifts-hint"
      />
      <span class="quiet small" id="gifts-hint">${t('imports.fileHint')}</span>
    </p>
    <p class="actions"><button class="button" type="submit">${t('imports.send')}</button></p>
  </form>`
}

function cells(one: HistoryImport, view: ImportsView): (Html | string)[] {
  const { text } = view
  const gifts = one.imported - one.takenBack
  return [
    html`<a href="/finance/imports/${one.id}">${one.fileName}</a>`,
    text.finance(`imports.status.${one.status}`),
    gifts === 0 ? '–' : gifts.toLocaleString(text.language),
    html`${dateAndTime(one.uploadedAt, view)}<br /><span class="quiet small">${one.uploadedBy}</span>`,
  ]
}
