import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { table } from '../frame/finance-layout-view.ts'
import type { MonthView } from './month-parts-view.ts'

/** The hashes of the files that the month had when it was closed. */
export function frozenExports({ text, record }: MonthView): Html {
  if (record.exports.length === 0) return html``
  const t = text.finance
  return html`<section id="frozen-exports">
    ${table(
      t('frozenExports.title'),
      [{ label: t('frozenExports.file') }, { label: t('frozenExports.hash') }],
      record.exports.map(({ name, sha256 }) => [name, html`<code class="id">${sha256}</code>`]),
    )}
    <p>${t('frozenExports.lead')}</p>
  </section>`
}
