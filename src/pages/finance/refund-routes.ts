import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import { z } from 'zod'
import { staffOf, type StaffSessions } from '../../access/session-middleware.ts'
import { makeRefund, type RefundDeps } from '../../refunds/make-refund.ts'
import { submittedRefundRequest } from '../../refunds/refund-request-store.ts'
import { amountToRefund, refundable, refundReasons } from '../../refunds/refund-request.ts'
import { formBody } from '../../http/body.ts'
import { parseOrRefuse } from '../../http/parse.ts'
import { Refusal } from '../../http/refusal.ts'
import { sameOriginOnly } from '../../http/same-origin.ts'
import { donationById } from '../../reports/donation-list-store.ts'
import { amountProblemText } from '../../money/amount-problem-text.ts'
import { formatMoney, storedMoney, type Money } from '../../money/money.ts'
import { text } from './finance-requests.ts'

const refundForm = z.object({ request: z.uuid(), amount: z.string().max(50), reason: z.enum(refundReasons) })

/** Refunds requested on a donation's page. Stripe makes them, and its events book them like every other refund. */
export function refundRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly sessions: StaffSessions
  readonly createRefund: RefundDeps['createRefund']
}): Router {
  const { db, pool, clock, sessions, createRefund } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  return new Router().post('/finance/donations/:id/refunds', ...gate, async (ctx) => {
    const form = parseOrRefuse(
      refundForm,
      Object.fromEntries(await formBody(ctx)),
      text.finance('refund.notValid'),
    )
    const row = await donationById(db, ctx.params['id'] ?? '')
    if (!row) throw new Refusal('not_found', text.finance('donation.notFound'))
    const back = `/finance/donations/${row.id}`
    ctx.status = 303
    const before = await submittedRefundRequest(pool, form.request)
    if (before?.isMade) return ctx.redirect(back)
    const gross = storedMoney(row.gross_minor, row.currency)
    // The first of two identical requests lowers what is refundable, and must not refuse the second: Stripe decides.
    const left = before ? gross : refundable(gross, row.refunded_minor, row.disputed_minor)
    const amount = amountToRefund(form.amount, left)
    if ('problem' in amount) throw new Refusal('conflict', problemText(amount.problem, left))
    await makeRefund(
      { pool, createRefund },
      {
        id: form.request,
        donationId: row.id,
        paymentIntentId: row.payment_intent_id,
        amount,
        reason: form.reason,
        requestedBy: staffOf(ctx).email,
        requestedAt: clock(),
      },
    )
    return ctx.redirect(back)
  })
}

type Problem = Extract<ReturnType<typeof amountToRefund>, { readonly problem: string }>['problem']

function problemText(problem: Problem, left: Money): string {
  switch (problem) {
    case 'zero':
      return text.finance('refund.aboveZero')
    case 'aboveRefundable':
      return text.finance('refund.aboveRefundable', { amount: formatMoney(left, text.language) })
    default:
      return amountProblemText({ problem }, left.currency, text)
  }
}
