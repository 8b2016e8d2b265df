import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import type { Offer } from '../../config/config.ts'
import { formBody } from '../../http/body.ts'
import { Refusal } from '../../http/refusal.ts'
import { sameOriginOnly } from '../../http/same-origin.ts'
import { donatePage, type DonateProblem, type DonateValues } from './donate-view.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { giftKind } from '../../newsroom/gift-kind.ts'
import type { Text } from '../../text/text.ts'
import { readerLanguage } from './reader-language.ts'
import { articleUrl } from '../../checkout/article-url.ts'
import { articleTitle, campaignText } from '../../checkout/attribution-text.ts'
import { checkoutRequest, LONGEST_MESSAGE } from '../../checkout/checkout-request.ts'
import type { CheckoutService } from '../../checkout/checkout-service.ts'
import type { OpenedCheckout } from '../../checkout/create-checkout.ts'
import { isPayable, type Checkout } from '../../checkout/checkout.ts'
import type { CheckoutId } from '../../ids.ts'
import {
  fieldsOf,
  formProblems,
  offeredCurrency,
  prefilled,
  readForm,
  type PostedForm,
} from './donate-form.ts'
import { ChallengeRequired, GivingIsOff } from '../../protection/checkout-guard.ts'
import { challengeFor, showChallenge } from './donate-challenge.ts'
import { formKeys, rememberBrowser, type FormKeys } from './donate-form-key.ts'
import { requestHash } from '../../checkout/request-hash.ts'
import { suggestedAmounts } from '../../checkout/suggested-amounts.ts'

export type DonateDeps = CheckoutService & {
  readonly newsroom: NewsroomProfile
  readonly offer: Offer
  readonly publicUrl: string
  readonly now: () => Date
}

/** Giving without scripts: `GET /donate` shows a form, `POST /donate` redirects to Stripe's payment page. */
export function donateRouter(deps: DonateDeps): Router {
  return new Router()
    .get('/donate', async (ctx) => {
      const asked = new URLSearchParams(ctx.querystring)
      const earlier = await unpaidCheckout(asked.get('again'), deps)
      const query = earlier ? fieldsOf(earlier) : asked
      const currency = offeredCurrency(query.get('currency'), deps.offer.currencies)
      const suggested = suggestedAmounts(deps.offer, currency)
      const values = prefilled(query.get('amount'), query.get('frequency'), currency, suggested)
      // The browser keeps the page and what was filled in for the way back; no shared cache may keep it.
      ctx.set('Cache-Control', 'private, no-cache')
      ctx.vary('Cookie')
      ctx.vary('Accept-Language')
      show(ctx, deps, query, { values: { ...values, message: earlier?.message ?? '' }, problems: [] })
    })
    .post('/donate', sameOriginOnly(deps.publicUrl), async (ctx) => {
      const caller = await deps.guard.arrive(ctx.req)
      const fields = await formBody(ctx)
      const currency = offeredCurrency(fields.get('currency'), deps.offer.currencies)
      const { text, locale } = readerLanguage(ctx, deps.terms.textFor, fields.get('lang'))
      const form = readForm(fields, currency, locale, text)
      if (form.isOtherCurrency) return show(ctx, deps, fields, { values: form.values, problems: [] })
      const opening = checkoutOrProblems(form, text, async () => {
        const request = checkoutRequest(form.request, deps.terms)
        const admission = await deps.guard.admit(caller, challengeFor(request, fields))
        const keys = formKeys(
          ctx,
          { token: fields.get('idempotencyKey'), contentHash: requestHash(request) },
          { caller: deps.guard.callerOf(ctx.req), publicUrl: deps.publicUrl, now: deps.now() },
        )
        return openedFor(keys, deps, (key) => deps.createCheckout(request, key, admission))
      })
      const checkout = await opening.catch((error: unknown) => {
        if (!(error instanceof ChallengeRequired || error instanceof GivingIsOff)) throw error
        return error
      })
      if (checkout instanceof ChallengeRequired)
        return showChallenge(ctx, {
          challenge: checkout.challenge,
          text,
          newsroomName: deps.newsroom.name,
          fields,
        })
      if (checkout instanceof GivingIsOff) {
        ctx.status = 503
        ctx.set('Retry-After', String(checkout.retryAfterSeconds))
        const problems: DonateProblem[] = [{ fieldId: 'form', message: checkout.message }]
        return show(ctx, deps, fields, { values: form.values, problems })
      }
      if (Array.isArray(checkout)) {
        ctx.status = 400
        return show(ctx, deps, fields, { values: form.values, problems: checkout })
      }
      if (checkout.status === 'succeeded' || checkout.status === 'processing')
        return seeOther(ctx, `/thank-you?session_id=${checkout.session.id}`)
      if (isPayable(checkout, deps.now())) return seeOther(ctx, checkout.session.url)
      // The reader left the form open for longer than Stripe keeps a payment page.
      ctx.status = 409
      const message = text.reader('donate.problem.pageClosed')
      return show(ctx, deps, fields, { values: form.values, problems: [{ fieldId: 'form', message }] })
    })
}

