import { html } from 'hono/html'
import { formatMoney, type Money } from '../../money/money.ts'
import { type Html, page, webUrl, withMarkup } from '../../html/layout.ts'
import type { GiftKind } from '../../newsroom/gift-kind.ts'
import type { Text } from '../../text/text.ts'

export type FollowLink = { readonly label: string; readonly url: string }

/** What is recorded about the gift when Stripe sends the reader back. */
export type ThankYouState =
  /** Stripe charged the reader. */
  | {
      readonly kind: 'succeeded'
      readonly amount: Money
      /** What the reader was charged, where that is another currency. */
      readonly charged?: Money
      readonly receiptUrl?: string
    }
  /** The reader agreed to a bank debit; the bank pays in days, or refuses. */
  | { readonly kind: 'processing'; readonly amount: Money }
  /**
   * The reader is back before Stripe's event has arrived. While `refreshing`, the route answers with the header
   * `Refresh: 3; url=checkAgainUrl`; accessibility checkers refuse the same in a `<meta>` element.
   */
  | { readonly kind: 'waiting'; readonly checkAgainUrl: string; readonly refreshing: boolean }
  /** The reader left Stripe's page without paying, and the page has closed. */
  | { readonly kind: 'expired'; readonly retryUrl: string }
  | { readonly kind: 'failed'; readonly retryUrl: string }
  /** There is no such session; the route answers 404. */
  | { readonly kind: 'unknown'; readonly retryUrl: string }

export type ThankYouView = {
  readonly text: Text
  readonly newsroomName: string
  readonly gift: GiftKind
  /** BCP 47: the reader's locale, for amounts. */
  readonly locale: string
  readonly state: ThankYouState
  readonly article?: { readonly url: string; readonly title?: string }
  readonly followLinks?: readonly FollowLink[]
}

export function thankYouPage(view: ThankYouView): string {
  const title = view.text.reader(`thankYou.${view.state.kind}.title`)
  return page({
    text: view.text,
    title,
    newsroomName: view.newsroomName,
    body: html`<h1>${title}</h1>
      ${body(view)}${links(view)}`,
  })
}

function body({ text, state, gift: context, locale, newsroomName: newsroom }: ThankYouView): Html {
  const t = text.reader
  const bold = (amount: Money) => html`<strong>${formatMoney(amount, locale)}</strong>`
  switch (state.kind) {
    case 'succeeded': {
      const values = { amount: bold(state.amount), newsroom }
      return html`<p class="lead">${withMarkup(t, 'thankYou.succeeded.arrived', values, { context })}</p>
        ${state.charged ? html`<p>${withMarkup(t, 'thankYou.succeeded.charged', { amount: bold(state.charged) })}</p>` : ''}
        ${state.receiptUrl ? html`<div class="actions">${button(state.receiptUrl, t('thankYou.succeeded.receipt'))}</div>` : ''}
        <p class="quiet">${t('thankYou.succeeded.receiptByMail')}</p>`
    }
    case 'processing': {
      const values = { amount: bold(state.amount) }
      return html`<p class="lead">${withMarkup(t, 'thankYou.processing.onItsWay', values, { context })}</p>
        <p>${t('thankYou.processing.takesDays')}</p>`
    }
    case 'waiting':
      return html`<p class="lead" role="status">${t('thankYou.waiting.waiting', { context })}</p>
        <p>${t(state.refreshing ? 'thankYou.waiting.refreshing' : 'thankYou.waiting.takesLonger')}</p>
        <div class="actions">${button(state.checkAgainUrl, t('thankYou.waiting.again'))}</div>`
    case 'expired':
      return html`<p class="lead">${t('thankYou.expired.closed')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.expired.again'))}</div>`
    case 'failed':
      return html`<p class="lead">${t('thankYou.failed.notReceived', { context })}</p>
        <p>${t('thankYou.failed.otherCard')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.failed.again'))}</div>`
    case 'unknown':
      return html`<p class="lead">${t('thankYou.unknown.address')}</p>
        <p>${t('thankYou.unknown.receiptByMail')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.unknown.start'))}</div>`
  }
}

/** Links to the article and to what the newsroom wants followed, once the gift is made or on its way. */
function links({ text, state, article, followLinks = [] }: ThankYouView): Html {
  if (state.kind !== 'succeeded' && state.kind !== 'processing') return html``
  const t = text.reader
  const words = article?.title
    ? withMarkup(t, 'thankYou.backTo', { article: html`<cite>${article.title}</cite>` })
    : t('thankYou.backToArticle')
  const back = article ? html`<p><a href="${webUrl(article.url)}">${words}</a></p>` : ''
  if (followLinks.length === 0) return html`${back}`
  return html`${back}
    <h2>${t('thankYou.stayInTouch')}</h2>
    <ul class="links">
      ${followLinks.map(({ label, url }) => html`<li><a href="${webUrl(url)}">${label}</a></li>`)}
    </ul>`
}

function button(url: string, label: string): Html {
  return html`<a class="button" href="${webUrl(url)}">${label}</a>`
}
