import { Router, type RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { Config, Reporting } from '../../../config/config.ts'
import type { Keyring } from '../../../config/keyring.ts'
import { inTransaction } from '../../../db/database.ts'
import { exportDonor } from '../../../donors/donor-export.ts'
import { statementYears } from '../../../donors/donor-gift.ts'
import { agreementIdsOfAddress, giftsOfAddress } from '../../../donors/donor-gifts-store.ts'
import { donorAccess, endDonorLinks, type DonorAccess } from '../../../donors/donor-link-store.ts'
import { requestErasure } from '../../../donors/erasure/erasure-request-store.ts'
import { giftOfAddress, lockDonorOf } from '../../../donors/erasure/erasure-store.ts'
import { LONGEST_MESSAGE } from '../../../donors/messages/reader-message.ts'
import { askNewsroom } from '../../../donors/messages/reader-message-store.ts'
import { listedSince, withdrawEntries } from '../../../donors/supporters/supporter-entry-store.ts'
import { statementOf } from '../../../donors/statements/statement-store.ts'
import { daysOfYear, yearAsked, type Statement } from '../../../donors/statements/statement.ts'
import { formBody } from '../../../http/body.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { addressKey, type RateLimiter } from '../../../http/rate-limit.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { consentInForce } from '../../../newsletter/consent-store.ts'
import { agreementById } from '../../../subscriptions/agreement-detail-store.ts'
import { recurringLinks } from '../../../subscriptions/recurring-link.ts'
import type { Text, TextFor } from '../../../text/text.ts'
import { readerLanguage } from '../reader-language.ts'
import { askPage, farewellPage } from './ask-view.ts'
import { myPage, ownErasurePage, type MyView, type OwnAgreement } from './my-view.ts'

export type MyDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Config['newsroom']
  readonly messageMail: Config['messageMail']
  readonly reporting: Pick<Reporting, 'fiscalYearStarts'>
  readonly keys: Pick<Keyring, 'recurringLinks' | 'addressHashes'>
  readonly textFor: TextFor
  readonly newsletter: Config['newsletter']
  /** Draws a statement. @throws Refusal unavailable when too many wait */
  readonly renderStatement: (statement: Statement) => Promise<Buffer>
  /** Counts what reads much or changes something, by the caller's address. */
  readonly limitActs: Middleware
  /** Counts the questions of one donor. */
  readonly questions: RateLimiter
}

/**
 * A donor's own page, for an hour and for everyone who has its link, which is mailed to the donor alone. Every query asks by
 * the address that the link names, and nothing else of a request names a donor or a gift. Looking changes nothing.
 */
