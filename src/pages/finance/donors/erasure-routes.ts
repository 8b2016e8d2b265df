import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { inTransaction } from '../../../db/database.ts'
import { exportDonor } from '../../../donors/donor-export.ts'
import { lockDonorOf } from '../../../donors/erasure/erasure-store.ts'
import { eraseDonor } from '../../../donors/erasure/erase-donor.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { showsAgain } from '../frame/form-requests.ts'
import { erasurePage } from './erasure-view.ts'

/** Export and erasure of the donor of a gift. */
export function erasureRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, sessions } = deps
  const admin = [sessions.keep, sessions.requireStaff('admin')] as const

  async function show(ctx: Context): Promise<void> {
    const donationId = idIn(ctx['params']['id'])
    const donor = await inTransaction(pool, (tx) => lockDonorOf(tx, donationId))
    if (!donor) throw notFound()
    ctx.type = 'html'
    ctx.body = erasurePage({
      ...frameOf(ctx, newsroom),
      donationId,
      name: donor.name,
      gifts: donor.donationIds.length,
      isActive: donor.activeSubscriptions.length > 0,
    })
  }

  return new Router()
    .get('/finance/donors/:id/erase', ...admin, (ctx) => show(ctx))
    .post(
      '/finance/donors/:id/erase',
      sameOriginOnly(deps.publicUrl),
      ...admin,
      showsAgain({ page: show }),
      async (ctx) => {
        const donationId = idIn(ctx.params['id'])
        await eraseDonor(deps, { donationId, actor: actorOf(ctx) })
        ctx.status = 303
        ctx.redirect(`/finance/donations/${donationId}`)
      },
    )
    .get('/finance/donors/:id/export', sessions.keep, sessions.requireStaff('auditor'), async (ctx) => {
      const donationId = idIn(ctx.params['id'])
      const found = await exportDonor(deps, { donationId, actor: actorOf(ctx) })
      ctx.attachment(`donor-${donationId}.json`)
      ctx.type = 'application/json'
      ctx.body = JSON.stringify(found, null, 2)
    })
}

/** @throws Refusal not_found for what is no id */
function idIn(given: string | undefined): string {
  const id = z.uuid().safeParse(given).data
  if (id === undefined) throw notFound()
  return id
}

function notFound(): Refusal {
  return new Refusal('not_found', text.finance('erasure.notFound'))
}
