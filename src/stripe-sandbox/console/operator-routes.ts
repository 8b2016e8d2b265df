import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import type { Controls } from './controls.ts'
import { minorUnits } from '../currencies.ts'
import { StripeRefusal } from '../api/errors.ts'
import { refusedPage } from './operator-view.ts'
import { readForm, sendPage } from '../page-exit.ts'
import { DAY_MS } from '../settings.ts'
import type { Stage } from '../stage.ts'

type Form = Record<string, string>
type Act = (id: string, form: Form) => Promise<unknown>

const clockSchema = z.union([
  z.object({ to: z.iso.datetime({ offset: true }) }),
  z.object({ days: z.coerce.number().int().positive().max(3660) }),
])
const kindSchema = z.enum(['dispute', 'inquiry', 'lost_at_once'])

/** What people, banks and time do, as buttons on the operator's page. */
export function operatorRoutes({ stage, controls }: { stage: Stage; controls: Controls }): Router {
  const router = new Router()
  const acts = actsOf(stage, controls)
  /** `to`: a moment with its offset, `2026-12-01T00:00:00Z`; or `days`: so many from now. */
  router.post('/_sandbox/clock', async (ctx) => {
    const asked = clockSchema.safeParse(await readForm(ctx))
    if (!asked.success) return refuse(ctx, 'The clock needs a moment (to) or a number of days.')
    const { data } = asked
    const atMs = 'to' in data ? Date.parse(data.to) : stage.nowMs() + data.days * DAY_MS
    if (atMs < stage.nowMs()) return refuse(ctx, 'The clock goes forward only.')
    stage.advanceTo(atMs)
    return home(ctx)
  })
  for (const [path, act] of Object.entries(acts)) {
    router.post(path, async (ctx) => {
      const form = await readForm(ctx)
      try {
        await act(String(ctx.params['id']), form)
      } catch (error) {
        // Too late, or too much: said on a page instead of in JSON.
        if (error instanceof StripeRefusal) return refuse(ctx, error.message)
        throw error
      }
      return home(ctx)
    })
  }
  return router
}

function actsOf({ state }: Stage, controls: Controls): Readonly<Record<string, Act>> {
  return {
    '/charges/:id/refund': (id, { amount = '' }) => {
      if (amount.trim() === '') return controls.refund(id)
      const minor = minorUnits(amount.trim(), state.charge.get(id)?.currency ?? '')
      if (minor === null) return Promise.reject(new StripeRefusal(400, notAnAmount, false))
      return controls.refund(id, { amount: minor })
    },
    '/charges/:id/dispute': (id, { kind }) => controls.dispute(id, { kind: kindSchema.parse(kind) }),
    '/charges/:id/warn': (id) => controls.warnOfFraud(id),
    '/charges/:id/come-back': (id) => controls.failBankDebit(id),
    '/refunds/:id/fail': (id) => controls.settleRefund(id, 'failed'),
    '/disputes/:id/answer': (id) => controls.answerDispute(id),
    '/disputes/:id/escalate': (id) => controls.escalateInquiry(id),
    '/disputes/:id/won': (id) => controls.closeDispute(id, 'won'),
    '/disputes/:id/lost': (id) => controls.closeDispute(id, 'lost'),
    '/disputes/:id/withdrawn': (id) => controls.closeDispute(id, 'withdrawn'),
    '/disputes/:id/warning_closed': (id) => controls.closeDispute(id, 'warning_closed'),
    '/payouts/:id/fail': (id) => controls.failPayout(id),
    '/subscriptions/:id/decline': (id) => controls.declineRenewals(id, 1),
    '/subscriptions/:id/cancel-later': (id) => controls.cancelSubscription(id, 'period end'),
    '/subscriptions/:id/cancel-now': (id) => controls.cancelSubscription(id, 'now'),
  }
}

const notAnAmount = {
  type: 'invalid_request_error',
  message: 'Please enter an amount such as 3.50.',
} as const

function home(ctx: Context): void {
  ctx.redirect('/')
  ctx.status = 303 // a reload must not do it again
}

function refuse(ctx: Context, words: string): Promise<void> {
  return sendPage(ctx, 400, refusedPage(words))
}
