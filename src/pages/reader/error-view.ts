import { html } from 'hono/html'
import { page, webUrl } from '../../html/layout.ts'

export type ErrorView = {
  readonly newsroomName: string
  readonly status: number
  /** What to tell the reader instead of the usual words for the status: a named refusal's own sentence. */
  readonly detail?: string
  /** The id the log line bears; unexpected errors show nothing else. */
  readonly errorId?: string
  readonly nextLink?: { readonly url: string; readonly label: string }
}

type Words = { readonly title: string; readonly text: string }

const ourFault: Words = {
  title: 'Something went wrong on our side',
  text: 'It is not your doing, and it has been noted. Please try again in a moment.',
}

const wordsByStatus: Readonly<Record<number, Words>> = {
  400: { title: 'That did not work', text: 'Something in the request was not as it should be.' },
  401: { title: 'Please sign in', text: 'This page is for signed-in staff.' },
  403: { title: 'Not allowed', text: 'This page is not open to you.' },
  404: {
    title: 'Page not found',
    text: 'There is nothing at this address. It may be mistyped or out of date.',
  },
  409: {
    title: 'That cannot be done',
    text: 'This form was sent before with other content. Please start afresh.',
  },
  413: { title: 'Too long', text: 'What was sent is larger than we accept.' },
  415: { title: 'That did not work', text: 'What was sent is of a kind we do not accept.' },
  429: { title: 'Too many tries', text: 'Please wait a minute and try again.' },
  503: {
    title: 'Not available right now',
    text: 'Something we depend on does not answer at the moment. Please try again in a minute.',
  },
}

export function errorPage({ newsroomName, status, detail, errorId, nextLink }: ErrorView): string {
  const words = wordsByStatus[status] ?? (status >= 500 ? ourFault : wordsByStatus[400]) ?? ourFault
  return page({
    title: words.title,
    newsroomName,
    body: html`<h1>${words.title}</h1>
      <p class="lead">${detail ?? words.text}</p>
      ${nextLink ? html`<div class="actions"><a class="button" href="${webUrl(nextLink.url)}">${nextLink.label}</a></div>` : ''}
      <p class="quiet small">
        Error
        ${status}${errorId ? html`, reference <code>${errorId}</code>. Please name it if you write to us` : ''}.
      </p>`,
  })
}
