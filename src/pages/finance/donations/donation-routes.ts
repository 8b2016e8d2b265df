import { Router } from '@koa/router'
import { z } from 'zod'
import type pg from 'pg'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { listDonations } from '../../../reports/donation-list/donation-list-store.ts'
import { parseSearch } from '../../../reports/donation-list/donation-search.ts'
import { refundRequest } from '../../../refunds/refund-request-store.ts'
import { doneByForms, type DonationView } from './donation-view.ts'
import { showDonation, type ShowDeps } from './show-donation.ts'

/** One donation with its donor, its timeline and its history. */
export function donationRouter(deps: ShowDeps & { readonly sessions: StaffSessions }): Router {
  const { db, pool, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  return new Router().get('/finance/donations/:id', ...gate, async (ctx) => {
    const id = ctx.params['id'] ?? ''
    const search = parseSearch(id)
    // Differences name Stripe's id of a payment, a refund or a dispute; each redirects to its donation.
    if (search.by === 'payment_intent' || search.by === 'reversal') {
      const [found] = (await listDonations(db, { q: search, limit: 1 })).rows
      if (found) return ctx.redirect(`/finance/donations/${found.id}`)
    }
    const done = z.enum(doneByForms).safeParse(ctx.query['done']).data ?? null
    const isId = z.uuid().safeParse(id).success
    return showDonation(deps, ctx, id, {
      requested: isId ? await requestedRefund(pool, id, ctx.query) : null,
      done,
    })
  })
}

/** The refund form that led to the page: `?refund=` names its request, and `again` says that it was sent before. */
async function requestedRefund(
  pool: pg.Pool,
  donationId: string,
  query: { readonly refund?: unknown; readonly again?: unknown },
): Promise<DonationView['requested']> {
  const id = z.uuid().safeParse(query.refund).data
  const request = id === undefined ? null : await refundRequest(pool, id)
  return request?.donationId === donationId ? { request, isRepeated: query.again !== undefined } : null
}
