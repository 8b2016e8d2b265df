import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { wordingFor } from '../../newsroom/wording.ts'
import { storedMoney } from '../../money/stored-money.ts'
import { answerPrivately } from '../../http/no-store.ts'
import { checkoutOutcome, type CheckoutOutcome } from './thank-you-store.ts'
import { thankYouPage, type FollowLink, type ThankYouState } from './thank-you-view.ts'

/** Stripe's word is usually here within seconds: ten looks, then the reader decides. */
const MOST_LOOKS = 10
const SECONDS_BETWEEN_LOOKS = 3
const SESSION_ID = /^cs_[A-Za-z0-9_]{8,250}$/

/** Where Stripe sends the reader back to: `/thank-you?session_id=cs_…`. */
export function thankYouRouter(deps: {
  readonly db: Knex
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'legalStatus'>
  readonly followLinks: readonly FollowLink[]
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
    const page = thankYouPage({
      newsroomName: newsroom.name,
      wording: wordingFor(newsroom.legalStatus),
      locale: outcome?.locale ?? 'en',
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
    return { kind: 'succeeded', amount, ...(receiptUrl ? { receiptUrl } : {}) }
  }
  switch (outcome.status) {
    case 'processing':
      return { kind: 'processing', amount }
    case 'expired':
    case 'failed':
      return { kind: outcome.status, retryUrl: retryUrl(outcome) }
    // Stripe sends only readers here who went through with it: its word is under way.
    case 'created':
    case 'open':
    case 'succeeded':
      return waiting(sessionId, looks)
  }
}

/** Each look counts itself in its address. A reader who asks once more after the last begins a new round. */
function waiting(sessionId: string, looks: number): ThankYouState {
  const refreshing = looks < MOST_LOOKS
  const again = `/thank-you?session_id=${sessionId}`
  return {
    kind: 'waiting',
    refreshing,
    checkAgainUrl: refreshing ? `${again}&look=${looks + 1}` : again,
  }
}

/** Anything but a small number counts as the last look: a made-up address must not refresh for ever. */
function looksSoFar(given: string | string[] | undefined): number {
  if (given === undefined) return 0
  return typeof given === 'string' && /^\d{1,2}$/.test(given) ? Number(given) : MOST_LOOKS
}

function articleOf({ article_url: url, article_title: title }: CheckoutOutcome) {
  if (url === null) return null
  return title === null ? { url } : { url, title }
}

function retryUrl({ article_url, currency }: CheckoutOutcome): string {
  const query = new URLSearchParams({ currency, ...(article_url === null ? {} : { article: article_url }) })
  return `/donate?${query}`
}
