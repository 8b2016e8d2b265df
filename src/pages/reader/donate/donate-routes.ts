import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { z } from 'zod'
import { formBody } from '../../../http/body.ts'
import { Refusal } from '../../../http/refusal.ts'
import { giftKind } from '../../../newsroom/gift-kind.ts'
import { previewPicture } from './preview-routes.ts'
import { compressedPage } from '../../../http/compressed-page.ts'
import { publicPath } from '../../../http/public-path.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { CHANGE_LANGUAGE } from '../language-choice-view.ts'
import { readerLanguage } from '../reader-language.ts'
import { checkoutRequest } from '../../../checkout/checkout-request.ts'
import type { CheckoutService } from '../../../checkout/checkout-service.ts'
import type { OpenedCheckout } from '../../../checkout/create-checkout.ts'
import { isPayable, type Checkout } from '../../../checkout/checkout.ts'
import type { CheckoutId } from '../../../ids.ts'
import { fieldsOf, prefilled, readForm, type PostedForm } from './donate-form.ts'
import { ChallengeRequired } from '../../../protection/checkout-refusals.ts'
import type { Caller } from '../../../protection/caller-limits.ts'
import { challengeFor, showChallenge } from './donate-challenge.ts'
import { monthlyFields, monthlyOf, openMonthly } from './monthly-gift.ts'
import { rememberSentForm, sentFormIn } from './donate-again.ts'
import { refusalOf, refusedForm } from './donate-refusal.ts'
import { formKeys, type FormKeys } from './donate-form-key.ts'
import { onOffer, show, type FormDeps } from './show-form.ts'
import { currencyWords } from './donate-options-view.ts'
import { typedAddress } from '../../../newsletter/consent.ts'
import { requestHash } from '../../../checkout/request-hash.ts'

export type DonateDeps = CheckoutService &
  FormDeps & {
    readonly log: { warn(details: object, message: string): void }
  }

/** Giving without scripts: `GET /donate` shows a form, `POST /donate` redirects to Stripe's payment page. */
export function donateRouter(deps: DonateDeps): Router {
  const { newsroom, terms } = deps
  const shown = { newsroomName: newsroom.name, gift: giftKind(newsroom.legalStatus), text: terms.textFor() }
  // Links are put below the public path in the page's text, and a page with the reader's own form holds what stays secret.
  const compressed: Middleware = (ctx, next) =>
    publicPath(deps.publicUrl) === '' && sentFormIn(ctx, deps.publicUrl) === null
      ? compressedPage(ctx, next)
      : next()
  return new Router()
    .get('/donate-preview.png', previewPicture(shown))
    .get('/donate', compressed, async (ctx) => {
      const query = new URLSearchParams(ctx.querystring)
      // The browser keeps the page and what was filled in for the way back; no shared cache may keep it.
      ctx.set('Cache-Control', 'private, no-cache')
      ctx.vary('Cookie')
      ctx.vary('Accept-Language')
      const earlier = await earlierCheckout(query.get('again'), deps)
      if (earlier) return showAgain(ctx, deps, earlier)
      const { text } = readerLanguage(ctx, deps.terms.textFor, query.get('lang'))
      const idempotencyKey = await openToken(ctx, deps)
      const notice = (await deps.guard.isGivingOff()) ? text.reader('protection.givingIsOff') : undefined
      const values = prefilled(query, onOffer(deps), text.locale)
      return show(ctx, deps, query, { values, idempotencyKey, ...(notice && { notice }) })
    })
    .post('/donate', sameOriginOnly(deps.publicUrl), async (ctx) => {
      const arrived = await deps.guard.arrive(ctx.req).catch(refusalOf)
      const fields = await formBody(ctx)
      const otherLanguage = fields.get(CHANGE_LANGUAGE)
      if (otherLanguage !== null) fields.set('lang', otherLanguage)
      const { text, locale } = readerLanguage(ctx, deps.terms.textFor, fields.get('lang'))
      const form = readForm(fields, onOffer(deps), locale, text)
      if (form.isOtherCurrency) {
        const notice = text.reader('donate.currencyChanged', { currency: currencyWords(form.currency, text) })
        return show(ctx, deps, fields, { ...form, notice, idempotencyKey: fields.get('idempotencyKey') })
      }
      if (otherLanguage !== null)
        return show(ctx, deps, fields, { ...form, idempotencyKey: fields.get('idempotencyKey') })
      const { remind, remindEmail = '' } = form.values
      const reminded = deps.putReminder && remind ? typedAddress(remindEmail) : null
      if (deps.putReminder && remind && reminded === null) {
        ctx.status = 400
        const problem = { fieldId: 'remindEmail' as const, message: text.reminder('form.problem') }
        const idempotencyKey = fields.get('idempotencyKey')
        return show(ctx, deps, fields, { ...form, problems: [problem], idempotencyKey })
      }
      const outcome =
        arrived instanceof Refusal ? arrived : await open(ctx, deps, fields, form, arrived).catch(refusalOf)
      if (outcome instanceof ChallengeRequired) {
        const { challenge } = outcome
        return showChallenge(ctx, { challenge, text, newsroomName: deps.newsroom.name, fields })
      }
      if (outcome instanceof Refusal) {
        const problems = refusedForm(ctx, outcome, { form, text, log: deps.log })
        return show(ctx, deps, fields, { ...form, problems, idempotencyKey: fields.get('idempotencyKey') })
      }
      if (outcome.status === 'succeeded' || outcome.status === 'processing')
        return seeOther(ctx, `/thank-you?session_id=${outcome.session.id}`)
      if (isPayable(outcome, deps.now())) {
        if (reminded !== null)
          await deps.putReminder?.({
            checkoutId: outcome.id,
            email: reminded,
            language: text.language,
            consent: text.reminder('consent', { newsroom: newsroom.name }),
            at: deps.now(),
          })
        return leave(ctx, deps, outcome, fields)
      }
      // The reader left the form open for longer than Stripe keeps a payment page.
      ctx.status = 409
      const message = text.reader('donate.problem.pageClosed')
      return show(ctx, deps, fields, { ...form, problems: [{ fieldId: 'form', message }] })
    })
    .post('/donate-monthly', sameOriginOnly(deps.publicUrl), (ctx) => makeMonthly(ctx, deps))
}

