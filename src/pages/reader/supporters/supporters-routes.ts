import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { Config } from '../../../config/config.ts'
import { inTransaction } from '../../../db/database.ts'
import {
  giftOfCheckout,
  hasWrittenAfter,
  keepMessage,
} from '../../../donors/messages/reader-message-store.ts'
import { putEntry, shownEntries } from '../../../donors/supporters/supporter-entry-store.ts'
import {
  LONGEST_NAME,
  LONGEST_TOWN,
  LONGEST_WORD,
  messageOf,
  oneLineOf,
  type SupporterWords,
} from '../../../donors/supporters/supporter-entry.ts'
import { formBody } from '../../../http/body.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { isCheckoutSessionId } from '../../../ids.ts'
import type { TextFor } from '../../../text/text.ts'
import { answerAnySite } from '../answer-any-site.ts'
import { readerLanguage } from '../reader-language.ts'
import { checkoutOutcome } from '../thank-you/thank-you-store.ts'
import { supportersData, supportersPage, type SupportersView } from './supporters-view.ts'

const MOST_SHOWN = 200
/** A donor who withdraws is off every copy soon; a busy article asks the database this often at most. */
const KEPT_MS = 10_000

export type SupportersDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Pick<Config['newsroom'], 'name'>
  readonly supportersList: boolean
  readonly messageMail: Config['messageMail']
  readonly textFor: TextFor
  /** Counts what one reader sends. @throws Refusal too_many_requests */
  readonly limitSending: (ctx: Context, sessionId: string) => Promise<void>
}

/**
 * What a donor writes after paying and, where the newsroom shows one, the list of supporters: a page and, for
 * `<reader-supporters>` on article pages of any site, the same as JSON.
 */
export function supportersRouter(deps: SupportersDeps): Router {
  const { db, pool, clock, publicUrl, newsroom, textFor } = deps
  const router = new Router()

  router.post('/supporters/message', sameOriginOnly(publicUrl), async (ctx) => {
    const fields = await formBody(ctx)
    const sessionId = fields.get('session_id') ?? ''
    const outcome = isCheckoutSessionId(sessionId) ? await checkoutOutcome(db, sessionId) : null
    const gift = outcome?.checkout_id ? await giftOfCheckout(pool, outcome.checkout_id) : null
    ctx.status = 303
    ctx.set('Cache-Control', 'private, no-store')
    ctx.redirect(outcome ? `/thank-you?session_id=${sessionId}#word` : '/donate')
    if (!gift) return
    await deps.limitSending(ctx, sessionId)
    const { donationId, isAnonymous } = gift
    const message = messageOf(fields.get('message'), LONGEST_WORD)
    const hasAgreed = deps.supportersList && fields.get('agree') === 'yes'
    if (message === null && !hasAgreed) return
    const { text } = readerLanguage(ctx, textFor, fields.get('lang'))
    const at = clock()
    await inTransaction(pool, async (tx) => {
      if (await hasWrittenAfter(tx, donationId)) return
      if (message !== null) {
        const written = { donationId, text: message, source: 'thank_you' as const, at }
        await keepMessage(tx, { ...written, id: randomUUID(), messageMail: deps.messageMail })
      }
      if (!hasAgreed) return
      await putEntry(tx, {
        donationId,
        name: isAnonymous ? null : oneLineOf(fields.get('name'), LONGEST_NAME),
        town: isAnonymous ? null : oneLineOf(fields.get('town'), LONGEST_TOWN),
        message,
        language: text.language,
        consent: text.supporters('consent', { newsroom: newsroom.name }),
        at,
      })
      await recordAct(tx, {
        actor: { kind: 'donor' },
        act: 'supporter_agreed',
        subject: `donation/${donationId}`,
        at,
      })
    })
  })

  if (!deps.supportersList) return router

  const read = kept(() => shownEntries(pool, MOST_SHOWN), clock)
  async function viewOf(ctx: Context): Promise<SupportersView> {
    const lang = typeof ctx.query['lang'] === 'string' ? ctx.query['lang'] : null
    const { text } = readerLanguage(ctx, textFor, lang)
    return { text, newsroomName: newsroom.name, giveUrl: `${publicUrl}/donate`, entries: await read() }
  }
  return router
    .get('/supporters.json', async (ctx) => {
      answerAnySite(ctx, JSON.stringify(supportersData(await viewOf(ctx))), 'application/json; charset=utf-8')
    })
    .get('/supporters', async (ctx) => {
      answerAnySite(ctx, supportersPage(await viewOf(ctx)), 'text/html; charset=utf-8')
    })
}

type Entries = readonly SupporterWords[]

/** Whoever asks within some seconds gets the same answer. A failure is not kept. */
function kept(read: () => Promise<Entries>, clock: () => Date): () => Promise<Entries> {
  let last: { readonly until: number; readonly entries: Promise<Entries> } | null = null
  return () => {
    const now = clock().getTime()
    if (last && last.until > now) return last.entries
    const entries = read()
    last = { until: now + KEPT_MS, entries }
    entries.catch(() => (last = null))
    return entries
  }
}
