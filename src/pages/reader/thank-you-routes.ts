import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { giftKind } from '../../newsroom/gift-kind.ts'
import type { TextFor } from '../../text/text.ts'
import { readerLanguage } from './reader-language.ts'
import { storedMoney } from '../../money/money.ts'
import { answerPrivately } from '../../http/no-store.ts'
import { checkoutOutcome, type CheckoutOutcome } from './thank-you-store.ts'
import { thankYouPage, type FollowLink, type ThankYouState } from './thank-you-view.ts'

/** Stripe's event usually arrives within seconds. After ten looks the page stops refreshing by itself. */
const MOST_LOOKS = 10
const SECONDS_BETWEEN_LOOKS = 3
const SESSION_ID = /^cs_[A-Za-z0-9_]{8,250}$/

/** The page that Stripe sends the reader back to: `/thank-you?session_id=cs_…`. */
export function thankYouRouter(deps: {
  readonly db: Knex
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'legalStatus'>
  readonly followLinks: readonly FollowLink[]
  readonly textFor: TextFor
}): Router {
  const { db, newsroom, followLinks } = deps
  return new Router().get('/thank-you', async (ctx) => {
    const sessionId = String(ctx.query['session_id'] ?? '')
    const outcome = SESSION_ID.test(sessionId) ? await checkoutOutcome(db, sessionId) : null
    const state = outcome ? stateOf(outcome, sessionId, looksSoFar(ctx.query['look'])) : UNKNOWN
    if (state.kind === 'unknown') ctx.status = 404
    if (state.kind === 'waiting' && state.refreshing)
      ctx.set('Refresh', `${SECONDS_BETWEEN_LOOKS}; url=${state.checkAgainUrl}`)
    const article = outcome && articleOf(outcome)
    const { text } = readerLanguage(ctx, deps.textFor, outcome?.locale ?? null)
    const page = thankYouPage({
      text,
      newsroomName: newsroom.name,
      gift: giftKind(newsroom.legalStatus),
      locale: text.locale,
      state,
      followLinks,
      ...(article ? { article } : {}),
    })
    answerPrivately(ctx, page, 'html')
  })
}

const UNKNOWN: ThankYouState = { kind: 'unknown', retryUrl: '/donate' }

function stateOf(outcome: CheckoutOutcome, sessionId: string, looks: number): ThankYouState {
  const amount = storedMoney(outcome.amount_minor, outcome.currency)
  if (outcome.donated) {
    const receiptUrl = outcome.receipt_token ? `/receipts/${outcome.receipt_token}` : null
    const { presentment_minor: minor, presentment_currency: currency } = outcome
    const charged = minor === null || currency === null ? null : storedMoney(minor, currency)
    return {
      kind: 'succeeded',
      amount,
      ...(charged ? { charged } : {}),
      ...(receiptUrl ? { receiptUrl } : {}),
    }
  }
  switch (outcome.status) {
    case 'processing':
      return { kind: 'processing', amount }
    case 'expired':
    case 'failed':
      return { kind: outcome.status, retryUrl: retryUrl(outcome) }
    // Stripe sends only readers who paid to this page, so its event is about to arrive.
    case 'created':
    case 'open':
    case 'succeeded':
      return waiting(sessionId, looks)
  }
}

/** The address counts the looks. A reader who looks again after the last one starts a new count. */
function waiting(sessionId: string, looks: number): ThankYouState {
  const refreshing = looks < MOST_LOOKS
  const again = `/thank-you?session_id=${sessionId}`
  return {
    kind: 'waiting',
    refreshing,
    checkAgainUrl: refreshing ? `${again}&look=${looks + 1}` : again,
  }
}

/** Anything but a small number counts as the last look, so that a made-up address does not refresh for ever. */
function looksSoFar(look: string | string[] | undefined): number {
  if (look === undefined) return 0
  return typeof look === 'string' && /^\d{1,2}$/.test(look) ? Number(look) : MOST_LOOKS
}

function articleOf({ article_url: url, article_title: title }: CheckoutOutcome) {
  if (url === null) return null
  return title === null ? { url } : { url, title }
}

/** The form as the reader had filled it in. */
function retryUrl({ checkout_id: id }: CheckoutOutcome): string {
  return id === null ? '/donate' : `/donate?again=${id}`
}
