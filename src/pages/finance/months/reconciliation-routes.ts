import { Router } from '@koa/router'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { formBody } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { daysOf, monthOf } from '../../../calendar/month.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { explainOtherActivity } from '../../../reconciliation/explain.ts'
import { closeMonth, signOff } from '../../../reconciliation/close-month.ts'
import { priorPeriodAdjustments } from '../../../reconciliation/prior-period-adjustment-store.ts'
import { monthRecord } from '../../../reconciliation/month-close-store.ts'
import { accountBalances } from '../../../reports/books/books-store.ts'
import { trialBalanceFrom } from '../../../reports/trial-balance.ts'
import {
  frameOf,
  monthChoice,
  monthIn,
  requestedMonth,
  text,
  type Newsroom,
} from '../frame/finance-requests.ts'
import { reconciliationPage } from './reconciliation-view.ts'
import { unreadableMonthPage } from './unreadable-month-view.ts'

const signForm = z.object({
  object: z.string().min(1).max(255),
  kind: z.string().min(1).max(100),
  amount: z
    .string()
    .regex(/^-?\d{1,18}$/)
    .transform(BigInt),
  reason: z.string().trim().min(3).max(1000),
})

const otherActivityForm = z.object({ explained: z.enum(['yes', 'no']) })

/** Prior-period adjustments on a page; more of them are a sign that a month was closed too early. */
const ADJUSTMENTS_ON_A_PAGE = 100

/** The pages on which finance compares our books with Stripe's balance, signs differences off and closes the month. */
export function reconciliationPages(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('finance')] as const
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  const closing = { pool, timezone: newsroom.timezone, now: clock }
  return new Router()
    .get('/finance/reconciliation', ...gate, async (ctx) => {
      const now = clock()
      const running = monthOf(localDate(now, newsroom.timezone))
      const month = requestedMonth(ctx.query['month'], running)
      const days = daysOf(month)
      const [read, balances, adjustments] = await Promise.all([
        monthRecord(pool, month, now),
        accountBalances(pool, { to: days.to }),
        priorPeriodAdjustments(pool, days, ADJUSTMENTS_ON_A_PAGE),
      ])
      const frame = {
        ...frameOf(ctx, newsroom),
        ...monthChoice(month, running),
        accounts: trialBalanceFrom(balances, now.toISOString()).rows.filter(({ balance }) => balance !== 0),
      }
      ctx.type = 'html'
      if (read.record === null) {
        ctx.body = unreadableMonthPage({ ...frame, unreadable: read.unreadable })
        return
      }
      ctx.body = reconciliationPage({
        ...frame,
        record: read.record,
        priorPeriodAdjustments: adjustments,
        mayClose: !read.record.closed && month < running,
      })
    })
    .post('/finance/reconciliation/:month/sign', sameOrigin, ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { amount, ...signature } = parseOrRefuse(
        signForm,
        Object.fromEntries(await formBody(ctx)),
        text.finance('reconciliation.reasonNotValid'),
      )
      await signOff(closing, { ...signature, amountMinor: amount, month, by: actorOf(ctx) })
      ctx.status = 303
      ctx.redirect(`/finance/reconciliation?month=${month}`)
    })
    .post('/finance/reconciliation/:month/other-activity', sameOrigin, ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { explained } = parseOrRefuse(
        otherActivityForm,
        Object.fromEntries(await formBody(ctx)),
        text.finance('otherActivity.notValid'),
      )
      await explainOtherActivity(closing, { isExplained: explained === 'yes', by: actorOf(ctx) })
      ctx.status = 303
      ctx.redirect(`/finance/reconciliation?month=${month}#other-activity`)
    })
    .post('/finance/reconciliation/:month/close', sameOrigin, ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      await closeMonth(closing, month, actorOf(ctx))
      ctx.status = 303
      ctx.redirect(`/finance/reconciliation?month=${month}`)
    })
}