const checkoutId = z.uuid().transform((id) => id as CheckoutId) // checked just before

/** The checkout of `?again=…`, unless it was paid or its bank is still to answer: then the form starts afresh. */
async function unpaidCheckout(again: string | null, { findCheckout }: DonateDeps): Promise<Checkout | null> {
  const id = checkoutId.safeParse(again).data
  const found = id === undefined ? null : await findCheckout(id)
  return found === null || found.status === 'succeeded' || found.status === 'processing' ? null : found
}

/** The problems that we find in the form, and those that only Stripe finds. */
async function checkoutOrProblems(
  form: PostedForm,
  text: Text,
  open: () => Promise<OpenedCheckout>,
): Promise<OpenedCheckout | DonateProblem[]> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'malformed') throw error
    return formProblems(error.problems, form, text)
  }
}

/** The checkout that this post opens, or that it opened before: see `FormKeys`. */
async function openedFor(
  { key, earlierKey, isKnownBrowser }: FormKeys,
  { findCheckoutByKey }: DonateDeps,
  open: (key: string | null) => Promise<OpenedCheckout>,
): Promise<OpenedCheckout> {
  const earlier = earlierKey === null ? null : await findCheckoutByKey(earlierKey)
  const opened = await open(earlier === null ? key : earlierKey)
  // Nothing says whose a paid checkout is, so that another one is opened.
  return opened.status === 'open' || isKnownBrowser ? opened : open(null)
}

function show(
  ctx: Context,
  deps: DonateDeps,
  fields: URLSearchParams,
  state: { values: DonateValues; problems: readonly DonateProblem[] },
): void {
  const { newsroom, offer, terms } = deps
  const { text } = readerLanguage(ctx, terms.textFor, fields.get('lang'))
  const currency = offeredCurrency(fields.get('currency'), offer.currencies)
  const url = articleUrl(fields.get('article') ?? '', terms.allowedOrigins)
  const title = articleTitle(fields.get('articleTitle'))
  rememberBrowser(ctx, deps.publicUrl)
  ctx.type = 'html'
  if (ctx.method === 'POST') ctx.set('Cache-Control', 'no-store')
  ctx.body = donatePage({
    text,
    newsroomName: newsroom.name,
    gift: giftKind(newsroom.legalStatus),
    locale: text.locale,
    currency,
    currencies: offer.currencies,
    suggested: suggestedAmounts(offer, currency),
    ...(url === null ? {} : { article: { url, ...(title ? { title } : {}) } }),
    campaign: campaignIn(fields),
    values: state.values,
    problems: state.problems,
    idempotencyKey: randomUUID(),
    messageMaxLength: LONGEST_MESSAGE,
    // A charity's statement is about a gift that was made, so only its receipts show it.
    ...(newsroom.legalStatus === 'for_profit' ? { legalStatement: newsroom.statement } : {}),
  })
}

function campaignIn(fields: URLSearchParams) {
  // The form posts the first name of each pair; links of the widget and of newsletters carry the second.
  const source = campaignText(fields.get('campaignSource') || fields.get('utm_source'))
  const medium = campaignText(fields.get('campaignMedium') || fields.get('utm_medium'))
  const name = campaignText(fields.get('campaignName') || fields.get('utm_campaign'))
  return { ...(source ? { source } : {}), ...(medium ? { medium } : {}), ...(name ? { name } : {}) }
}

function seeOther(ctx: Context, url: string): void {
  ctx.status = 303
  ctx.set('Cache-Control', 'no-store')
  ctx.redirect(url)
}
