import { html } from 'hono/html'
import type { HistoryImport, RowNote } from '../../../imports/history-import.ts'
import type { ImportSum, NoteCount, StagedSample } from '../../../imports/import-record.ts'
import type { TableStart } from '../../../imports/import-mapping.ts'
import type { Html } from '../../../html/layout.ts'
import {
  amountText,
  dateAndTime,
  financePage,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'
import { mappingForm } from './mapping-view.ts'
import { noteWords } from './rows-file-view.ts'

/** What was found in the file, or imported from it. */
export type FoundContent = {
  readonly kind: 'found'
  readonly counts: readonly NoteCount[]
  readonly noted: { readonly problems: number; readonly skipped: number }
  /** The first rows with a problem. */
  readonly notes: readonly RowNote[]
  readonly sums: readonly ImportSum[]
  /** The first gifts that are read and not imported yet. */
  readonly samples: readonly StagedSample[]
}

export type ImportView = FinanceFrame & {
  readonly mayChange: boolean
  readonly import: HistoryImport
  readonly content:
    | FoundContent
    | {
        readonly kind: 'mapping'
        readonly table: TableStart
        /** What stands in each field. */
        readonly chosen: Readonly<Record<string, string>>
      }
}

/** One import: what its columns mean, what was found in it, how far it is. */
export function importPage(view: ImportView): string {
  const { text, import: one, content } = view
  const t = text.finance
  return financePage(view, {
    title: one.fileName,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/imports">${t('imports.back')}</a></p>
      <h1>${one.fileName}</h1>
      <p class="quiet">
        ${t(`imports.status.${one.status}`)} · ${dateAndTime(one.uploadedAt, view)} · ${one.uploadedBy}
      </p>
      ${content.kind === 'mapping' ? mappingForm({ ...view, content }) : html`${state(view)} ${found(content, view)}`}`,
  })
}

function number(view: ImportView, count: number) {
  return { count, number: count.toLocaleString(view.text.language) }
}

/** How the import stands, and the one thing to do about it. */
function state(view: ImportView): Html {
  const { text, import: one } = view
  const t = text.finance
  const left = one.imported - one.takenBack
  switch (one.status) {
    case 'checking':
      return html`${progress(t('imports.readProgress', { rows: one.rowsRead.toLocaleString(text.language) }), null, view)}
      ${act('cancel', t('imports.cancel'), view, 'plain')}`
    case 'checked':
      return one.ready === 0
        ? html`<p class="notice">${t('imports.nothingNew')}</p>
            ${act('cancel', t('imports.cancel'), view, 'plain')}`
        : html`<div class="actions">
            ${act('start', t('imports.start', number(view, one.ready)), view)}
            ${act('cancel', t('imports.cancel'), view, 'plain')}
          </div>`
    case 'importing':
      return html`${progress(t('imports.importProgress', share(one.imported, one.ready, view)), [one.imported, one.ready], view)}
      ${act('cancel', t('imports.cancelImporting'), view, 'plain')}`
    case 'taking_back':
      return progress(
        t('imports.backProgress', share(one.takenBack, one.imported, view)),
        [one.takenBack, one.imported],
        view,
      )
    case 'failed':
      return html`<p class="notice" role="alert">${t(`imports.failure.${one.failure ?? 'worker'}`)}</p>
        ${left > 0 ? takeBack(left, view) : ''}`
    case 'imported':
      return html`<p class="notice" role="status">
          ${t('imports.doneLead', { ...number(view, left), source: one.source })}
          <a href="/finance/donations?import=${one.id}">${t('imports.seeGifts')}</a>
        </p>
        ${left > 0 ? takeBack(left, view) : ''}`
    case 'cancelled':
      return left > 0
        ? html`<p class="notice">
              ${t('imports.partly', number(view, left))}
              <a href="/finance/donations?import=${one.id}">${t('imports.seeGifts')}</a>
            </p>
            ${takeBack(left, view)}`
        : html``
    case 'taken_back':
      return html`<p class="notice" role="status">
        ${t('imports.takenBackLead', number(view, one.takenBack))}
      </p>`
    case 'uploaded':
      return html``
  }
}

function share(done: number, all: number, { text }: ImportView) {
  return { done: done.toLocaleString(text.language), all: all.toLocaleString(text.language) }
}

function progress(words: string, part: readonly [number, number] | null, view: ImportView): Html {
  const t = view.text.finance
  return html`<div class="notice" role="status">
    <p>
      ${
        part === null
          ? html`<progress aria-label="${words}"></progress>`
          : html`<progress max="${Math.max(part[1], 1)}" value="${part[0]}" aria-label="${words}"></progress>`
      }<br />${words}
    </p>
    <p class="small">
      ${t('imports.whileWorking')} <a href="/finance/imports/${view.import.id}">${t('imports.refresh')}</a>
    </p>
  </div>`
}

function act(
  name: string,
  words: string,
  { import: one, mayChange }: ImportView,
  look: '' | 'plain' = '',
): Html {
  if (!mayChange) return html``
  return html`<form class="inline-form" method="post" action="/finance/imports/${one.id}/${name}">
    <button class="button ${look}" type="submit">${words}</button>
  </form>`
}

function takeBack(left: number, view: ImportView): Html {
  if (!view.mayChange) return html``
  const t = view.text.finance
  return html`<details>
    <summary>${t('imports.takeBack')}</summary>
    <p>${t('imports.takeBackLead')}</p>
    ${act('take-back', t('imports.takeBackDo', number(view, left)), view, 'plain')}
  </details>`
}

function found(content: FoundContent, view: ImportView): Html {
  const { text, import: one } = view
  const t = text.finance
  if (one.fileRows === 0) return html``
  const skipped = content.counts.filter(({ outcome }) => outcome === 'skipped')
  return html`<h2>${t('imports.found')}</h2>
    <p>${t('imports.rows', number(view, one.fileRows))}</p>
    ${sums(content, view)} ${problems(content, view)}
    ${
      skipped.length === 0
        ? ''
        : table(
            t('imports.leftOut'),
            [{ label: t('imports.reason') }, { label: t('imports.count'), isNumber: true }],
            skipped.map((note) => [noteWords(note, text), note.count.toLocaleString(text.language)]),
          )
    }
    ${
      content.counts.length === 0
        ? ''
        : html`<p><a href="/finance/imports/${one.id}/rows.csv" download>${t('imports.download')}</a></p>`
    }
    ${samples(content, view)}`
}

function sums({ sums: listed }: FoundContent, { text }: ImportView): Html {
  const t = text.finance
  if (listed.length === 0) return html``
  return table(
    t('imports.sums'),
    [
      { label: t('imports.year') },
      { label: t('imports.column.gifts'), isNumber: true },
      { label: t('imports.amount'), isNumber: true },
      { label: t('imports.currency') },
    ],
    listed.map(({ year, currency, gifts, grossMinor }) => [
      String(year),
      gifts.toLocaleString(text.language),
      amountText(Number(grossMinor), currency, text),
      currency.toUpperCase(),
    ]),
  )
}

function problems({ notes, noted }: FoundContent, view: ImportView): Html {
  const { text } = view
  const t = text.finance
  if (notes.length === 0) return html``
  const shown = new Set(notes.map(({ row }) => row)).size
  return html`${table(
      t('imports.problems'),
      [
        { label: t('imports.row'), isNumber: true },
        { label: t('imports.heading') },
        { label: t('imports.what') },
        { label: t('imports.todo') },
      ],
      notes.map((note) => [
        String(note.row),
        note.heading || '–',
        noteWords(note, text),
        note.outcome === 'problem' ? t(`imports.problem.${note.reason}.todo`) : '–',
      ]),
    )}
    <p>${t('imports.problemsLead')}</p>
    ${
      noted.problems > shown
        ? html`<p class="quiet">
            ${t('imports.firstOf', { shown: shown.toLocaleString(text.language), all: noted.problems.toLocaleString(text.language) })}
          </p>`
        : ''
    }`
}

function samples({ samples: read }: FoundContent, view: ImportView): Html {
  const { text, import: one, mayChange } = view
  const t = text.finance
  if (read.length === 0) return html``
  return html`${table(
    t('imports.samples'),
    [
      { label: t('imports.row'), isNumber: true },
      { label: t('column.date') },
      { label: t('column.amount'), isNumber: true },
      { label: t('donation.donor') },
    ],
    read.map(({ row, givenAt, currency, grossMinor, donorName }) => [
      String(row),
      dateAndTime(givenAt, view),
      amountText(Number(grossMinor), currency, text),
      donorName ?? '–',
    ]),
  )}
  ${
    mayChange && one.status === 'checked' && one.hasFile
      ? html`<p>
          ${t('imports.samplesLead')}
          <a href="/finance/imports/${one.id}?columns">${t('imports.changeMapping')}</a>
        </p>`
      : ''
  }`
}
