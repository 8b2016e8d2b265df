import { Router } from '@koa/router'
import type pg from 'pg'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { frameOf, type Newsroom } from '../frame/finance-requests.ts'
import { readSetUpFacts } from './set-up-store.ts'
import { setUpOf, type SetUpConfig } from './set-up.ts'
import { setUpPage } from './set-up-view.ts'

/** The first-run page. */
export function setUpRouter(deps: {
  readonly pool: pg.Pool
  readonly newsroom: Newsroom
  readonly config: SetUpConfig
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, config, sessions } = deps
  return new Router().get('/finance/set-up', sessions.keep, sessions.requireStaff('finance'), async (ctx) => {
    const setUp = setUpOf(config, await readSetUpFacts(pool))
    ctx.type = 'html'
    ctx.body = setUpPage({ ...frameOf(ctx, newsroom), setUp, sites: config.allowedOrigins })
  })
}
