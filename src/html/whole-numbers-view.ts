import { html } from 'hono/html'
import type { Html } from './layout.ts'

const RECEIPT_NUMBER = /(\d{4}-\d{6,})/

/**
 * Words in which no line ends within the number of a receipt, as it otherwise may behind the hyphen.
 * @param of a page, or of an e-mail, which has no style sheet for it
 */
export function withWholeNumbers(words: string, of: 'page' | 'mail' = 'page'): Html {
  const parts = words.split(RECEIPT_NUMBER)
  const whole = (number: string) =>
    of === 'page'
      ? html`<span class="whole">${number}</span>`
      : html`<span style="white-space:nowrap">${number}</span>`
  return html`${parts.map((part, index) => (index % 2 === 1 ? whole(part) : part))}`
}