/**
 * “Make it monthly” on the thank-you page: one press leads to Stripe's page with the same gift every month. Where that cannot be,
 * the form says why, filled in.
 */
async function makeMonthly(ctx: Context, deps: DonateDeps): Promise<void> {
  const arrived = await deps.guard.arrive(ctx.req).catch(refusalOf)
  const posted = await formBody(ctx)
  const single = await earlierCheckout(posted.get('of'), deps)
  // Nothing but a single gift that was paid is offered this.
  if (!single || single.frequency !== 'once' || single.status !== 'succeeded') return seeOther(ctx, '/donate')
  const { text, locale } = readerLanguage(ctx, deps.terms.textFor, posted.get('lang'), single.locale)
  const outcome =
    arrived instanceof Refusal
      ? arrived
      : await openEveryMonth(deps, { single, posted, caller: arrived }).catch(refusalOf)
  if (outcome instanceof ChallengeRequired) {
    const { challenge } = outcome
    const shown = { challenge, text, newsroomName: deps.newsroom.name, action: '/donate-monthly' }
    return showChallenge(ctx, { ...shown, fields: posted })
  }
  if (outcome && !(outcome instanceof Refusal)) {
    const isPaid = outcome.status === 'succeeded' || outcome.status === 'processing'
    return seeOther(ctx, isPaid ? `/thank-you?session_id=${outcome.session.id}` : outcome.session.url)
  }
  const fields = monthlyFields(single)
  fields.set('lang', text.language)
  const values = prefilled(fields, onOffer(deps), text.locale)
  if (!outcome) return show(ctx, deps, fields, { values })
  const form = readForm(fields, onOffer(deps), locale, text)
  return show(ctx, deps, fields, {
    values,
    problems: refusedForm(ctx, outcome, { form, text, log: deps.log }),
  })
}

/** @returns null when the reader has opened too many already @throws Refusal */
async function openEveryMonth(
  deps: DonateDeps,
  {
    single,
    posted,
    caller,
  }: { readonly single: Checkout; readonly posted: URLSearchParams; readonly caller: Caller },
): Promise<OpenedCheckout | null> {
  const request = checkoutRequest(monthlyOf(single), deps.terms)
  const asked = challengeFor(request, posted)
  const admission = await deps.guard.admit(caller, { ...asked, repeatKey: `monthly-of-${single.id}` })
  return openMonthly(single, deps.now, (key) =>
    deps.createCheckout(request, key, { ...admission, returnsToForm: true }),
  )
}

