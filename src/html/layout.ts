import { html } from 'hono/html'
import type { ParseKeys, TFunction, TFunctionReturn } from 'i18next'
import type { en } from '../text/en/en.ts'
import type { Text } from '../text/text.ts'
import { isTestName } from './test-name.ts'

/** Markup made by `html`: every interpolated value in it is already escaped. */
export type Html = ReturnType<typeof html>

export type PageContent = {
  readonly text: Text
  readonly title: string
  readonly newsroomName: string
  readonly body: Html
  /** The names of stylesheets in `pages/assets/` that the page needs besides `base.css`, without the ending. */
  readonly styles?: readonly string[]
  /** The address that the newsroom's name in the header links to; without it the name is plain text. */
  readonly homeUrl?: string
  /** The newsroom's logo in place of its name in the header: `https://…`; the page's policy must allow its origin. */
  readonly logoUrl?: string | null
  /** Content at the right of the header: who is signed in, and the form that signs out. */
  readonly aside?: Html
  /** Further elements of the head: a canonical link, a script's address. Never inline code. */
  readonly head?: Html
  /** A wide page has room for tables. */
  readonly wide?: boolean
}

/** The whole document as text. It has no inline code or styles, so pages run under the policy `default-src 'self'`. */
export function page(content: PageContent): string {
  const { text, title, newsroomName, homeUrl, logoUrl, aside, head, body, wide } = content
  const styles = ['base', ...(content.styles ?? [])]
  const sign = logoUrl
    ? html`<img class="logo" src="${webUrl(logoUrl)}" alt="${newsroomName}" />`
    : newsroomName
  const name = homeUrl
    ? html`<a class="masthead-name" href="${webUrl(homeUrl)}">${sign}</a>`
    : html`<span class="masthead-name">${sign}</span>`
  return markupText(
    html`<!doctype html>
      <html lang="${text.language}" dir="${text.direction}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title} – ${newsroomName}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          ${styles.map((style) => html`<link rel="stylesheet" href="/assets/${style}.css" />`)} ${head ?? ''}
        </head>
        <body class="${wide ? 'wide' : 'narrow'}">
          <a class="skip-link" href="#main">${text.shared('skipToContent')}</a>
          ${isTestName(newsroomName) ? html`<p class="test-notice" role="note">${text.shared('testMode')}</p>` : ''}
          <header class="masthead"><div class="masthead-inner">${name}${aside ?? ''}</div></header>
          <main id="main" tabindex="-1">${body}</main>
          <footer class="colophon"><a href="/source">${text.shared('sourceCode')}</a></footer>
        </body>
      </html> `,
  )
}

type Placeholders<Message> = Message extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never

/**
 * A message some of whose values are markup: `withMarkup(t, 'donate.reading', { article: html`<cite>…</cite>` })`.
 * Values that are text are escaped.
 */
export function withMarkup<
  Part extends keyof typeof en,
  Key extends ParseKeys<Part, Options>,
  const Options extends { readonly context?: string } = {},
>(
  t: TFunction<Part>,
  key: Key,
  values: { readonly [Name in Placeholders<TFunctionReturn<Part, Key, Options>>]: Html | string },
  options?: Options,
): Html {
  // The checks above stand for those of `t`, which knows no values of markup.
  const message = (t as unknown as (key: string, options: object) => string)(String(key), {
    ...options,
    skipInterpolation: true,
  })
  const valueOf: Readonly<Record<string, Html | string>> = values
  return html`${message.split(/\{\{(\w+)\}\}/).map((piece, index) => (index % 2 === 0 ? piece : valueOf[piece]))}`
}

/** An address for `href`: http(s) or a path on this service; anything else (`javascript:`) becomes `#`. */
export function webUrl(url: string): string {
  if (/^\/(?![/\\])/.test(url)) return url
  return /^https?:\/\//i.test(url) ? url : '#'
}

/** @throws Error when a promise slipped into a template: views are plain functions of their input. */
export function markupText(markup: Html): string {
  if (markup instanceof Promise) throw new Error('A view must not contain a promise')
  return markup.toString()
}
