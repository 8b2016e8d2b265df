import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { NoteRefusal } from '../../../access/audit/authentication-log.ts'
import { recordFirstFactor, recordSignIn } from '../../../access/sign-in/record-sign-in.ts'
import { knownBrowserCookie } from '../../../access/sign-in/known-browser-middleware.ts'
import { isKnownBrowser, rememberBrowser } from '../../../access/sign-in/known-browser-store.ts'
import type { AskedFrom } from '../../../access/sign-in/link-budget.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import type { SignInSettings } from '../../../access/sign-in/sign-in-settings.ts'
import {
  requestSignInMail,
  SIGN_IN_LINK_VALID_MINUTES,
  useSignInLink,
  whyLinkIsRefused,
} from '../../../access/sign-in/sign-in-link-store.ts'
import { staffEmail } from '../../../access/staff.ts'
import { formBody } from '../../../http/body.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { text } from '../frame/finance-requests.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import { signInConfirmPage, signInPage, signInSentPage, signInSpentPage } from './sign-in-view.ts'
import { inKnexTransaction } from '../../../db/database.ts'

const emailField = z.email().max(254)

export type SignInDeps = {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  readonly limits: SignInLimits
  readonly noteRefusal: NoteRefusal
  readonly secondFactor: SignInSettings['secondFactor']
  /** What staff call the identity provider; null when there is none. */
  readonly providerName: string | null
}

/** Staff sign in by a mailed link and sign out by a button. */
export function signInRouter(deps: SignInDeps): Router {
  const { db, clock, newsroomName, providerName, sessions, limits, noteRefusal } = deps
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  const browserCookie = knownBrowserCookie(deps.publicUrl)
  const frame = { text, newsroomName, providerName }

  async function placeOf(ctx: Context, email: string): Promise<AskedFrom> {
    const key = browserCookie.keyOf(ctx)
    return (await isKnownBrowser(db, { key, email }, clock())) ? 'known_browser' : 'elsewhere'
  }

  return (
    new Router()
      .get('/finance/sign-in', (ctx) => {
        answerSigningIn(ctx, signInPage({ ...frame, email: '', problems: [] }))
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
          answerSigningIn(ctx, signInPage({ ...frame, email: typed, problems: [problem] }))
          return
        }
        const request = { email: email.data, askedFrom: await placeOf(ctx, email.data) }
        await limits.askForLink(ctx, request)
        const asked = await inKnexTransaction(db, (tx) => requestSignInMail(tx, request, clock()))
        if (asked.outcome === 'unknown') noteRefusal({ kind: 'refused_address_unknown' })
        if (asked.outcome === 'withheld') noteRefusal({ kind: 'link_withheld', staffId: asked.staffId })
        const sent = signInSentPage({ text, newsroomName, validMinutes: SIGN_IN_LINK_VALID_MINUTES })
        answerSigningIn(ctx, sent)
      })
      // Mail scanners open every link, so opening the link must not use it up.
      .get('/finance/sign-in/:token', (ctx) => {
        answerSigningIn(ctx, signInConfirmPage({ text, newsroomName, token: ctx.params['token'] ?? '' }))
      })
      .post('/finance/sign-in/confirm', sameOrigin, sessions.keep, async (ctx) => {
        const token = (await formBody(ctx)).get('token') ?? ''
        await limits.openLink(ctx)
        const at = clock()
        const signedIn = await inKnexTransaction(db, async (tx) => {
          const staffId = await useSignInLink(tx, token, at)
          if (!staffId) return null
          const browserKey = await rememberBrowser(tx, staffId, browserCookie.keyOf(ctx), at)
          await recordFirstFactor(tx, { staffId, at }, { shown: false, setting: deps.secondFactor })
          return { staffId, browserKey }
        })
        if (!signedIn) {
          noteRefusal(await whyLinkIsRefused(db, token))
          ctx.status = 410
          answerSigningIn(ctx, signInSpentPage({ text, newsroomName }))
          return
        }
        await sessions.signIn(ctx, signedIn.staffId)
        browserCookie.keep(ctx, signedIn.browserKey)
        ctx.status = 303
        ctx.redirect(sessions.takeReturnPath(ctx))
      })
      .post('/finance/sign-out', sameOrigin, sessions.keep, async (ctx) => {
        const staffId = sessions.signOut(ctx)
        if (staffId)
          await inKnexTransaction(db, (tx) => recordSignIn(tx, 'signed_out', { staffId, at: clock() }))
        // Nothing of what finance saw stays in a browser that others use, too. Its pages are not cached in the first place.
        ctx.set('Clear-Site-Data', '"storage"')
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
      })
  )
}

/** For every page of the sign-in: its address may hold a secret, and it has a form. */
export function answerSigningIn(ctx: Context, page: string): void {
  answerPrivately(ctx, page, 'html', 'strict-origin')
}
