import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { NoteRefusal } from '../../../access/authentication-log.ts'
import { recordSignIn } from '../../../access/record-sign-in.ts'
import { knownBrowserCookie } from '../../../access/known-browser-middleware.ts'
import { isKnownBrowser, rememberBrowser } from '../../../access/known-browser-store.ts'
import type { AskedFrom } from '../../../access/link-budget.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import {
  requestSignInMail,
  SIGN_IN_LINK_VALID_MINUTES,
  type LinkRequest,
  useSignInLink,
  whyLinkIsRefused,
} from '../../../access/sign-in-link-store.ts'
import { staffEmail } from '../../../access/staff.ts'
import type { Callers } from '../../../http/client-ip.ts'
import { formBody } from '../../../http/body.ts'
import { addressKey, type RateLimit, type RateLimiter } from '../../../http/rate-limit.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { answerPrivately } from '../../../http/no-store.ts'
import { text } from '../frame/finance-requests.ts'
import { signInConfirmPage, signInPage, signInSentPage, signInSpentPage } from './sign-in-view.ts'

const emailField = z.email().max(254)

/** One network's requests for links: to one address, and in all. Many people of a newsroom share one network. */
export const SIGN_INS: RateLimit = { points: 10, seconds: 900 }
export const SIGN_INS_OF_NETWORK: RateLimit = { points: 60, seconds: 900 }

/** Staff sign in by a mailed link and sign out by a button. */
export function signInRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  /** Counts requests for a link: by e-mail address and the network that asks for it, or by known browser. */
  readonly limiter: RateLimiter
  /** Counts requests for any link, by the network that asks. Known browsers do not share it. */
  readonly networkLimiter: RateLimiter
  readonly callers: Callers
  readonly hashKey: string
  readonly noteRefusal: NoteRefusal
}): Router {
  const { db, clock, newsroomName, sessions, limiter, networkLimiter, callers, hashKey, noteRefusal } = deps
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  const browserCookie = knownBrowserCookie(deps.publicUrl)

  async function placeOf(ctx: Context, email: string): Promise<AskedFrom> {
    const key = browserCookie.keyOf(ctx)
    return (await isKnownBrowser(db, { key, email }, clock())) ? 'known_browser' : 'elsewhere'
  }

  /** @throws Refusal too_many_requests */
  async function countAsked(ctx: Context, { email, askedFrom }: LinkRequest): Promise<void> {
    if (askedFrom === 'known_browser') return limiter.take(`known.${addressKey(email, hashKey)}`)
    const network = addressKey(callers.addressOf(ctx.req), hashKey)
    // Behind a proxy that is not trusted everybody would share this count.
    if (callers.limitedAs(ctx.req)) await networkLimiter.take(`network.${network}`)
    await limiter.take(`asked.${addressKey(`${network} ${email}`, hashKey)}`)
  }

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
        const request = { email: email.data, askedFrom: await placeOf(ctx, email.data) }
        await countAsked(ctx, request)
        const asked = await db.transaction((tx) => requestSignInMail(tx, request, clock()))
        if (asked.outcome === 'unknown') noteRefusal({ kind: 'refused_address_unknown' })
        if (asked.outcome === 'withheld') noteRefusal({ kind: 'link_withheld', staffId: asked.staffId })
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
        const signedIn = await db.transaction(async (tx) => {
          const staffId = await useSignInLink(tx, token, at)
          if (!staffId) return null
          const browserKey = await rememberBrowser(tx, staffId, browserCookie.keyOf(ctx), at)
          await recordSignIn(tx, 'signed_in', { staffId, at })
          return { staffId, browserKey }
        })
        if (!signedIn) {
          noteRefusal(await whyLinkIsRefused(db, token))
          ctx.status = 410
          answerPrivately(ctx, signInSpentPage({ text, newsroomName }), 'html')
          return
        }
        await sessions.signIn(ctx, signedIn.staffId)
        browserCookie.keep(ctx, signedIn.browserKey)
        ctx.status = 303
        ctx.redirect('/finance')
      })
      .post('/finance/sign-out', sameOrigin, sessions.keep, async (ctx) => {
        const staffId = sessions.signOut(ctx)
        if (staffId) await db.transaction((tx) => recordSignIn(tx, 'signed_out', { staffId, at: clock() }))
        ctx.status = 303
        ctx.redirect('/finance/sign-in')
      })
  )
}
