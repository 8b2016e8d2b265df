import { html } from 'hono/html'
import { parseMonth } from '../../../calendar/month.ts'
import { frozenKinds, frozenName } from '../../../exports/frozen-export.ts'
import type { Html } from '../../../html/layout.ts'
import { table } from '../frame/finance-layout-view.ts'
import type { MonthView } from './month-parts-view.ts'

/** The hashes of the files that the month had when it was closed. */
export function frozenExports({ text, record, month }: MonthView): Html {
  if (record.exports.length === 0) return html``
  const t = text.finance
  const parsed = parseMonth(month)
  const kindOf = (name: string) => frozenKinds.find((kind) => parsed && frozenName(kind, parsed) === name)
  return html`<section id="frozen-exports">
    ${table(
      t('frozenExports.title'),
      [{ label: t('frozenExports.file') }, { label: t('frozenExports.hash') }],
      record.exports.map(({ name, sha256 }) => {
        const kind = kindOf(name)
        return [
          html`${name}
          ${kind ? html`<br /><a href="/finance/months/${month}/files/${kind}" aria-label="${t('frozenExports.compareNamed', { file: name })}">${t('frozenExports.compare')}</a>` : ''}`,
          html`<code class="id">${sha256}</code>`,
        ]
      }),
    )}
    <p>${t('frozenExports.lead')}</p>
  </section>`
}
