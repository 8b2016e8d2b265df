import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { isUsableAddress } from '../../../mail/mail.ts'
import { leaveMailUnsent, sendAgain } from '../../../mail/send-again.ts'
import { undeliveredMails } from '../../../mail/undelivered-mail-store.ts'
import { countGivenUp } from '../../../outbox/outbox-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { fieldRefusal, readForm, showsAgain } from '../frame/form-requests.ts'
import { undeliveredMailPage, type UndeliveredMailView } from './undelivered-mail-view.ts'

const MAILS_ON_A_PAGE = 100

const emailField = z.email().max(254).refine(isUsableAddress)
const form = z.object({ action: z.enum(['send', 'leave']), email: z.string().max(1_000).default('') })
const fieldWords = { email: text.finance('mail.emailProblem'), form: text.finance('mail.notValid') }
const ROW_ID = /^[1-9]\d{0,17}$/

/** Mails that were given up, each with a form that sends it again, to a corrected address if need be. */
export function undeliveredMailRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps
  const readers = [sessions.keep, sessions.requireStaff('auditor')] as const
  const staff = [sessions.keep, sessions.requireStaff('finance')] as const

  async function show(ctx: Context, done: UndeliveredMailView['done'] = null) {
    const [mails, count] = await Promise.all([
      undeliveredMails(pool, { limit: MAILS_ON_A_PAGE }),
      countGivenUp(pool),
    ])
    ctx.type = 'html'
    ctx.body = undeliveredMailPage({ ...frameOf(ctx, newsroom), mails, count, done })
  }

  const again = showsAgain({
    page: (ctx) => show(ctx),
    idOf: (field, ctx) => `${field}-${String(ctx['params']['id'])}`,
    texts: ['email'],
  })
  return new Router()
    .get('/finance/mail', ...readers, async (ctx) => {
      const { done } = ctx.query
      await show(ctx, done === 'sent' || done === 'left' ? done : null)
    })
    .post('/finance/mail/:id', sameOriginOnly(deps.publicUrl), ...staff, again, async (ctx) => {
      const id = ctx.params['id'] ?? ''
      if (!ROW_ID.test(id)) throw new Refusal('not_found', text.finance('mail.notFound'))
      const { action, email: typed } = await readForm(ctx, form, fieldWords)
      const decision = { messageId: BigInt(id), at: clock(), by: actorOf(ctx) }
      if (action === 'leave') {
        await leaveMailUnsent(pool, decision)
        ctx.status = 303
        return ctx.redirect('/finance/mail?done=left')
      }
      const email = emailField.safeParse(typed.trim())
      if (!email.success) throw fieldRefusal(['email'], fieldWords)
      // A mail that somebody else has sent again meanwhile is no problem: it is on its way.
      await sendAgain(pool, { ...decision, email: email.data })
      ctx.status = 303
      return ctx.redirect('/finance/mail?done=sent')
    })
}
