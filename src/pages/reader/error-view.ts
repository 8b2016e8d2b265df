import { html } from 'hono/html'
import { page, webUrl, withMarkup } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'

export type ErrorView = {
  readonly text: Text
  readonly newsroomName: string
  /** The HTTP status. */
  readonly status: number
  /** A sentence for the reader in place of the usual one for the status. */
  readonly detail?: string
  /** BCP 47: the language of `detail`, which a page in another language leaves out. Unset: the page's. */
  readonly detailLanguage?: string
  /** The id of the log line; a page about an unexpected error shows it and nothing else. */
  readonly errorId?: string
  readonly nextLink?: { readonly url: string; readonly label: string }
}

const kindOfStatus = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  413: 'tooLarge',
  415: 'unsupportedMediaType',
  429: 'tooManyRequests',
  500: 'ours',
  503: 'unavailable',
} as const

/** A status without words of its own is shown as 400 or, from 500 on, as 500. */
function kindOf(status: number): (typeof kindOfStatus)[keyof typeof kindOfStatus] {
  const kinds: Readonly<Record<number, (typeof kindOfStatus)[keyof typeof kindOfStatus]>> = kindOfStatus
  return kinds[status] ?? kindOfStatus[status >= 500 ? 500 : 400]
}

export function errorPage(view: ErrorView): string {
  const { text, newsroomName, status, errorId, nextLink } = view
  const detail = (view.detailLanguage ?? text.language) === text.language ? view.detail : undefined
  const t = text.reader
  const kind = kindOf(status)
  const title = t(`error.${kind}.title`)
  return page({
    text,
    title,
    newsroomName,
    body: html`<h1>${title}</h1>
      <p class="lead">${detail ?? t(`error.${kind}.text`)}</p>
      ${nextLink ? html`<div class="actions"><a class="button" href="${webUrl(nextLink.url)}">${nextLink.label}</a></div>` : ''}
      <p class="quiet small">
        ${
          errorId
            ? withMarkup(t, 'error.statusAndId', {
                status: String(status),
                id: html`<code>${errorId}</code>`,
              })
            : t('error.status', { status })
        }
      </p>`,
  })
}
