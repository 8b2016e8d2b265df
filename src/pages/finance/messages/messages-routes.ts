import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorName, actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { inTransaction } from '../../../db/database.ts'
import { decideEntry, entriesForStaff } from '../../../donors/supporters/supporter-entry-store.ts'
import { entryDecisions } from '../../../donors/supporters/supporter-entry.ts'
import { formBody } from '../../../http/body.ts'
import type { Config } from '../../../config/config.ts'
import {
  latestReaderMessages,
  markAnswered,
  readerMessage,
} from '../../../donors/messages/reader-message-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { showsAgain } from '../frame/form-requests.ts'
import { messagesPage } from './messages-view.ts'

const MESSAGES_ON_A_PAGE = 100
const PATH = '/finance/messages'

const DECISION_ACTS = { approved: 'supporter_approved', hidden: 'supporter_hidden' } as const

/** What donors write, which questions wait for an answer, and who may appear on the list of supporters. */
export function messagesRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom & { readonly email: string }
  readonly sessions: StaffSessions
  readonly config: Pick<Config, 'messageMail' | 'supportersList'>
}): Router {
  const { pool, clock, newsroom, sessions } = deps

  async function show(ctx: Context): Promise<void> {
    const messages = await latestReaderMessages(pool, MESSAGES_ON_A_PAGE)
    ctx.type = 'html'
    const { supportersList, messageMail } = deps.config
    const entries = supportersList ? await entriesForStaff(pool, MESSAGES_ON_A_PAGE) : null
    const frame = { ...frameOf(ctx, newsroom), newsroomEmail: newsroom.email, messageMail }
    ctx.body = messagesPage({ ...frame, messages, entries })
  }

  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), (ctx) => show(ctx))
    .post(
      `${PATH}/:id/answered`,
      sameOriginOnly(deps.publicUrl),
      sessions.keep,
      sessions.requireStaff('finance'),
      showsAgain({ page: show }),
      async (ctx) => {
        const id = z.uuid().safeParse(ctx.params['id']).data
        const message = id === undefined ? null : await readerMessage(pool, id)
        if (!message) throw new Refusal('not_found', text.finance('messages.notFound'))
        await inTransaction(pool, async (tx) => {
          const [at, actor] = [clock(), actorOf(ctx)]
          if (await markAnswered(tx, message.id, { name: actorName(actor), at }))
            await recordAct(tx, {
              actor,
              act: 'question_answered',
              subject: `donation/${message.donationId}`,
              at,
            })
        })
        ctx.status = 303
        ctx.redirect(PATH)
      },
    )
    .post(
      `${PATH}/supporters/:id`,
      sameOriginOnly(deps.publicUrl),
      sessions.keep,
      sessions.requireStaff('finance'),
      showsAgain({ page: show }),
      async (ctx) => {
        const id = z.uuid().safeParse(ctx.params['id']).data
        const decision = z.enum(entryDecisions).safeParse((await formBody(ctx)).get('decision')).data
        if (id === undefined || decision === undefined)
          throw new Refusal('not_found', text.finance('messages.noEntry'))
        await inTransaction(pool, async (tx) => {
          const [at, actor] = [clock(), actorOf(ctx)]
          const donationId = await decideEntry(tx, id, { decision, by: actorName(actor), at })
          if (donationId !== null)
            await recordAct(tx, {
              actor,
              act: DECISION_ACTS[decision],
              subject: `donation/${donationId}`,
              at,
            })
        })
        ctx.status = 303
        ctx.redirect(PATH)
      },
    )
}
