import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { AttentionItem } from '../../../reports/attention/attention-items.ts'
import type { Text } from '../../../text/text.ts'

/** What needs attention, the most urgent first; a calm sentence when nothing does. */
export function attention(items: readonly AttentionItem[], text: Text): Html {
  const t = text.finance
  if (items.length === 0) return html`<p class="calm">${t('attention.nothing')}</p>`
  return html`<section class="attention" aria-labelledby="attention">
    <h2 id="attention">${t('attention.title')}</h2>
    <ul>
      ${items.map(
        ({ words, url, link, isUrgent }) =>
          html`<li class="${isUrgent ? 'urgent' : ''}">
            ${isUrgent ? html`<strong>${t('attention.urgent')}</strong>` : ''} ${words}
            <a href="${url}">${link}</a>
          </li>`,
      )}
    </ul>
  </section>`
}
