import { Router } from '@koa/router'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { makeRefund, type RefundDeps, type RefundResult } from '../../../refunds/make-refund.ts'
import { refundReasons, type RefundAmountProblem } from '../../../refunds/refund-request.ts'
import { formBody } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { amountProblemText } from '../../../money/amount-problem-text.ts'
import { formatMoney, type Money } from '../../../money/money.ts'
import { text } from '../frame/finance-requests.ts'
import { codeInWords } from '../frame/finance-layout-view.ts'

const refundForm = z.object({
  request: z.uuid(),
  amount: z.string().max(50),
  reason: z.enum(refundReasons),
  left: z
    .string()
    .regex(/^\d{1,18}$/)
    .transform(BigInt)
    .optional(),
})

/** Refunds requested on a donation's page. Stripe makes them, and its events book them like every other refund. */
export function refundRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly sessions: StaffSessions
  readonly createRefund: RefundDeps['createRefund']
}): Router {
  const { pool, clock, sessions, createRefund } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  return new Router().post('/finance/donations/:id/refunds', ...gate, async (ctx) => {
    const donationId = z.uuid().safeParse(ctx.params['id']).data
    const form = parseOrRefuse(
      refundForm,
      Object.fromEntries(await formBody(ctx)),
      text.finance('refund.notValid'),
    )
    if (donationId === undefined) throw new Refusal('not_found', text.finance('donation.notFound'))
    const result = await makeRefund(
      { pool, createRefund },
      {
        id: form.request,
        donationId,
        typed: form.amount,
        reason: form.reason,
        leftMinor: form.left,
        requestedBy: actorOf(ctx),
        requestedAt: clock(),
      },
    )
    // The donation's page tells what the request's row says; only this answer knows that the form was sent before.
    const again = result.outcome === 'made_before' ? '&again=yes' : ''
    const { request } = madeOrUnknown(result)
    ctx.status = 303
    ctx.redirect(`/finance/donations/${donationId}?refund=${request.id}${again}`)
  })
}

/** @throws Refusal for every result but a refund that was made or whose answer is not known yet */
function madeOrUnknown(result: RefundResult) {
  const t = text.finance
  switch (result.outcome) {
    case 'made':
    case 'made_before':
    case 'unknown':
      return result
    case 'refused': {
      const { amount, refused } = result.request
      const words = { amount: formatMoney(amount, text.language), refusal: codeInWords(refused ?? '') }
      throw new Refusal('conflict', t('refund.refused', words))
    }
    case 'unknown_donation':
      throw new Refusal('not_found', t('donation.notFound'))
    case 'amount':
      throw new Refusal('conflict', problemText(result.problem, result.left))
    case 'left_changed':
      throw new Refusal(
        'conflict',
        t('refund.leftChanged', { amount: formatMoney(result.left, text.language) }),
      )
    case 'form_of_other_donation':
      throw new Refusal('conflict', t('refund.formOfOtherDonation'))
    case 'form_of_other_refund':
      throw new Refusal('conflict', t('refund.formOfOtherRefund'))
  }
}

function problemText(problem: RefundAmountProblem, left: Money): string {
  switch (problem) {
    case 'zero':
      return text.finance('refund.aboveZero')
    case 'aboveRefundable':
      return text.finance('refund.aboveRefundable', { amount: formatMoney(left, text.language) })
    default:
      return amountProblemText({ problem }, left.currency, text)
  }
}
