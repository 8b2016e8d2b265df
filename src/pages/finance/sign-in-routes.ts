import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { StaffSessions } from '../../access/session-middleware.ts'
import {
  requestSignInMail,
  SIGN_IN_LINK_VALID_MINUTES,
  useSignInLink,
} from '../../access/sign-in-link-store.ts'
import { staffEmail } from '../../access/staff-store.ts'
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
}): Router {
  const { db, clock, newsroomName, sessions, limiter, callers, hashKey } = deps
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
        await db.transaction((tx) => requestSignInMail(tx, email.data))
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
        const staffId = await useSignInLink(db, token, clock())
        if (!staffId) {
          ctx.status = 410
          answerPrivately(ctx, signInSpentPage({ text, newsroomName }), 'html')
          return
        }
        await sessions.signIn(ctx, staffId)
        ctx.status = 303
        ctx.redirect('/finance')
      })
      .post('/finance/sign-out', sameOrigin, sessions.keep, (ctx) => {
        sessions.signOut(ctx)
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
      })
  )
}
