import { html } from 'hono/html'
import { formatMoney, type Money } from '../../money/money.ts'
import { type Html, page, webUrl } from '../../html/layout.ts'
import type { Wording } from '../../newsroom/wording.ts'

export type FollowLink = { readonly label: string; readonly url: string }

/** What we know about the reader's gift when Stripe sends the reader back. */
export type ThankYouState =
  /** Stripe said the reader was charged. */
  | { readonly kind: 'succeeded'; readonly amount: Money; readonly receiptUrl?: string }
  /** A bank debit was agreed; the money comes in days, or does not. */
  | { readonly kind: 'processing'; readonly amount: Money }
  /**
   * The reader is back before Stripe's word is. The route answers with `Refresh: 3; url=checkAgainUrl` as long as it
   * wants to ask again; as a header, since a `<meta>` refresh is what accessibility checkers refuse.
   */
  | { readonly kind: 'waiting'; readonly checkAgainUrl: string; readonly refreshing: boolean }
  /** The reader left Stripe's page without paying; `checkoutUrl` still leads there. */
  | { readonly kind: 'expired'; readonly retryUrl: string }
  | { readonly kind: 'failed'; readonly retryUrl: string }
  /** No such session: the route answers 404. */
  | { readonly kind: 'unknown'; readonly retryUrl: string }

export type ThankYouView = {
  readonly newsroomName: string
  readonly wording: Wording
  readonly locale: string
  readonly state: ThankYouState
  readonly article?: { readonly url: string; readonly title?: string }
  readonly followLinks?: readonly FollowLink[]
}

export function thankYouPage(view: ThankYouView): string {
  const { title, body } = words(view)
  return page({
    title,
    newsroomName: view.newsroomName,
    body: html`<h1>${title}</h1>
      ${body}${after(view)}`,
  })
}

function words({ state, wording, locale, newsroomName }: ThankYouView): { title: string; body: Html } {
  const { noun } = wording
  switch (state.kind) {
    case 'succeeded':
      return {
        title: 'Thank you',
        body: html`<p class="lead">
            Your ${noun} of <strong>${formatMoney(state.amount, locale)}</strong> to ${newsroomName} has
            arrived.
          </p>
          ${state.receiptUrl ? html`<div class="actions">${button(state.receiptUrl, 'See your receipt')}</div>` : ''}
          <p class="quiet">We also send the receipt by mail. It usually arrives within a few minutes.</p>`,
      }
    case 'processing':
      return {
        title: 'Thank you, it is on its way',
        body: html`<p class="lead">
            Your bank is sending your ${noun} of <strong>${formatMoney(state.amount, locale)}</strong>.
          </p>
          <p>
            A bank payment takes some days. When it has arrived, a receipt will come by mail. There is nothing
            more for you to do.
          </p>`,
      }
    case 'waiting':
      return {
        title: 'One moment',
        body: html`<p class="lead" role="status">We are waiting for Stripe’s confirmation of your ${noun}.</p>
          <p>
            ${
              state.refreshing
                ? 'This page looks again by itself every few seconds.'
                : 'It takes longer than usual. You can close this page: the receipt comes by mail as soon as we know.'
            }
            Please do not pay again.
          </p>
          <div class="actions">${button(state.checkAgainUrl, 'Look again')}</div>`,
      }
    case 'expired':
      return {
        title: 'The payment page has closed',
        body: html`<p class="lead">It was open for too long, so it closed. Nothing was charged.</p>
          <div class="actions">${button(state.retryUrl, 'Start again')}</div>`,
      }
    case 'failed':
      return {
        title: 'The payment did not go through',
        body: html`<p class="lead">
            Your bank did not complete the payment, so we have not received your ${noun}.
          </p>
          <p>This happens, and often another card or account works. Thank you for trying.</p>
          <div class="actions">${button(state.retryUrl, 'Try again')}</div>`,
      }
    case 'unknown':
      return {
        title: 'We do not know this payment',
        body: html`<p class="lead">The address may be incomplete, or it is very old.</p>
          <p>If you have paid, your receipt comes by mail all the same: it does not depend on this page.</p>
          <div class="actions">${button(state.retryUrl, 'Go to the start')}</div>`,
      }
  }
}

/** The way on, shown once the gift is given or coming. */
function after({ state, article, followLinks = [] }: ThankYouView): Html {
  if (state.kind !== 'succeeded' && state.kind !== 'processing') return html``
  const back = article
    ? html`<p>
        <a href="${webUrl(article.url)}"
          >Back to ${article.title ? html`<cite>${article.title}</cite>` : 'the article'}</a
        >
      </p>`
    : ''
  if (followLinks.length === 0) return html`${back}`
  return html`${back}
    <h2>Stay in touch</h2>
    <ul class="links">
      ${followLinks.map(({ label, url }) => html`<li><a href="${webUrl(url)}">${label}</a></li>`)}
    </ul>`
}

function button(url: string, label: string): Html {
  return html`<a class="button" href="${webUrl(url)}">${label}</a>`
}
