import { html } from 'hono/html'
import { daysOf, type Month } from '../../../calendar/month.ts'
import type { ComparedFile, FrozenKind } from '../../../exports/frozen-export.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, monthName, table, type FinanceFrame } from '../frame/finance-layout-view.ts'

export type ComparedFileView = FinanceFrame & {
  readonly month: Month
  readonly kind: FrozenKind
  /** The file of the closing. */
  readonly frozen: { readonly name: string; readonly sha256: string }
  readonly now: ComparedFile
}

/** Whether a file of a closed month is still the one of its closing, and which lines differ. */
export function comparedFilePage(view: ComparedFileView): string {
  const { text, month, kind, frozen, now } = view
  const t = text.finance
  const isSame = frozen.sha256 === now.sha256
  const names = { month: monthName(month, text), file: t(`exports.file.${kind}.title`) }
  const title = t(isSame ? 'frozenExports.sameTitle' : 'frozenExports.differsTitle', names)
  const days = new URLSearchParams({ ...daysOf(month), format: 'csv' }).toString()
  return financePage(view, {
    title,
    current: 'months',
    body: html`<p class="back"><a href="/finance/months/${month}">${t('frozenExports.back', names)}</a></p>
      <h1>${title}</h1>
      <p class="notice ${isSame ? '' : 'urgent'}" role="status">
        ${t(isSame ? 'frozenExports.same' : 'frozenExports.differs')}
      </p>
      ${isSame ? '' : html`<p>${t(`frozenExports.causes.${kind}`)}</p>`} ${sums(view)}
      ${isSame ? '' : lines(view)}
      <p class="actions">
        <a href="/finance/exports/${kind}?${days}" download>${t('frozenExports.download')}</a>
        ${kind === 'ledger' ? html`<a href="/finance/months/${month}#posted-later">${t('frozenExports.laterPostings', names)}</a>` : ''}
      </p>`,
  })
}

function sums({ text, frozen, now }: ComparedFileView): Html {
  const t = text.finance
  const number = (count: number) => count.toLocaleString(text.language)
  return table(
    frozen.name,
    [{ label: t('column.what') }, { label: t('frozenExports.atClosing') }, { label: t('frozenExports.now') }],
    [
      [
        t('frozenExports.hash'),
        html`<code class="id">${frozen.sha256}</code>`,
        html`<code class="id">${now.sha256}</code>`,
      ],
      [t('frozenExports.count'), now.closing ? number(now.closing.lines) : '–', number(now.lines)],
    ],
  )
}

function lines({ text, now }: ComparedFileView): Html {
  const t = text.finance
  if (!now.closing) return html`<p>${t('frozenExports.hashOnly')}</p>`
  const { gone, added, firstAdded } = now.closing
  const number = (count: number) => count.toLocaleString(text.language)
  return html`<dl class="facts">
      <dt>${t('frozenExports.added')}</dt>
      <dd>${number(added)}</dd>
      <dt>${t('frozenExports.gone')}</dt>
      <dd>${number(gone)}</dd>
    </dl>
    ${
      firstAdded.length === 0
        ? ''
        : html`${table(
              t('frozenExports.addedTitle'),
              [{ label: t('frozenExports.line'), isNumber: true }, { label: t('frozenExports.cells') }],
              firstAdded.map((one) => [number(one.number), html`<code class="id">${one.line}</code>`]),
            )}
            <p class="quiet small">${t('frozenExports.columns', { names: now.headings.join(', ') })}</p>
            ${added > firstAdded.length ? html`<p class="quiet small">${t('frozenExports.addedFirst', { shown: firstAdded.length, number: number(added) })}</p>` : ''}`
    }`
}
