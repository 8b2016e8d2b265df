import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { NoteRefusal } from '../../access/authentication-log.ts'
import { logAuthentication } from '../../access/authentication-log-store.ts'
import type { StaffSessions } from '../../access/session-middleware.ts'
import {
  requestSignInMail,
  SIGN_IN_LINK_VALID_MINUTES,
  useSignInLink,
  whyLinkIsRefused,
} from '../../access/sign-in-link-store.ts'
import { staffEmail } from '../../access/staff.ts'
import type { Callers } from '../../http/client-ip.ts'
import { formBody } from '../../http/body.ts'
import { addressKey, type RateLimiter } from '../../http/rate-limit.ts'
import { sameOriginOnly } from '../../http/same-origin.ts'
import { answerPrivately } from '../../http/no-store.ts'
import { text } from './finance-requests.ts'
import { signInConfirmPage, signInPage, signInSentPage, signInSpentPage } from './sign-in-view.ts'

const emailField = z.email().max(254)

/** Staff sign in by a mailed link and sign out by a button. */
export function signInRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  /** Counts requests for a link, by the caller's address and by the e-mail address. */
  readonly limiter: RateLimiter
  readonly callers: Callers
  readonly hashKey: string
  readonly noteRefusal: NoteRefusal
}): Router {
  const { db, clock, newsroomName, sessions, limiter, callers, hashKey, noteRefusal } = deps
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  return (
    new Router()
      .get('/finance/sign-in', (ctx) => {
        answerPrivately(ctx, signInPage({ text, newsroomName, email: '', problems: [] }), 'html')
      })
      .post('/finance/sign-in', sameOrigin, async (ctx) => {
        const typed = (await formBody(ctx)).get('email') ?? ''
        const email = emailField.safeParse(staffEmail(typed))
        if (!email.success) {
          const problem = {
            fieldId: 'email',
            message: text.finance('signIn.emailProblem'),
          } as const
          ctx.status = 400
          answerPrivately(ctx, signInPage({ text, newsroomName, email: typed, problems: [problem] }), 'html')
          return
        }
        await limiter.take(`address.${addressKey(callers.addressOf(ctx.req), hashKey)}`)
        await limiter.take(`email.${addressKey(email.data, hashKey)}`)
        const isStaff = await db.transaction((tx) => requestSignInMail(tx, email.data, clock()))
        if (!isStaff) noteRefusal({ kind: 'refused_address_unknown' })
        const sent = signInSentPage({ text, newsroomName, validMinutes: SIGN_IN_LINK_VALID_MINUTES })
        answerPrivately(ctx, sent, 'html')
      })
      // Mail scanners open every link, so opening the link must not use it up.
      .get('/finance/sign-in/:token', (ctx) => {
        answerPrivately(
          ctx,
          signInConfirmPage({ text, newsroomName, token: ctx.params['token'] ?? '' }),
          'html',
        )
      })
      .post('/finance/sign-in/confirm', sameOrigin, sessions.keep, async (ctx) => {
        const token = (await formBody(ctx)).get('token') ?? ''
        const at = clock()
        const staffId = await db.transaction(async (tx) => {
          const usedBy = await useSignInLink(tx, token, at)
          if (usedBy) await logAuthentication(tx, { kind: 'signed_in', at, staffId: usedBy })
          return usedBy
        })
        if (!staffId) {
          noteRefusal(await whyLinkIsRefused(db, token))
          ctx.status = 410
          answerPrivately(ctx, signInSpentPage({ text, newsroomName }), 'html')
          return
        }
        await sessions.signIn(ctx, staffId)
        ctx.status = 303
        ctx.redirect('/finance')
      })
      .post('/finance/sign-out', sameOrigin, sessions.keep, async (ctx) => {
        const staffId = sessions.signOut(ctx)
        if (staffId) await logAuthentication(db, { kind: 'signed_out', at: clock(), staffId })
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
      })
  )
}
