import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** The frame of every page. Its banner says that nothing here is real. */
export function pageView(title: string, width: 'narrow' | 'wide', content: Html): Html {
  return html`${raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/sandbox.css" />
      </head>
      <body>
        <header class="banner"><strong>Test checkout</strong> – no real money moves.</header>
        <main class="${width}">${content}</main>
      </body>
    </html>`
}

/** A table that scrolls on its own on a phone. An empty heading belongs to a column of buttons. */
export function tableView(name: string, headings: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name} list">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => (heading === '' ? html`<td></td>` : html`<th scope="col">${heading}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** @param seconds since 1970. */
export function timeView(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** A form that is one button. @param object what the button acts on, for screen readers. */
export function buttonForm(action: string, label: string, object: string): Html {
  return html`<form method="post" action="${action}">
    <button aria-label="${label}: ${object}">${label}</button>
  </form>`
}
