import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { monthName } from '../frame/finance-layout-view.ts'
import type { ItemGroup, MonthView } from './month-parts-view.ts'
import { kindWords, sumsText } from './month-words-view.ts'

/** Kinds that finance cannot repair: whoever runs the service has to look. */
const ASKED = ['missing_here', 'unprocessed_event', 'unreadable_row', 'payout_item_unknown'] as const
type Asked = (typeof ASKED)[number]

const OBJECTS_NAMED = 20

/** A text to send to whoever runs the service, for the kinds that only they can repair. */
export function operatorHelp({ kind, items, sums }: ItemGroup, { text, month }: MonthView): Html {
  if (!isAsked(kind)) return html``
  const t = text.finance
  const objects = items.slice(0, OBJECTS_NAMED).map(({ object }) => object)
  const words = [
    t('settle.operatorText', {
      month: monthName(month, text),
      title: kindWords(kind, text).title,
      sums: sumsText(sums, text),
      ask: t(`operatorAsk.${kind}`),
    }),
    t('settle.operatorItems', { objects: objects.join(', ') }),
  ]
  const id = `operator-${kind}`
  return html`<details class="operator">
    <summary>${t('settle.operatorTitle')}</summary>
    <label for="${id}">${t('settle.operatorLead')}</label>
    <textarea id="${id}" rows="5" readonly>${words.join('\n')}</textarea>
  </details>`
}

function isAsked(kind: string): kind is Asked {
  return ASKED.some((one) => one === kind)
}
