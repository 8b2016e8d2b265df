import { Router } from '@koa/router'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { frameOf, type Newsroom } from '../frame/finance-requests.ts'
import { reportIndexPage } from './report-index-view.ts'

/** The list of reports. */
export function reportRouter(deps: {
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { newsroom, sessions } = deps
  return new Router().get('/finance/reports', sessions.keep, sessions.requireStaff('viewer'), (ctx) => {
    ctx.type = 'html'
    ctx.body = reportIndexPage(frameOf(ctx, newsroom))
  })
}
