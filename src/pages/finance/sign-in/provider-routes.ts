import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { NoteRefusal } from '../../../access/audit/authentication-log.ts'
import { admitVouchedFor } from '../../../access/manage-staff.ts'
import { vouchedFor } from '../../../access/sign-in/provider.ts'
import {
  identityProvider,
  ProviderAnswerRefused,
  type ProviderAttempt,
} from '../../../access/sign-in/provider-gateway.ts'
import { recordFirstFactor } from '../../../access/sign-in/record-sign-in.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import type { ProviderSettings, SignInSettings } from '../../../access/sign-in/sign-in-settings.ts'
import { cookiePlace } from '../../../http/public-path.ts'
import { text } from '../frame/finance-requests.ts'
import { providerRefusedPage } from './sign-in-view.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import { answerSigningIn } from './sign-in-routes.ts'
import { inKnexTransaction } from '../../../db/database.ts'

const PAGE = '/finance/sign-in/provider'
/** As long as somebody may take at the provider. */
const ATTEMPT_MS = 15 * 60_000

const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() })

/** Staff sign in at the newsroom's identity provider and come back. */
export function providerRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  readonly limits: SignInLimits
  readonly noteRefusal: NoteRefusal
  readonly secondFactor: SignInSettings['secondFactor']
  readonly provider: ProviderSettings
  readonly log: Logger
}): Router {
  const { db, clock, newsroomName, sessions, limits, provider, secondFactor: setting } = deps
  const at = identityProvider(provider, {
    callbackUrl: `${deps.publicUrl}${PAGE}/callback`,
    clock,
    log: deps.log,
  })
  const attempts = attemptCookie(deps.publicUrl)

  /** @returns whom the answer lets in, or a short reason for the log */
  async function letIn(ctx: Context, attempt: ProviderAttempt | null) {
    if (!attempt) return 'attempt_unknown'
    const claims = await at.finish(ctx.search, attempt).catch((error: unknown) => {
      if (error instanceof ProviderAnswerRefused) return error.message
      throw error
    })
    if (typeof claims === 'string') return claims
    const vouched = vouchedFor(claims, provider)
    if (typeof vouched === 'string') return vouched
    const now = clock()
    const { secondFactorShown: shown } = vouched
    return inKnexTransaction(db, async (tx) => {
      const staffId = await admitVouchedFor(tx, vouched, now)
      if (!staffId) return 'nobody_here'
      await recordFirstFactor(tx, { staffId, at: now }, { shown, setting })
      return { staffId, shown }
    })
  }

  return new Router()
    .get(PAGE, async (ctx) => {
      await limits.useProvider(ctx)
      const { url, attempt } = await at.begin()
      attempts.keep(ctx, attempt)
      ctx.set('Cache-Control', 'no-store')
      ctx.status = 303
      ctx.redirect(url)
    })
    .get(`${PAGE}/callback`, sessions.keep, async (ctx) => {
      await limits.useProvider(ctx)
      const outcome = await letIn(ctx, attempts.take(ctx))
      if (typeof outcome === 'string') {
        at.logRefusal(outcome)
        deps.noteRefusal({ kind: 'refused_by_provider' })
        ctx.status = 403
        return answerSigningIn(ctx, providerRefusedPage({ text, newsroomName, providerName: provider.name }))
      }
      await sessions.signIn(ctx, outcome.staffId, outcome.shown)
      ctx.set('Cache-Control', 'no-store')
      ctx.status = 303
      ctx.redirect(sessions.takeReturnPath(ctx))
    })
}

/** A signed cookie that nobody else can make, taken by the first answer. */
function attemptCookie(publicUrl: string) {
  const secure = publicUrl.startsWith('https:')
  const { prefix, path } = cookiePlace(publicUrl)
  const name = `${prefix}staff-provider`
  const options = { httpOnly: true, sameSite: 'lax', secure, signed: true, path } as const
  const set = (ctx: Context, value: string | null, more: { maxAge?: number } = {}) => {
    // TLS ends at a proxy, so PUBLIC_URL decides, not the connection to this process.
    if (secure) ctx.cookies.secure = true
    ctx.cookies.set(name, value, { ...options, ...more })
  }
  return {
    keep(ctx: Context, attempt: ProviderAttempt): void {
      const value = Buffer.from(JSON.stringify(attempt)).toString('base64url')
      set(ctx, value, { maxAge: ATTEMPT_MS })
    },
    take(ctx: Context): ProviderAttempt | null {
      const kept = ctx.cookies.get(name, { signed: true })
      if (kept === undefined) return null
      set(ctx, null)
      return attemptSchema.parse(JSON.parse(Buffer.from(kept, 'base64url').toString()))
    },
  }
}
