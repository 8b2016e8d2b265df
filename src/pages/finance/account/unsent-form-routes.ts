import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { signedInOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import type { SealingKeys } from '../../../access/sealed-secret.ts'
import { UNSENT_FORM_PAGE } from '../../../access/session/unsent-form-middleware.ts'
import { unsentFormOf } from '../../../access/session/unsent-form-store.ts'
import { frameOf, type Newsroom } from '../frame/finance-requests.ts'
import { unsentFormPage } from './unsent-form-view.ts'

/** Whoever was signed out while they typed finds their form again, after the sign-in. */
export function unsentFormRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly keys: { readonly unsentForms: SealingKeys }
}): Router {
  const { db, clock, newsroom, sessions, keys } = deps
  return new Router().get(UNSENT_FORM_PAGE, sessions.keep, sessions.requireStaff('viewer'), async (ctx) => {
    const form = await unsentFormOf(db, signedInOf(ctx).staff.id, keys.unsentForms, clock())
    if (!form) {
      ctx.status = 303
      ctx.redirect('/finance')
      return
    }
    ctx.type = 'html'
    ctx.body = unsentFormPage({ ...frameOf(ctx, newsroom), form })
  })
}
