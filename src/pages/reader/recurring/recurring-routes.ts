import { randomUUIDv7 } from 'node:crypto'
import { Router, type RouterContext } from '@koa/router'
import type pg from 'pg'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { Act } from '../../../access/audit/audit-trail.ts'
import { inTransaction } from '../../../db/database.ts'
import { formBody } from '../../../http/body.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import type { Callers } from '../../../http/client-ip.ts'
import { limitByAddress, type CountingLimiter, type RateLimit } from '../../../http/rate-limit.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import type { Config } from '../../../config/config.ts'
import { defaultLimits } from '../../../money/money.ts'
import type { Keyring } from '../../../config/keyring.ts'
import { donorRequests, type DonorRequests } from '../../../stripe/donor-request-gateway.ts'
import type { Stripe } from '../../../stripe/stripe-gateway.ts'
import { retrieveSubscription } from '../../../stripe/subscription-gateway.ts'
import type { AgreementDetail } from '../../../subscriptions/agreement-detail.ts'
import { agreementById } from '../../../subscriptions/agreement-detail-store.ts'
import { markStale, noteCardChange, noteStop } from '../../../subscriptions/donor-request-store.ts'
import { recurringLinks, type RecurringLinks } from '../../../subscriptions/recurring-link.ts'
import type { SubscriptionState } from '../../../subscriptions/subscription.ts'
import { saveReadState } from '../../../subscriptions/read-state-store.ts'
import { putIntoOutbox } from '../../../outbox/outbox-store.ts'
import { subscriptionMessageRecorder } from '../../../webhooks/subscription-message-store.ts'
import type { SubscriptionId } from '../../../ids.ts'
import type { TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { monthsLater, PAUSES, typedAmount } from '../../../subscriptions/recurring-terms.ts'
import { recurringPage, type RecurringView } from './recurring-view.ts'

/** Each asks Stripe once or twice; a donor needs a handful. */
const RECURRING_LIMIT: RateLimit = { points: 30, seconds: 600 }

type Deps = {
  readonly config: Pick<Config, 'newsroom' | 'publicUrl' | 'offer' | 'renewalReminderDays'>
  readonly db: pg.Pool
  readonly keys: Pick<Keyring, 'recurringLinks' | 'addressHashes'>
  readonly stripe: Stripe
  readonly textFor: TextFor
  readonly clock: () => Date
  /** Logs why Stripe did not do what a donor asked for: the page says only that. */
  readonly noteFailure: (error: unknown) => undefined
  /** For what asks something of Stripe, by the caller's address. */
  readonly limiter: (name: string, limit: RateLimit) => CountingLimiter
  readonly callers: Callers
}

/**
 * A donor's recurring gift, for everyone who has its link: no account, no password. Nothing is changed by looking, because
 * mail programs look at links before people do.
 */
export function recurringRouter(deps: Deps): Router {
  const { db, clock, noteFailure, limiter, callers, keys } = deps
  const limit = limitByAddress(limiter('recurring', RECURRING_LIMIT), callers, keys.addressHashes[0])
  const { publicUrl } = deps.config
  const stripe = donorRequests(deps.stripe)
  const links = recurringLinks(keys.recurringLinks)
  const readState = retrieveSubscription(deps.stripe, (call) => call())
  const find = (ctx: RouterContext) => agreementOrRefusal(deps, links, ctx)
  const sameOrigin = sameOriginOnly(publicUrl)
  /** What the donor asked for is in the audit trail before Stripe is asked: the answer may be lost. */
  const record = (id: SubscriptionId, act: Act['act'], after?: Act['after']) =>
    inTransaction(db, (tx) =>
      recordAct(tx, {
        actor: { kind: 'donor' },
        act,
        subject: `subscription/${id}`,
        ...(after ? { after } : {}),
        at: clock(),
      }),
    )
  const notices = {
    donors: { reminderDays: deps.config.renewalReminderDays, owe: putIntoOutbox },
    recordMessages: subscriptionMessageRecorder(randomUUIDv7),
  }
  /** What the donor and other systems hear of it commits with it. The row stays stale and is read again. */
  const save = (id: SubscriptionId, state: SubscriptionState | null) =>
    inTransaction(db, (tx) => saveReadState(tx, notices, { id, version: '' }, state, clock()))
  /** Asks something of Stripe, and shows at once what Stripe has then. @returns whether Stripe did it */
  const change = async (id: SubscriptionId, ask: () => Promise<void>): Promise<boolean> => {
    const state = await ask()
      .then(() => readState(id))
      .catch(noteFailure)
    if (state === undefined) return false
    await save(id, state)
    return true
  }
  return new Router()
    .get('/recurring/:token', async (ctx) => show(deps, ctx, await find(ctx), null))
    .post('/recurring/:token/stop', sameOrigin, limit, async (ctx) => {
      const agreement = await find(ctx)
      const { id } = agreement
      if (agreement.endedAt === null && agreement.cancelAt === null) {
        await noteStop(db, id, clock())
        await record(id, 'recurring_stop_asked')
        const state = await stop({ stripe, readState }, id).catch(noteFailure)
        if (state === undefined) {
          ctx.status = 503
          return show(deps, ctx, agreement, 'notStopped')
        }
        await save(id, state)
      }
      // A reload shows the page again and asks nothing twice.
      return seeOther(ctx, pathOf(ctx))
    })
    .post('/recurring/:token/card', sameOrigin, limit, async (ctx) => {
      const agreement = await find(ctx)
      const { id, customerId } = agreement
      if (customerId === null || agreement.endedAt !== null) return seeOther(ctx, pathOf(ctx))
      await noteCardChange(db, id, clock())
      await record(id, 'recurring_card_change_asked')
      const url = await stripe.cardPage(customerId, `${publicUrl}${pathOf(ctx)}/card`).catch(noteFailure)
      if (url !== undefined) return seeOther(ctx, url)
      ctx.status = 503
      return show(deps, ctx, agreement, 'noCardPage')
    })
    .post('/recurring/:token/amount', sameOrigin, limit, async (ctx) => {
      const agreement = await find(ctx)
      const { id, amount: before } = agreement
      if (before === null || agreement.endedAt !== null || agreement.cancelAt !== null)
        return seeOther(ctx, pathOf(ctx))
      const typed = ((await formBody(ctx)).get('amount') ?? '').trim()
      const { text, locale } = readerLanguage(ctx, deps.textFor, agreement.locale)
      const limits = deps.config.offer.limits.get(before.currency) ?? defaultLimits(before.currency)
      const amount = typedAmount(typed, { currency: before.currency, limits, locale, text })
      if (typeof amount === 'string') {
        ctx.status = 400
        return show(deps, ctx, agreement, { amount: typed, message: amount })
      }
      if (amount.minor === before.minor) return seeOther(ctx, pathOf(ctx))
      const { currency } = before
      await record(id, 'recurring_amount_changed', {
        currency,
        fromMinor: String(before.minor),
        toMinor: String(amount.minor),
      })
      if (await change(id, () => stripe.changeAmount(id, amount))) return seeOther(ctx, pathOf(ctx))
      ctx.status = 503
      return show(deps, ctx, agreement, 'notChanged')
    })
    .post('/recurring/:token/pause', sameOrigin, limit, async (ctx) => {
      const agreement = await find(ctx)
      const { id } = agreement
      const asked = (await formBody(ctx)).get('months')
      const months = PAUSES.find((one) => String(one) === asked)
      if (months === undefined || agreement.endedAt !== null || agreement.cancelAt !== null)
        return seeOther(ctx, pathOf(ctx))
      const until = monthsLater(clock(), months)
      await record(id, 'recurring_paused', { until: until.toISOString() })
      if (await change(id, () => stripe.pause(id, until))) return seeOther(ctx, pathOf(ctx))
      ctx.status = 503
      return show(deps, ctx, agreement, 'notChanged')
    })
    .post('/recurring/:token/resume', sameOrigin, limit, async (ctx) => {
      const agreement = await find(ctx)
      const { id } = agreement
      if (!agreement.isPaused || agreement.endedAt !== null) return seeOther(ctx, pathOf(ctx))
      await record(id, 'recurring_resumed')
      if (await change(id, () => stripe.resume(id))) return seeOther(ctx, pathOf(ctx))
      ctx.status = 503
      return show(deps, ctx, agreement, 'notChanged')
    })
    .get('/recurring/:token/card', async (ctx) => {
      // The way back from Stripe. The worker brings the card that was saved there into use, whether the reader comes back or not.
      const { id } = await find(ctx)
      await markStale(db, id)
      return seeOther(ctx, pathOf(ctx))
    })
}

/**
 * Nothing is collected any more: a gift that runs ends with the paid period, and one whose payment fails ends now, because
 * Stripe would go on trying. Asking twice does no harm.
 * @returns what Stripe has then; null when it does not know the subscription
 */
async function stop(
  {
    stripe,
    readState,
  }: {
    readonly stripe: DonorRequests
    readonly readState: (id: SubscriptionId) => Promise<SubscriptionState | null>
  },
  id: SubscriptionId,
): Promise<SubscriptionState | null> {
  const before = await readState(id)
  if (before !== null && before.endedAt === null && before.cancelAt === null)
    await (['active', 'trialing'].includes(before.status) ? stripe.stopAtPeriodEnd(id) : stripe.stopNow(id))
  return readState(id)
}

function show(
  deps: Deps,
  ctx: RouterContext,
  agreement: AgreementDetail,
  problem: RecurringView['problem'],
): void {
  const { config, clock } = deps
  const { newsroom } = config
  const { text } = readerLanguage(ctx, deps.textFor, agreement.locale)
  const view = { text, newsroom, agreement, path: pathOf(ctx), now: clock(), problem }
  answerPrivately(ctx, recurringPage(view), 'html', 'strict-origin')
}

const pathOf = (ctx: RouterContext): string => `/recurring/${ctx.params['token'] ?? ''}`

function seeOther(ctx: RouterContext, url: string): void {
  ctx.status = 303
  ctx.set('Cache-Control', 'private, no-store')
  ctx.redirect(url)
}

async function agreementOrRefusal(
  deps: Deps,
  links: RecurringLinks,
  ctx: RouterContext,
): Promise<AgreementDetail> {
  const id = links.subscriptionIn(ctx.params['token'] ?? '')
  const agreement = id && (await agreementById(deps.db, id))
  if (agreement) return agreement
  const { text } = readerLanguage(ctx, deps.textFor)
  throw new Refusal('not_found', text.recurring('page.notFound'), { language: text.language })
}
