import { html } from 'hono/html'
import { formatMoney, type Money } from '../../../money/money.ts'
import { type Html, page, webUrl, withMarkup } from '../../../html/layout.ts'
import type { GiftKind } from '../../../newsroom/gift-kind.ts'
import type { FollowLink } from '../../../newsroom/profile.ts'
import { dateFormat } from '../../../text/date-format.ts'
import type { Text } from '../../../text/text.ts'
import { newsletterOffer, type NewsletterOffer } from '../newsletter/newsletter-offer-view.ts'
import { shareBlock } from './share-view.ts'
import { wordOffer, type WordOffer } from '../supporters/word-offer-view.ts'

/** A gift that Stripe repeats. */
export type RecurringGift = {
  readonly frequency: 'monthly' | 'yearly'
  /** `2026-02-14`, the day of the next payment in the newsroom's time zone. */
  readonly nextOn: string
}

/** The same gift every month, one press away from Stripe's page. */
export type MonthlyOffer = {
  /** Null: the checkout is not known any more, so that only the form remains. */
  readonly checkoutId: string | null
  /** The form with the same gift every month, where the amount can be changed. */
  readonly formUrl: string
  /** `2026-02-14`, the day of the second payment if the first one is made today. */
  readonly nextOn: string
}

/** What is known about the gift when Stripe sends the reader back. */
export type ThankYouState =
  /** Stripe charged the reader. */
  | {
      readonly kind: 'succeeded'
      readonly amount: Money
      /** What of the amount covers Stripe's fee. */
      readonly coveredFee?: Money
      /** What the reader was charged, where that is another currency. */
      readonly charged?: Money
      /** A part that went back to the reader since. */
      readonly refunded?: Money
      readonly receiptUrl?: string
      /** The address that the receipt is sent to, masked: whoever has the page's address sees it. */
      readonly address?: string
      readonly recurring?: RecurringGift
      /** Only after a single gift. */
      readonly monthly?: MonthlyOffer
    }
  /** All of it went back to the reader: by us, or by the reader's bank. */
  | { readonly kind: 'refunded' | 'returned'; readonly amount: Money; readonly receiptUrl?: string }
  /** A recurring gift that was stopped: nothing more is charged. */
  | {
      readonly kind: 'cancelled'
      readonly amount: Money
      readonly frequency: 'monthly' | 'yearly'
      readonly receiptUrl?: string
    }
  /** The reader agreed to a bank debit; the bank pays in days, or refuses. */
  | { readonly kind: 'processing'; readonly amount: Money }
  /**
   * Stripe says that the reader has paid, and its event has not arrived. While `refreshing`, the route answers with the
   * header `Refresh: 3; url=checkAgainUrl`; accessibility checkers refuse the same in a `<meta>` element.
   */
  | {
      readonly kind: 'confirmed'
      readonly amount: Money
      readonly checkAgainUrl: string
      readonly refreshing: boolean
    }
  /** No event has arrived, and Stripe cannot be asked: it may be paid or not. */
  | {
      readonly kind: 'unsure'
      readonly checkAgainUrl: string
      readonly refreshing: boolean
      /** Stripe takes no second payment on it. */
      readonly payUrl?: string
    }
  /** Stripe says that the reader has not paid, and its page is still open. */
  | { readonly kind: 'open'; readonly payUrl?: string; readonly changeUrl: string }
  /** The reader left Stripe's page without paying, and the page has closed. */
  | { readonly kind: 'expired'; readonly retryUrl: string }
  | { readonly kind: 'failed'; readonly retryUrl: string }
  /** There is no such session; the route answers 404. */
  | { readonly kind: 'unknown'; readonly retryUrl: string }

export type ThankYouView = {
  readonly text: Text
  readonly newsroomName: string
  /** Where a reader writes to, to stop a recurring gift or to ask. */
  readonly newsroomEmail: string
  /** The newsroom's own sentence on what gifts pay for; null: a general one. */
  readonly purpose: string | null
  readonly gift: GiftKind
  readonly state: ThankYouState
  readonly article?: { readonly url: string; readonly title?: string }
  readonly newsletterUrl: string | null
  /** The box for the newsletter after paying; null: it is not offered here. */
  readonly newsletter?: NewsletterOffer | null
  /** What the donor may write; null: not yet. */
  readonly word?: WordOffer | null
  readonly followLinks?: readonly FollowLink[]
}

export function thankYouPage(view: ThankYouView): string {
  const title = view.text.reader(`thankYou.${view.state.kind}.title`)
  return page({
    text: view.text,
    title,
    newsroomName: view.newsroomName,
    styles: view.newsletter || view.word ? ['forms', 'reader', 'newsletter'] : ['reader'],
    head: html`<meta name="robots" content="noindex, noarchive" />
      <script src="/assets/share.js" defer></script>`,
    body: html`<div class="thanks ${view.state.kind}">
      <h1>${title}</h1>
      ${body(view)}
    </div>`,
  })
}

