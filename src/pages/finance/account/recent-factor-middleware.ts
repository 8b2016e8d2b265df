import type { Middleware } from 'koa'
import { RECENT_MS } from '../../../access/second-factor/second-factor.ts'
import { signedInOf, type StaffSessions } from '../../../access/session/session-middleware.ts'

/**
 * Whoever has a second factor shows it again before a change of the second factors, unless they have just shown one:
 * a browser that was left alone must not be enough to lock its owner out. It stands after `requireStaff` or
 * `requireStanding`.
 */
export function recentFactorOnly(sessions: StaffSessions, clock: () => Date): Middleware {
  return async (ctx, next) => {
    const { hasSecondFactor, secondFactorAt } = signedInOf(ctx)
    const isRecent = secondFactorAt !== null && clock().getTime() - secondFactorAt.getTime() < RECENT_MS
    if (isRecent || !hasSecondFactor) await next()
    // A form that was sent is not sent again: the page that it stands on opens.
    else sessions.askForSecondFactor(ctx, ctx.method === 'GET' ? ctx.url : '/finance/account')
  }
}