/** Opens the checkout that the form asks for, or finds the one that it opened before. @throws Refusal */
async function open(
  ctx: Context,
  deps: DonateDeps,
  fields: URLSearchParams,
  form: PostedForm,
  caller: Caller,
): Promise<OpenedCheckout> {
  const request = checkoutRequest(form.request, deps.terms)
  const admission = await deps.guard.admit(caller, challengeFor(request, fields))
  const keys = formKeys(
    ctx,
    { token: fields.get('idempotencyKey'), contentHash: requestHash(request) },
    { caller: deps.guard.callerOf(ctx.req), publicUrl: deps.publicUrl, now: deps.now() },
  )
  return openedFor(keys, deps, (key) =>
    deps.createCheckout(request, key, { ...admission, returnsToForm: true }),
  )
}

/** The checkout that this post opens, or that it opened before: see `FormKeys`. */
async function openedFor(
  { key, earlierKey, isKnownBrowser }: FormKeys,
  { findCheckoutByKey }: DonateDeps,
  openWith: (key: string | null) => Promise<OpenedCheckout>,
): Promise<OpenedCheckout> {
  const earlier = earlierKey === null ? null : await findCheckoutByKey(earlierKey)
  const opened = await openWith(earlier === null ? key : earlierKey)
  // Nothing says whose a paid checkout is, so that another one is opened.
  return opened.status === 'open' || isKnownBrowser ? opened : openWith(null)
}

/** To Stripe's page. The browser keeps what it sent, for the way back. */
function leave(
  ctx: Context,
  { publicUrl }: DonateDeps,
  checkout: OpenedCheckout,
  fields: URLSearchParams,
): void {
  const token = fields.get('idempotencyKey') ?? ''
  rememberSentForm(ctx, publicUrl, { checkoutId: checkout.id, token, message: checkout.message ?? '' })
  seeOther(ctx, checkout.session.url)
}

const checkoutId = z.uuid().transform((id) => id as CheckoutId) // checked just before

/** The checkout of `?again=…`. */
async function earlierCheckout(again: string | null, { findCheckout }: DonateDeps): Promise<Checkout | null> {
  const id = checkoutId.safeParse(again).data
  return id === undefined ? null : findCheckout(id)
}

/**
 * The token of the form that this browser sent last, while its payment page is open: a reader who comes back by the browser's
 * own button gets a new page, and the same gift again leads to the same payment page. Null: a gift begins.
 */
async function openToken(ctx: Context, { publicUrl, findCheckout, now }: DonateDeps): Promise<string | null> {
  const sent = sentFormIn(ctx, publicUrl)
  const earlier = sent && (await findCheckout(sent.checkoutId).catch(() => null))
  return sent && earlier && isPayable(earlier, now()) ? sent.token : null
}

/**
 * The way back from Stripe's page, or another try after it. Everybody with the link sees the choice; the message is shown to
 * the browser that wrote it, and a paid gift's thank-you page to the browser that gave it.
 */
function showAgain(ctx: Context, deps: DonateDeps, earlier: Checkout): void {
  const { status, session } = earlier
  const last = sentFormIn(ctx, deps.publicUrl)
  const sent = last?.checkoutId === earlier.id ? last : null
  if (status === 'succeeded' || status === 'processing') {
    if (sent && session) return seeOther(ctx, `/thank-you?session_id=${session.id}`)
    const nothing = new URLSearchParams()
    const { text } = readerLanguage(ctx, deps.terms.textFor)
    return show(ctx, deps, nothing, { values: prefilled(nothing, onOffer(deps), text.locale) })
  }
  const fields = fieldsOf(earlier)
  const { text } = readerLanguage(ctx, deps.terms.textFor, fields.get('lang'))
  const payable = isPayable(earlier, deps.now())
  const notice = text.reader(
    `donate.backFrom.${status === 'failed' ? 'failed' : payable ? 'open' : 'expired'}`,
  )
  const values = { ...prefilled(fields, onOffer(deps), text.locale), message: sent?.message ?? '' }
  // The same form again leads to the payment page that is open already: two open ones could both be paid.
  const idempotencyKey = payable && sent ? sent.token : null
  return show(ctx, deps, fields, { values, notice, idempotencyKey })
}

function seeOther(ctx: Context, url: string): void {
  ctx.status = 303
  ctx.set('Cache-Control', 'no-store')
  ctx.redirect(url)
}