function body(view: ThankYouView): Html {
  const { text, state, gift: context, newsroomName: newsroom } = view
  const t = text.reader
  const bold = (amount: Money) => html`<strong>${formatMoney(amount, text.locale)}</strong>`
  switch (state.kind) {
    case 'succeeded': {
      const frequency = state.recurring?.frequency ?? 'once'
      const values = { amount: bold(state.amount), newsroom }
      return html`<p class="lead">
          ${withMarkup(t, `thankYou.succeeded.arrived.${frequency}`, values, { context })}
        </p>
        ${state.coveredFee ? html`<p>${withMarkup(t, 'thankYou.succeeded.coveredFee', { fee: bold(state.coveredFee) })}</p>` : ''}
        ${state.charged ? html`<p>${withMarkup(t, 'thankYou.succeeded.charged', { amount: bold(state.charged) })}</p>` : ''}
        ${state.refunded ? html`<p>${withMarkup(t, 'thankYou.succeeded.partlyRefunded', { amount: bold(state.refunded) })}</p>` : ''}
        <p>${view.purpose ?? t('purpose')}</p>
        ${state.recurring ? recurringTerms(view, state.recurring, state.amount) : ''}
        ${ways(view, state.receiptUrl)}
        <p class="quiet small">
          ${state.address ? t('thankYou.succeeded.receiptTo', { address: state.address }) : t('thankYou.succeeded.receiptByMail')}
        </p>
        ${allGifts(view)} ${state.monthly ? monthly(view, state.amount, state.monthly) : ''}
        ${newsletterOffer(view, view.newsletter ?? null)} ${wordOffer(view, view.word ?? null)}
        ${company(view)}`
    }
    case 'refunded':
    case 'returned':
      return html`<p class="lead">
          ${withMarkup(t, `thankYou.${state.kind}.wentBack`, { amount: bold(state.amount) }, { context })}
        </p>
        <p>${t(`thankYou.${state.kind}.more`)}</p>
        ${ways(view, state.receiptUrl)} ${allGifts(view)} ${questions(view)}`
    case 'cancelled': {
      const values = { amount: bold(state.amount) }
      return html`<p class="lead">
          ${withMarkup(t, `thankYou.cancelled.stopped.${state.frequency}`, values, { context })}
        </p>
        <p>${t('thankYou.cancelled.thanks')}</p>
        ${ways(view, state.receiptUrl)} ${allGifts(view)} ${company(view)}`
    }
    case 'processing': {
      const values = { amount: bold(state.amount) }
      return html`<p class="lead">${withMarkup(t, 'thankYou.processing.onItsWay', values, { context })}</p>
        <p>${t('thankYou.processing.takesDays')}</p>
        ${ways(view)} ${company(view)}`
    }
    case 'confirmed': {
      const values = { amount: bold(state.amount), newsroom }
      return html`<p class="lead" role="status">
          ${withMarkup(t, 'thankYou.confirmed.paid', values, { context })}
        </p>
        <p>${t(state.refreshing ? 'thankYou.confirmed.refreshing' : 'thankYou.confirmed.takesLonger')}</p>
        ${ways(view)}
        <p class="quiet small"><a href="${webUrl(state.checkAgainUrl)}">${t('thankYou.lookAgain')}</a></p>`
    }
    case 'unsure':
      return html`<p class="lead" role="status">${t('thankYou.unsure.notReported')}</p>
        <p>${t('thankYou.unsure.ifPaid')}</p>
        <p>${t('thankYou.unsure.ifNot')}</p>
        <div class="actions">
          ${button(state.checkAgainUrl, t('thankYou.lookAgain'))}
          ${state.payUrl ? html`<a href="${webUrl(state.payUrl)}">${t('thankYou.open.pay')}</a>` : ''}
        </div>`
    case 'open':
      return html`<p class="lead">${t('thankYou.open.nothingCharged')}</p>
        <p>${t(state.payUrl ? 'thankYou.open.stillOpen' : 'thankYou.open.change')}</p>
        <div class="actions">
          ${state.payUrl ? button(state.payUrl, t('thankYou.open.pay')) : ''}
          <a ${state.payUrl ? '' : html`class="button"`} href="${webUrl(state.changeUrl)}"
            >${t('thankYou.open.change')}</a
          >
        </div>
        ${backToArticle(view, 'link')}`
    case 'expired':
      return html`<p class="lead">${t('thankYou.expired.closed')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.expired.again'))}</div>
        ${backToArticle(view, 'link')}`
    case 'failed':
      return html`<p class="lead">${t('thankYou.failed.notReceived', { context })}</p>
        <p>${t('thankYou.failed.otherCard')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.failed.again'))}</div>
        ${backToArticle(view, 'link')}`
    case 'unknown':
      return html`<p class="lead">${t('thankYou.unknown.address')}</p>
        <p>${t('thankYou.unknown.receiptByMail')}</p>
        <div class="actions">${button(state.retryUrl, t('thankYou.unknown.start'))}</div>`
  }
}

