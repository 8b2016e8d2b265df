import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { monthOf } from '../../../calendar/month.ts'
import { Refusal } from '../../../http/refusal.ts'
import { storedMoney } from '../../../money/money.ts'
import { refundable } from '../../../refunds/refund-request.ts'
import { donationHistory } from '../../../reports/donation-history-store.ts'
import { donationById, listDonations } from '../../../reports/donation-list-store.ts'
import { donationFrom } from '../../../reports/donation-record.ts'
import { parseSearch } from '../../../reports/donation-search.ts'
import { outstandingRefundsMinor, refundRequest } from '../../../refunds/refund-request-store.ts'
import { payoutsOfPayment } from '../../../settlement/payout-store.ts'
import { donationPage, type DonationView } from './donation-view.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'

/** One donation with its donor and its history. */
export function donationRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  return new Router().get('/finance/donations/:id', ...gate, async (ctx) => {
    const id = ctx.params['id'] ?? ''
    const search = parseSearch(id)
    // Differences name Stripe's id of a payment, a refund or a dispute; each redirects to its donation.
    if (search.by === 'payment_intent' || search.by === 'reversal') {
      const [found] = (await listDonations(db, { q: search, limit: 1 })).rows
      if (found) return ctx.redirect(`/finance/donations/${found.id}`)
    }
    const row = await donationById(db, id)
    if (!row) throw new Refusal('not_found', text.finance('donation.notFound'))
    const [history, payouts, outstandingMinor, requested] = await Promise.all([
      donationHistory(db, row),
      payoutsOfPayment(pool, row.payment_intent_id),
      outstandingRefundsMinor(pool, row.id),
      requestedRefund(pool, row.id, ctx.query),
    ])
    const { currency, settlement_currency: settlementCurrency, succeeded_at: succeededAt } = row
    const settled = (minor: bigint | null) =>
      settlementCurrency === null || minor === null ? null : storedMoney(minor, settlementCurrency)
    const gross = storedMoney(row.gross_minor, currency)
    ctx.type = 'html'
    ctx.body = donationPage({
      ...frameOf(ctx, newsroom),
      ...donationFrom(row, ''),
      gross,
      refunded: storedMoney(row.refunded_minor, currency),
      disputed: storedMoney(row.disputed_minor, currency),
      refundOutstanding: storedMoney(outstandingMinor, currency),
      refundable: refundable(gross, {
        refundedMinor: row.refunded_minor,
        disputedMinor: row.disputed_minor,
        outstandingMinor,
      }),
      requested,
      fee: settled(row.fee_minor),
      net: settled(row.net_minor),
      succeededAt,
      month: monthOf(localDate(succeededAt, newsroom.timezone)),
      message: row.message,
      payouts,
      history,
      refundRequestId: randomUUID(),
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
