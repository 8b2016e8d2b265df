import { html } from 'hono/html'
import type { FileFormat } from '../../../exports/formats/export-table.ts'
import type { Html } from '../../../html/layout.ts'
import { itemCount } from '../../../reconciliation/items/clearing-item.ts'
import {
  furtherItemsOf,
  sumsOf,
  timingDifferencesOf,
  toExplain,
  type ItemGroup,
  type MonthView,
} from './month-parts-view.ts'
import { counted, sumsText } from './month-words-view.ts'

type Shown = Pick<MonthView, 'text' | 'record' | 'itemDays' | 'printedAt'>

/** The sections that show open items of the clearing account, in the order of the page. */
type Section = 'to-explain' | 'timing' | 'accepted'

/** The file of the open items, once on the page: in the first section that shows such items. */
export function linkToItemsFile(view: Shown, section: Section): Html {
  const { text, record, printedAt } = view
  const t = text.finance
  if (printedAt || section !== firstSection(view)) return html``
  return html`<p>
    ${t(record.closed ? 'items.fileSince' : 'items.file')}
    <a href="${fileUrl(view, 'csv')}">${t('items.fileCsv')}</a>,
    <a href="${fileUrl(view, 'xlsx')}">${t('items.fileXlsx')}</a>
  </p>`
}

function firstSection({ record }: Shown): Section | null {
  if (toExplain(record).length > 0) return 'to-explain'
  if (record.signOffs.length > 0) return 'accepted'
  return timingDifferencesOf(record).length > 0 ? 'timing' : null
}

/** How many items of a group are not listed one by one, and where they are. */
export function notListed({ items }: Pick<ItemGroup, 'items'>, view: Shown): Html {
  const { text, record, printedAt } = view
  const further = furtherItemsOf(items)
  if (further.length === 0) return html``
  const words = { ...counted(itemCount(further), text), sums: sumsText(sumsOf(further), text) }
  // What a closed month shows is of its closing, and the file of today.
  const link =
    printedAt || record.closed
      ? ''
      : html`<a href="${fileUrl(view, 'csv')}">${text.finance('items.allInFile')}</a>`
  return html`<p>${text.finance('items.notListed', words)} ${link}</p>`
}

function fileUrl({ itemDays: { from, to } }: Shown, format: FileFormat): string {
  const query = new URLSearchParams({ ...(from === null ? {} : { from }), to, format })
  return `/finance/exports/reconciling-items?${query.toString()}`
}