function recurringTerms({ text, newsroomEmail }: ThankYouView, gift: RecurringGift, amount: Money): Html {
  const t = text.reader
  const values = {
    amount: html`<strong>${formatMoney(amount, text.locale)}</strong>`,
    date: dateFormat(text.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(gift.nextOn)),
  }
  const email = html`<a href="mailto:${newsroomEmail}">${newsroomEmail}</a>`
  return html`<div class="terms" role="note">
    <p>${withMarkup(t, `thankYou.recurring.${gift.frequency}`, values)}</p>
    <p>${withMarkup(t, 'thankYou.recurring.stop', { email })}</p>
  </div>`
}

/** The ways on: to the article first, and to the receipt. */
function ways(view: ThankYouView, receiptUrl?: string): Html {
  const receipt = view.text.reader('thankYou.succeeded.receipt')
  if (!view.article && !receiptUrl) return html``
  if (!view.article) return html`<div class="actions">${button(receiptUrl ?? '', receipt)}</div>`
  return html`<div class="actions">
    ${backToArticle(view, 'button')} ${receiptUrl ? html`<a href="${webUrl(receiptUrl)}">${receipt}</a>` : ''}
  </div>`
}

/** To the page that mails the link to all of a donor's gifts. */
function allGifts({ text }: ThankYouView): Html {
  return html`<p class="small"><a href="/my?lang=${text.language}">${text.my('ask.link')}</a></p>`
}

function backToArticle({ text, article }: ThankYouView, as: 'button' | 'link'): Html {
  if (!article) return html``
  const words = article.title
    ? withMarkup(text.reader, 'thankYou.backTo', { article: html`<cite>${cut(article.title)}</cite>` })
    : text.reader('thankYou.backToArticle')
  if (as === 'button') return html`<a class="button" href="${webUrl(article.url)}">${words}</a>`
  return html`<p><a href="${webUrl(article.url)}">${words}</a></p>`
}

const LONGEST_SHOWN_TITLE = 80

/** The title is whatever the link to the page said, up to 300 characters. */
function cut(title: string): string {
  const whole = Array.from(title)
  return whole.length > LONGEST_SHOWN_TITLE
    ? `${whole.slice(0, LONGEST_SHOWN_TITLE).join('').trim()}…`
    : title
}

function monthly({ text, gift: context }: ThankYouView, amount: Money, offer: MonthlyOffer): Html {
  const t = text.reader
  const values = { amount: formatMoney(amount, text.locale) }
  const format = dateFormat(text.locale, { dateStyle: 'long', timeZone: 'UTC' })
  const next = format.format(new Date(offer.nextOn))
  const give = t('thankYou.monthly.give', values)
  return html`<section class="panel">
    <h2>${t('thankYou.monthly.heading')}</h2>
    <p>${t('thankYou.monthly.why', { context })}</p>
    ${
      offer.checkoutId === null
        ? html`<p><a class="button quiet-button" href="${webUrl(offer.formUrl)}">${give}</a></p>`
        : html`<form method="post" action="/donate-monthly">
              <input type="hidden" name="of" value="${offer.checkoutId}" />
              <input type="hidden" name="lang" value="${text.language}" />
              <button class="button quiet-button" type="submit">${give}</button>
            </form>
            <p class="small"><a href="${webUrl(offer.formUrl)}">${t('thankYou.monthly.other')}</a></p>`
    }
    <p class="quiet small">${t('thankYou.monthly.terms', values)} ${t('donate.recurs', { next })}</p>
  </section>`
}

/** The newsletter, what the newsroom wants followed, and the article to be shared. */
function company({ text, article, newsletterUrl, followLinks = [] }: ThankYouView): Html {
  const t = text.reader
  const share = article ? shareBlock(text, article) : ''
  if (!newsletterUrl && followLinks.length === 0) return html`${share}`
  return html`<section>
      <h2>${t('thankYou.stayInTouch')}</h2>
      ${newsletterUrl ? html`<p><a class="button quiet-button" href="${webUrl(newsletterUrl)}">${t('thankYou.newsletter')}</a></p>` : ''}
      ${
        followLinks.length === 0
          ? ''
          : html`<ul class="links">
              ${followLinks.map(({ label, url }) => html`<li><a href="${webUrl(url)}">${label}</a></li>`)}
            </ul>`
      }
    </section>
    ${share}`
}

function questions({ text, newsroomEmail }: ThankYouView): Html {
  const email = html`<a href="mailto:${newsroomEmail}">${newsroomEmail}</a>`
  return html`<p class="quiet small">${withMarkup(text.reader, 'thankYou.questions', { email })}</p>`
}

function button(url: string, label: string): Html {
  return html`<a class="button" href="${webUrl(url)}">${label}</a>`
}
