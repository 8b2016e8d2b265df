import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { makeRefund, previewRefund, type NotRecorded, type RefundDeps } from '../../../refunds/make-refund.ts'
import { refundReasons, type RefundAmountProblem } from '../../../refunds/refund-request.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { amountProblemText } from '../../../money/amount-problem-text.ts'
import { formatMoney, type Money } from '../../../money/money.ts'
import { keepToChange, readForm, showsAgain } from '../frame/form-requests.ts'
import { frameOf, text } from '../frame/finance-requests.ts'
import { codeInWords } from '../frame/finance-layout-view.ts'
import { limitFor } from './refund-limit.ts'
import { refundConfirmationPage } from './refund-view.ts'
import { showDonation, type ShowDeps } from './show-donation.ts'

const MOST_NOTE = 1_000

const refundForm = z.object({
  request: z.uuid(),
  amount: z.string().max(50),
  reason: z.enum(refundReasons),
  note: z.string().trim().max(MOST_NOTE).default(''),
  left: z
    .string()
    .regex(/^\d{1,18}$/)
    .transform(BigInt)
    .optional(),
  step: z.enum(['check', 'change', 'confirm']).default('check'),
})

type Deps = ShowDeps & {
  readonly publicUrl: string
  readonly sessions: StaffSessions
  readonly createRefund: RefundDeps['createRefund']
}

/** Refunds requested on a donation's page. Stripe makes them, and its events book them like every other refund. */
export function refundRouter(deps: Deps): Router {
  const { pool, clock, sessions, createRefund } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const again = showsAgain({
    page: (ctx) => showDonation(deps, ctx, idIn(ctx)),
    idOf: (field) => `refund-${field}`,
    main: 'amount',
    texts: ['amount', 'note'],
  })
  return new Router().post('/finance/donations/:id/refunds', ...gate, again, async (ctx) => {
    const donationId = idIn(ctx)
    const { step, ...form } = await readForm(ctx, refundForm, fieldWords)
    if (step === 'change') {
      keepToChange(ctx)
      return showDonation(deps, ctx, donationId)
    }
    const asked = {
      id: form.request,
      donationId,
      typed: form.amount,
      reason: form.reason,
      note: form.note === '' ? null : form.note,
      leftMinor: form.left,
      limitFor: (currency: Money['currency']) => limitFor(deps.refundLimits, staffOf(ctx).role, currency),
      requestedBy: actorOf(ctx),
      requestedAt: clock(),
    }
    if (step === 'check') {
      const preview = await previewRefund(pool, asked)
      if (preview.outcome !== 'possible') throw refusalOf(preview)
      ctx.type = 'html'
      ctx.body = refundConfirmationPage({
        ...frameOf(ctx, deps.newsroom),
        donationId,
        request: form.request,
        leftMinor: preview.left.minor,
        typed: form,
        amount: preview.amount,
        gross: preview.gross,
        donorName: preview.donorName,
      })
      return undefined
    }
    const result = await makeRefund({ pool, createRefund }, asked)
    if (!('request' in result)) throw refusalOf(result)
    if (result.outcome === 'refused') {
      const { amount, refused } = result.request
      const words = { amount: formatMoney(amount, text.language), refusal: codeInWords(refused ?? '') }
      throw new Refusal('conflict', text.finance('refund.refused', words))
    }
    // The donation's page tells what the request's row says; only this answer knows that the form was sent before.
    const repeated = result.outcome === 'made_before' ? '&again=yes' : ''
    ctx.status = 303
    return ctx.redirect(`/finance/donations/${donationId}?refund=${result.request.id}${repeated}`)
  })
}

const fieldWords = {
  amount: text.finance('refund.problem.amount'),
  reason: text.finance('refund.problem.reason'),
  note: text.finance('refund.problem.note'),
  form: text.finance('refund.notValid'),
}

/** @throws Refusal not_found for what is no id */
function idIn(ctx: Context): string {
  const id = z.uuid().safeParse(ctx['params']['id']).data
  if (id === undefined) throw new Refusal('not_found', text.finance('donation.notFound'))
  return id
}

function refusalOf(result: NotRecorded): Refusal {
  return result.outcome === 'unknown_donation'
    ? new Refusal('not_found', text.finance('donation.notFound'))
    : new Refusal('conflict', problemInWords(result))
}

function problemInWords(result: Exclude<NotRecorded, { outcome: 'unknown_donation' }>): string {
  const t = text.finance
  const shown = (amount: Money) => formatMoney(amount, text.language)
  switch (result.outcome) {
    case 'amount':
      return amountInWords(result.problem, result.left)
    case 'above_limit':
      return t('refund.aboveLimit', { limit: shown(result.limit) })
    case 'left_changed':
      return t('refund.leftChanged', { amount: shown(result.left) })
    case 'form_of_other_donation':
      return t('refund.formOfOtherDonation')
    case 'form_of_other_refund':
      return t('refund.formOfOtherRefund')
  }
}

function amountInWords(problem: RefundAmountProblem, left: Money): string {
  switch (problem) {
    case 'zero':
      return text.finance('refund.aboveZero')
    case 'aboveRefundable':
      return text.finance('refund.aboveRefundable', { amount: formatMoney(left, text.language) })
    default:
      return amountProblemText({ problem }, left.currency, text)
  }
}
