import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import { articleUrl } from '../../../checkout/article-url.ts'
import type { Config } from '../../../config/config.ts'
import { inTransaction } from '../../../db/database.ts'
import { formBody } from '../../../http/body.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { isFromOwnPage, sameOriginOnly } from '../../../http/same-origin.ts'
import { isCheckoutSessionId } from '../../../ids.ts'
import { askForNewsletter } from '../../../newsletter/ask-for-newsletter.ts'
import { consentById, putWish } from '../../../newsletter/consent-store.ts'
import { consentTextIn, typedAddress } from '../../../newsletter/consent.ts'
import { confirmRequest, unsubscribe } from '../../../newsletter/manage-subscription.ts'
import type { NewsletterLinks } from '../../../newsletter/newsletter-link.ts'
import type { Text, TextFor } from '../../../text/text.ts'
import { CHANGE_LANGUAGE } from '../language-choice-view.ts'
import { readerLanguage } from '../reader-language.ts'
import { checkoutOutcome } from '../thank-you/thank-you-store.ts'
import * as view from './newsletter-view.ts'

export type NewsletterDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  readonly newsroom: Pick<Config['newsroom'], 'name'>
  readonly languages: Config['languages']
  readonly textFor: TextFor
  readonly links: NewsletterLinks
  /** Whether the service tells a mailing tool of each address. */
  readonly hasTool: boolean
  /** Counts a request for a subscription. @throws Refusal too_many_requests */
  readonly limitAsking: (ctx: Context, email: string) => Promise<void>
}

/**
 * The newsletter's form for readers, the link that confirms and the link that unsubscribes. Every answer is the same for an address
 * that is subscribed and for one that is not.
 */