export function myRouter(deps: MyDeps): Router {
  const { db, pool, clock, publicUrl, newsroom, textFor } = deps
  const acts = [sameOriginOnly(publicUrl), deps.limitActs] as const

  /** Answers, when the link opens nothing, with the form that asks for another one. */
  const opened =
    (answer: (ctx: RouterContext, own: Own) => Promise<void> | void) =>
    async (ctx: RouterContext): Promise<void> => {
      const access = await donorAccess(pool, ctx.params['token'] ?? '', clock())
      const { text } = readerLanguage(ctx, textFor, access?.locale ?? null)
      if (access) return answer(ctx, { access, text, path: `/my/${ctx.params['token'] ?? ''}` })
      ctx.status = 410
      const page = askPage({
        text,
        newsroomName: newsroom.name,
        email: '',
        hasProblem: false,
        isExpired: true,
      })
      answerPrivately(ctx, page, 'html', 'strict-origin')
    }
  const show = (ctx: RouterContext, page: string) => answerPrivately(ctx, page, 'html', 'strict-origin')
  const showAll = async (ctx: RouterContext, own: Own, state: Pick<MyView, 'done' | 'refusedQuestion'>) =>
    show(ctx, myPage(await viewOf(deps, own, state)))

  return new Router()
    .get(
      '/my/:token',
      opened((ctx, own) => showAll(ctx, own, { done: doneIn(ctx.query['done']), refusedQuestion: null })),
    )
    .get(
      '/my/:token/statement.pdf',
      deps.limitActs,
      opened(async (ctx, { access, text }) => {
        const asked = yearAsked.safeParse(ctx.query)
        const days = asked.success ? daysOfYear(asked.data, deps.reporting.fiscalYearStarts) : null
        const statement = days && (await statementOf(pool, access.email, days, clock()))
        const donationId = statement && (await giftOfAddress(pool, access.email))
        if (!days || !statement || donationId === null) throw nothingHere(text)
        const pdf = await deps.renderStatement(statement)
        await inTransaction(pool, (tx) =>
          recordAct(tx, {
            actor: { kind: 'donor' },
            act: 'statement_read',
            subject: `donation/${donationId}`,
            after: days,
            at: clock(),
          }),
        )
        ctx.set('Content-Disposition', `inline; filename="statement-${days.from}-${days.to}.pdf"`)
        answerPrivately(ctx, pdf, 'application/pdf')
      }),
    )
    .post(
      '/my/:token/question',
      ...acts,
      opened(async (ctx, own) => {
        const { email } = own.access
        // Browsers send CR LF for each line.
        const question = ((await formBody(ctx)).get('question') ?? '').replaceAll('\r\n', '\n').trim()
        if (question === '' || question.length > LONGEST_MESSAGE) {
          ctx.status = 400
          return showAll(ctx, own, { done: null, refusedQuestion: question })
        }
        await deps.questions.take(addressKey(email, deps.keys.addressHashes[0]))
        const donationId = await giftOrRefusal(deps, own)
        await inTransaction(pool, (tx) =>
          askNewsroom(tx, { donationId, text: question, at: clock(), messageMail: deps.messageMail }),
        )
        seeOther(ctx, `${own.path}?done=asked`)
      }),
    )
    .post(
      '/my/:token/unlist',
      ...acts,
      opened(async (ctx, own) => {
        const donationId = await giftOrRefusal(deps, own)
        await inTransaction(pool, async (tx) => {
          const at = clock()
          if ((await withdrawEntries(tx, own.access.email, at)) > 0)
            await recordAct(tx, {
              actor: { kind: 'donor' },
              act: 'supporter_withdrew',
              subject: `donation/${donationId}`,
              at,
            })
        })
        seeOther(ctx, `${own.path}?done=unlisted`)
      }),
    )
    .post(
      '/my/:token/data.json',
      ...acts,
      opened(async (ctx, own) => {
        const donationId = await giftOrRefusal(deps, own)
        const found = await exportDonor(
          { db, pool, clock, publicUrl },
          { donationId, actor: { kind: 'donor' } },
        )
        ctx.attachment('my-gifts.json')
        answerPrivately(ctx, JSON.stringify(found, null, 2), 'application/json')
      }),
    )
    .get(
      '/my/:token/erase',
      opened(async (ctx, own) => {
        const isActive = await hasActiveAgreement(deps, await giftOrRefusal(deps, own))
        show(ctx, ownErasurePage({ text: own.text, newsroomName: newsroom.name, path: own.path, isActive }))
      }),
    )
    .post(
      '/my/:token/erase',
      ...acts,
      opened(async (ctx, own) => {
        const { text, access } = own
        const donationId = await giftOrRefusal(deps, own)
        if (await hasActiveAgreement(deps, donationId)) {
          ctx.status = 409
          const view = { text, newsroomName: newsroom.name, path: own.path, isActive: true }
          return show(ctx, ownErasurePage(view))
        }
        await inTransaction(pool, async (tx) => {
          await endDonorLinks(tx, access.email, clock())
          await requestErasure(tx, donationId, clock())
        })
        show(ctx, farewellPage({ text, newsroomName: newsroom.name }, 'erasureAsked'))
      }),
    )
    .post(
      '/my/:token/close',
      ...acts,
      opened(async (ctx, { text, access }) => {
        await endDonorLinks(pool, access.email, clock())
        show(ctx, farewellPage({ text, newsroomName: newsroom.name }, 'closed'))
      }),
    )
}

function doneIn(asked: unknown): MyView['done'] {
  const known = ['asked', 'unlisted', 'subscribed', 'unsubscribed'] as const
  return known.find((one) => one === asked) ?? null
}

type Own = { readonly access: DonorAccess; readonly text: Text; readonly path: string }

async function viewOf(
  deps: MyDeps,
  { access, text, path }: Own,
  state: Pick<MyView, 'done' | 'refusedQuestion'>,
): Promise<MyView> {
  const { pool, newsroom, clock, reporting } = deps
  const { email } = access
  const [gifts, agreements, since, consent] = await Promise.all([
    giftsOfAddress(pool, email),
    agreementsOf(deps, email),
    listedSince(pool, email),
    deps.newsletter ? consentInForce(pool, email) : null,
  ])
  return {
    text,
    newsroom,
    email,
    gifts,
    agreements,
    statements: statementYears(gifts, reporting.fiscalYearStarts),
    path,
    now: clock(),
    listedSince: since,
    newsletter: deps.newsletter ? { consent } : null,
    ...state,
  }
}

async function agreementsOf({ pool, keys }: MyDeps, email: string): Promise<OwnAgreement[]> {
  const links = recurringLinks(keys.recurringLinks)
  const found: OwnAgreement[] = []
  for (const id of await agreementIdsOfAddress(pool, email)) {
    const agreement = await agreementById(pool, id)
    if (agreement) found.push({ ...agreement, path: `/recurring/${links.tokenFor(id)}` })
  }
  return found
}

/** The latest gift, by which the other rooms know the donor. @throws Refusal not_found once nothing is kept */
async function giftOrRefusal({ pool }: MyDeps, { access, text }: Own): Promise<string> {
  const donationId = await giftOfAddress(pool, access.email)
  if (donationId === null) throw nothingHere(text)
  return donationId
}

async function hasActiveAgreement({ pool }: MyDeps, donationId: string): Promise<boolean> {
  const donor = await inTransaction(pool, (tx) => lockDonorOf(tx, donationId))
  return donor !== null && donor.activeSubscriptions.length > 0
}

function nothingHere(text: Text): Refusal {
  return new Refusal('not_found', text.my('page.nothing'), { language: text.language })
}

function seeOther(ctx: RouterContext, path: string): void {
  ctx.status = 303
  ctx.set('Cache-Control', 'private, no-store')
  ctx.redirect(path)
}
