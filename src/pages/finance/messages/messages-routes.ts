import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorName, actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit-trail-store.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { inTransaction } from '../../../db/database.ts'
import { latestReaderMessages, markAnswered, readerMessage } from '../../../donors/reader-message-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { showsAgain } from '../frame/form-requests.ts'
import { messagesPage } from './messages-view.ts'

const MESSAGES_ON_A_PAGE = 100
const PATH = '/finance/messages'

/** What donors ask, and which questions wait for an answer. */
export function messagesRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom & { readonly email: string }
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps

  async function show(ctx: Context): Promise<void> {
    const messages = await latestReaderMessages(pool, MESSAGES_ON_A_PAGE)
    ctx.type = 'html'
    ctx.body = messagesPage({ ...frameOf(ctx, newsroom), newsroomEmail: newsroom.email, messages })
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
}
