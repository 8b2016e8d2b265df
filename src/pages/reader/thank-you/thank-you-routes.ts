import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type { Frequency } from '../../../checkout/attribution.ts'
import type { Config } from '../../../config/config.ts'
import type { FollowLink, NewsroomProfile } from '../../../newsroom/profile.ts'
import { giftKind } from '../../../newsroom/gift-kind.ts'
import type { AskSessionPayment } from '../../../stripe/session-payment-gateway.ts'
import type { TextFor } from '../../../text/text.ts'
import type { Queryable } from '../../../db/database.ts'
import { giftOfCheckout, hasWrittenAfter } from '../../../donors/messages/reader-message-store.ts'
import { isCheckoutSessionId } from '../../../ids.ts'
import { readerLanguage } from '../reader-language.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { bookingWait, type BookingWait } from './booking-wait.ts'
import { isRecorded, recordedState, unrecordedState, UNKNOWN } from './thank-you-state.ts'
import {
  checkoutOutcome,
  hasAskedForNewsletter,
  recordedSessions,
  type CheckoutOutcome,
} from './thank-you-store.ts'
import type { NewsletterOffer } from '../newsletter/newsletter-offer-view.ts'
import type { WordOffer } from '../supporters/word-offer-view.ts'
import { thankYouPage, type ThankYouState } from './thank-you-view.ts'

/** After ten looks the page stops refreshing by itself. */
const MOST_LOOKS = 10
const SECONDS_BETWEEN_LOOKS = 3

export type ThankYouDeps = {
  readonly db: Knex
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'email' | 'timezone' | 'legalStatus'>
  readonly purpose: string | null
  readonly newsletterUrl: string | null
  /** Null or unset: no newsletter is offered here. */
  readonly newsletter?: Config['newsletter']
  readonly followLinks: readonly FollowLink[]
  /** Whether donors may agree to appear on a public list. */
  readonly supportersList?: boolean
  /** Answers what a donor has written; unset: nothing can be written. */
  readonly pool?: Queryable
  readonly textFor: TextFor
  readonly clock: () => Date
  readonly frequencies: readonly Frequency[]
  /** Asks Stripe itself, for a session of which no event has come. */
  readonly paymentAtStripe: AskSessionPayment
  /** Waits for the booking; without it the router makes one of its own. */
  readonly wait?: BookingWait
  /** Aborted when the service stops: readers who wait are answered at once. */
  readonly stopping?: AbortSignal | undefined
}

/** The page that Stripe sends the reader back to: `/thank-you?session_id=cs_…`. */
export function thankYouRouter(deps: ThankYouDeps): Router {
  const { db, newsroom, purpose, newsletterUrl, followLinks, stopping } = deps
  const recorded = (sessionIds: readonly string[]) => recordedSessions(db, sessionIds)
  const wait = deps.wait ?? bookingWait({ recorded, ...(stopping ? { stopping } : {}) })
  return new Router().get('/thank-you', async (ctx) => {
    const sessionId = String(ctx.query['session_id'] ?? '')
    const outcome = isCheckoutSessionId(sessionId)
      ? await outcomeOnceRecorded(ctx, sessionId, db, wait)
      : null
    const state = outcome ? await stateOf(outcome, sessionId, looksSoFar(ctx.query['look']), deps) : UNKNOWN
    if (state.kind === 'unknown') ctx.status = 404
    if ('refreshing' in state && state.refreshing)
      ctx.set('Refresh', `${SECONDS_BETWEEN_LOOKS}; url=${state.checkAgainUrl}`)
    const article = outcome && articleOf(outcome)
    const { text } = readerLanguage(ctx, deps.textFor, outcome?.locale ?? null)
    const page = thankYouPage({
      text,
      newsroomName: newsroom.name,
      newsroomEmail: newsroom.email,
      purpose,
      gift: giftKind(newsroom.legalStatus),
      state,
      newsletterUrl: deps.newsletter ? null : newsletterUrl,
      newsletter: deps.newsletter ? await offerOf(db, outcome, sessionId) : null,
      word: await wordOf(deps, outcome, state, sessionId),
      followLinks,
      ...(article ? { article } : {}),
    })
    answerPrivately(ctx, page, 'html')
  })
}

/** Stripe sends the reader back at once, and the booking follows some hundred milliseconds later. */
async function outcomeOnceRecorded(
  ctx: Context,
  sessionId: string,
  db: Knex,
  wait: BookingWait,
): Promise<CheckoutOutcome | null> {
  const outcome = await checkoutOutcome(db, sessionId)
  // Nobody waits for a session that we do not know.
  if (!outcome || isRecorded(outcome)) return outcome
  const reader = new AbortController()
  const left = (): void => reader.abort()
  ctx.res.once('close', left)
  await wait.until(sessionId, reader.signal)
  ctx.res.off('close', left)
  return checkoutOutcome(db, sessionId)
}

async function stateOf(
  outcome: CheckoutOutcome,
  sessionId: string,
  looks: number,
  { newsroom, frequencies, paymentAtStripe, clock }: ThankYouDeps,
): Promise<ThankYouState> {
  const recorded = recordedState(outcome, {
    timezone: newsroom.timezone,
    frequencies,
    now: clock(),
  })
  return recorded ?? unrecordedState(outcome, await paymentAtStripe(sessionId), again(sessionId, looks))
}

/** The address counts the looks. A reader who looks again after the last one starts a new count. */
function again(sessionId: string, looks: number) {
  const refreshing = looks < MOST_LOOKS
  const address = `/thank-you?session_id=${sessionId}`
  return { refreshing, checkAgainUrl: refreshing ? `${address}&look=${looks + 1}` : address }
}

/** Anything but a small number counts as the last look, so that a made-up address does not refresh for ever. */
function looksSoFar(look: string | string[] | undefined): number {
  if (look === undefined) return 0
  return typeof look === 'string' && /^\d{1,2}$/.test(look) ? Number(look) : MOST_LOOKS
}

/** Whether the giver is asked about the newsletter, or was just now. The address is known only once the gift is booked. */
async function offerOf(
  db: Knex,
  outcome: CheckoutOutcome | null,
  sessionId: string,
): Promise<NewsletterOffer | null> {
  if (!outcome?.checkout_id || outcome.donor_email === null) return null
  return { sessionId, isAsked: await hasAskedForNewsletter(db, outcome.checkout_id) }
}

/** Whether the giver may write to the newsroom, or has just done so: once the gift is booked. */
async function wordOf(
  { pool, supportersList }: ThankYouDeps,
  outcome: CheckoutOutcome | null,
  state: ThankYouState,
  sessionId: string,
): Promise<WordOffer | null> {
  if (!pool || !outcome?.checkout_id || state.kind !== 'succeeded') return null
  const gift = await giftOfCheckout(pool, outcome.checkout_id)
  if (!gift) return null
  const list = supportersList ? (gift.isAnonymous ? 'anonymous' : 'named') : 'off'
  return { sessionId, isSent: await hasWrittenAfter(pool, gift.donationId), list }
}

function articleOf({ article_url: url, article_title: title }: CheckoutOutcome) {
  if (url === null) return null
  return title === null ? { url } : { url, title }
}
