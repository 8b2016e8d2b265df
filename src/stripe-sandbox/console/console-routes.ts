import { Router } from '@koa/router'
import { z } from 'zod'
import { StripeRefusal } from '../api/errors.ts'
import type { CheckoutSimulator } from '../checkout/checkout-simulator.ts'
import { parseAmount } from '../currencies.ts'
import type { DeliveryWorker } from '../delivery/delivery-worker.ts'
import { readForm, seeOther, sendPage, sendStyle } from '../pages/page-http.ts'
import type { Runtime } from '../runtime.ts'
import { DAY_MS } from '../time.ts'
import { consoleView, refusedPage } from './console-view.ts'
import type { SandboxConsole } from './console.ts'

type Form = Readonly<Record<string, string>>
type Action = (id: string, form: Form) => Promise<unknown>

const settleSchema = z.object({ outcome: z.enum(['succeeded', 'failed']) })
const clockSchema = z.union([
  z.object({ to: z.iso.datetime({ offset: true }) }),
  z.object({ days: z.coerce.number().int().positive().max(3660) }),
])
const disputeKindSchema = z.enum(['dispute', 'inquiry', 'lost_at_once'])

/** The console: what people, banks and time do, as buttons on one page. */
export function consoleRoutes(deps: {
  readonly runtime: Runtime
  readonly simulator: CheckoutSimulator
  readonly console: SandboxConsole
  readonly deliveries: DeliveryWorker
}): Router {
  const { runtime, simulator, deliveries } = deps
  const router = new Router()
  router.get('/', (ctx) => sendPage(ctx, 200, consoleView(runtime.context())))
  router.get('/sandbox.css', sendStyle)
  router.post('/events/:id/resend', async (ctx) => {
    await readForm(ctx)
    await deliveries.resend(String(ctx.params['id']))
    seeOther(ctx, '/')
  })
  router.post('/sessions/:id/settle', async (ctx) => {
    const { outcome } = settleSchema.parse(await readForm(ctx))
    const id = String(ctx.params['id'])
    // When the debit has settled in the meantime, the page shows that: there is nothing to refuse.
    if (runtime.context().state.bank_debit.get(id)?.settled === false) simulator.settleBankDebit(id, outcome)
    seeOther(ctx, '/')
  })
  // `to`: a time with its offset, `2026-12-01T00:00:00Z`. `days`: from now.
  router.post('/_sandbox/clock', async (ctx) => {
    const form = clockSchema.safeParse(await readForm(ctx))
    if (!form.success)
      return sendPage(ctx, 400, refusedPage('The clock needs a time (to) or a number of days.'))
    const { data } = form
    const targetMs = 'to' in data ? Date.parse(data.to) : runtime.nowMs() + data.days * DAY_MS
    if (targetMs < runtime.nowMs()) return sendPage(ctx, 400, refusedPage('The clock goes forward only.'))
    runtime.advanceTo(targetMs)
    seeOther(ctx, '/')
  })
  for (const [path, act] of Object.entries(actionsOf(runtime, deps.console))) {
    router.post(path, async (ctx) => {
      const form = await readForm(ctx)
      try {
        await act(String(ctx.params['id']), form)
      } catch (error) {
        if (error instanceof StripeRefusal) return sendPage(ctx, 400, refusedPage(error.message))
        throw error
      }
      seeOther(ctx, '/')
    })
  }
  return router
}

const isoMonth = (ms: number): string => new Date(ms).toISOString().slice(0, 7)

function actionsOf({ state, nowMs }: Runtime, console: SandboxConsole): Readonly<Record<string, Action>> {
  return {
    '/charges/:id/refund': async (id, { amount = '' }) => {
      if (amount.trim() === '') return console.refund(id)
      const minor = parseAmount(amount.trim(), state.charge.get(id)?.currency ?? '')
      if (minor === null) throw new StripeRefusal(400, NOT_AN_AMOUNT, false)
      return console.refund(id, { amount: minor })
    },
    '/charges/:id/dispute': (id, { kind }) => console.dispute(id, { kind: disputeKindSchema.parse(kind) }),
    '/charges/:id/warn': (id) => console.createEarlyFraudWarning(id),
    '/charges/:id/return': (id) => console.returnBankDebit(id),
    '/refunds/:id/fail': (id) => console.settleRefund(id, 'failed'),
    '/disputes/:id/evidence': (id) => console.submitEvidence(id),
    '/disputes/:id/escalate': (id) => console.escalateInquiry(id),
    '/disputes/:id/won': (id) => console.closeDispute(id, 'won'),
    '/disputes/:id/lost': (id) => console.closeDispute(id, 'lost'),
    '/disputes/:id/withdraw-again': (id) => console.withdrawAgain(id),
    '/disputes/:id/withdrawn': (id) => console.closeDispute(id, 'withdrawn'),
    '/disputes/:id/warning_closed': (id) => console.closeDispute(id, 'warning_closed'),
    '/payouts/:id/fail': (id) => console.failPayout(id),
    '/subscriptions/:id/decline': (id) => console.declineRenewals(id, 1),
    // `2026-12`: the last month in which the card is valid; this month unless it is given.
    '/subscriptions/:id/card-expires': (id, { month = '' }) => {
      const [year, last] = (/^\d{4}-\d{2}$/.test(month) ? month : isoMonth(nowMs())).split('-').map(Number)
      return console.cardExpires(id, { year: year ?? 0, month: last ?? 1 })
    },
    '/subscriptions/:id/cancel-later': (id) => console.cancelSubscription(id, 'period end'),
    '/subscriptions/:id/cancel-now': (id) => console.cancelSubscription(id, 'now'),
  }
}

const NOT_AN_AMOUNT = {
  type: 'invalid_request_error',
  message: 'Please enter an amount such as 3.50.',
} as const
