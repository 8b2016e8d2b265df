import { html } from 'hono/html'

/** Markup made by `html`: every interpolated value in it is already escaped. */
export type Html = ReturnType<typeof html>

export type PageContent = {
  readonly title: string
  readonly newsroomName: string
  readonly body: Html
  /** BCP 47 language of the words on the page; the views are written in English. */
  readonly lang?: string
  /** Names of files in `pages/assets/` needed on top of `base.css`, without the ending. */
  readonly styles?: readonly string[]
  /** Where the newsroom's name in the header leads; without it the name is plain text. */
  readonly homeUrl?: string
  /** Shown at the right of the header: who is signed in, a sign-out form. */
  readonly aside?: Html
  /** Further elements of the head: a canonical link, a script's address. Never inline code. */
  readonly head?: Html
  /** Tables want more room than text and forms do. */
  readonly wide?: boolean
}

/** The whole document as text. Nothing is inline, so the pages run under a policy of `'self'` alone. */
export function page(parts: PageContent): string {
  const styles = ['base', ...(parts.styles ?? [])]
  const name = parts.homeUrl
    ? html`<a class="masthead-name" href="${webUrl(parts.homeUrl)}">${parts.newsroomName}</a>`
    : html`<span class="masthead-name">${parts.newsroomName}</span>`
  return markupText(
    html`<!doctype html>
      <html lang="${parts.lang ?? 'en'}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${parts.title} – ${parts.newsroomName}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          ${styles.map((style) => html`<link rel="stylesheet" href="/assets/${style}.css" />`)}
          ${parts.head ?? ''}
        </head>
        <body class="${parts.wide ? 'wide' : 'narrow'}">
          <a class="skip-link" href="#main">Skip to content</a>
          <header class="masthead"><div class="masthead-inner">${name}${parts.aside ?? ''}</div></header>
          <main id="main" tabindex="-1">${parts.body}</main>
        </body>
      </html> `,
  )
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