export function newsletterRouter(deps: NewsletterDeps): Router {
  const { pool, clock, publicUrl, newsroom, textFor, links, hasTool } = deps
  const newsroomName = newsroom.name
  const router = new Router()
  const show = (ctx: Context, page: string) => answerPrivately(ctx, page, 'html', 'strict-origin')
  const articleIn = (text: unknown) =>
    typeof text === 'string' ? articleUrl(text, deps.allowedOrigins) : null

  function showForm(ctx: Context, text: Text, shown: Partial<view.NewsletterFormView>): void {
    const usual = { email: '', article: null, problems: [], isExpired: false }
    const languages = deps.languages.offered
    show(ctx, view.newsletterForm({ text, newsroomName, languages, ...usual, ...shown }))
  }

  function showExpired(ctx: Context, text: Text): void {
    ctx.status = 410
    showForm(ctx, text, { isExpired: true })
  }

  router.get('/newsletter', (ctx) => {
    const { lang, article } = ctx.query
    const { text } = readerLanguage(ctx, textFor, typeof lang === 'string' ? lang : null)
    showForm(ctx, text, { article: articleIn(article) })
  })

  router.post('/newsletter', async (ctx) => {
    const fields = await formBody(ctx)
    const changed = fields.get(CHANGE_LANGUAGE)
    const { text } = readerLanguage(ctx, textFor, changed, fields.get('lang'))
    const typed = (fields.get('email') ?? '').trim().slice(0, 300)
    const isOurs = isFromOwnPage(ctx, publicUrl)
    const article = articleIn(fields.get('article') ?? (isOurs ? null : ctx.get('Referer')))
    // The form of an article page brings the address here; what the reader agrees to is shown on our own page alone.
    if (changed !== null || !isOurs) return showForm(ctx, text, { email: typed, article })
    const email = typedAddress(typed)
    const hasAgreed = fields.get('agree') === 'yes'
    if (email === null || !hasAgreed) {
      const t = text.newsletter
      const problems = [
        ...(email === null ? [{ fieldId: 'email', message: t('form.emailProblem') }] : []),
        ...(hasAgreed ? [] : [{ fieldId: 'agree', message: t('form.consentProblem') }]),
      ]
      ctx.status = 400
      return showForm(ctx, text, { email: typed, article, problems })
    }
    await deps.limitAsking(ctx, email)
    const source = article === null ? 'form' : 'article'
    await askForNewsletter(deps, { email, source, articleUrl: article }, text)
    show(ctx, view.lookIntoMailbox({ text, newsroomName }))
  })

  router.post('/newsletter/thank-you', sameOriginOnly(publicUrl), async (ctx) => {
    const fields = await formBody(ctx)
    const sessionId = fields.get('session_id') ?? ''
    const outcome = isCheckoutSessionId(sessionId) ? await checkoutOutcome(deps.db, sessionId) : null
    const { text } = readerLanguage(ctx, textFor, fields.get('lang'))
    if (outcome?.checkout_id && fields.get('agree') === 'yes') {
      await deps.limitAsking(ctx, sessionId)
      const wish = { ...consentTextIn(text, newsroomName), checkoutId: outcome.checkout_id, at: clock() }
      await putWish(pool, { ...wish, source: 'thank_you' })
    }
    ctx.status = 303
    ctx.set('Cache-Control', 'private, no-store')
    ctx.redirect(outcome ? `/thank-you?session_id=${sessionId}` : '/newsletter')
  })

  router.get('/newsletter/confirm/:token', async (ctx) => {
    const token = ctx.params['token'] ?? ''
    const id = links.consentIn('confirm', token)
    const consent = id === null ? null : await consentById(pool, id)
    const { text } = readerLanguage(ctx, textFor, consent?.language ?? null)
    if (!consent || consent.endedAt !== null) return showExpired(ctx, text)
    const { email, articleUrl: article } = consent
    if (consent.confirmedAt !== null)
      return show(ctx, view.confirmedPage({ text, newsroomName, email, article }))
    if (consent.expiresAt <= clock()) return showExpired(ctx, text)
    show(ctx, view.confirmPage({ text, newsroomName, email, path: `/newsletter/confirm/${token}` }))
  })

  router.post('/newsletter/confirm/:token', sameOriginOnly(publicUrl), async (ctx) => {
    const id = links.consentIn('confirm', ctx.params['token'] ?? '')
    const change = { at: clock(), hasTool }
    const consent = id === null ? null : await inTransaction(pool, (tx) => confirmRequest(tx, id, change))
    const { text } = readerLanguage(ctx, textFor, consent?.language ?? null)
    if (!consent) return showExpired(ctx, text)
    const { email, articleUrl: article } = consent
    show(ctx, view.confirmedPage({ text, newsroomName, email, article }))
  })

  router.get('/newsletter/unsubscribe/:token', async (ctx) => {
    const token = ctx.params['token'] ?? ''
    const id = links.consentIn('unsubscribe', token)
    const consent = id === null ? null : await consentById(pool, id)
    const { text } = readerLanguage(ctx, textFor, consent?.language ?? null)
    const path = `/newsletter/unsubscribe/${token}`
    if (id !== null) return show(ctx, view.unsubscribePage({ text, newsroomName, path }))
    ctx.status = 404
    show(ctx, view.unknownLinkPage({ text, newsroomName }))
  })

  // Mail programs post here with one press (RFC 8058): from anywhere, without cookies, in any encoding.
  router.post('/newsletter/unsubscribe/:token', async (ctx) => {
    const id = links.consentIn('unsubscribe', ctx.params['token'] ?? '')
    const consent = id === null ? null : await consentById(pool, id)
    const { text } = readerLanguage(ctx, textFor, consent?.language ?? null)
    if (id === null) {
      ctx.status = 404
      return show(ctx, view.unknownLinkPage({ text, newsroomName }))
    }
    const because = ctx.get('Sec-Fetch-Site') === 'same-origin' ? 'page' : 'one_click'
    if (consent) await inTransaction(pool, (tx) => unsubscribe(tx, consent.email, { because, at: clock() }))
    show(ctx, view.unsubscribedPage({ text, newsroomName }))
  })

  return router
}
