import { html } from 'hono/html'
import type { Html } from '../page-view.ts'

/** A table that scrolls by itself on a phone. An empty head is a column of buttons. */
export function table(name: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name} list">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** @param seconds since 1970 */
export function time(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** One button, one deed. @param about what a listener needs to hear besides the word on the button. */
export function deed(action: string, word: string, about: string): Html {
  return html`<form method="post" action="${action}">
    <button aria-label="${word}: ${about}">${word}</button>
  </form>`
}
