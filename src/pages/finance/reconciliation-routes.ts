import { Router } from '@koa/router'
import type { Knex } from 'knex'
import type pg from 'pg'
import { z } from 'zod'
import { staffOf, type StaffSessions } from '../../access/session-middleware.ts'
import { formBody } from '../../http/body.ts'
import { parseOrRefuse } from '../../http/parse.ts'
import { Refusal } from '../../http/refusal.ts'
import { sameOriginOnly } from '../../http/same-origin.ts'
import { daysOf, monthOf } from '../../calendar/month.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { localDate } from '../../calendar/local-date.ts'
import { closeMonth, signOff } from '../../reconciliation/close-month.ts'
import { priorPeriodAdjustments } from '../../reconciliation/prior-period-adjustment-store.ts'
import { monthRecord } from '../../reconciliation/month-record-store.ts'
import { payoutById } from '../../settlement/payout-reading-store.ts'
import { payoutQuery } from '../../settlement/payout-record.ts'
import { accountBalances } from '../../reports/trial-balance-store.ts'
import { trialBalanceFrom } from '../../reports/trial-balance.ts'
import { monthAsked, monthChoice, monthNamed } from './month-asked.ts'
import { textFor } from '../../text/text.ts'
import { payoutPage } from './payout-view.ts'
import { reconciliationPage } from './reconciliation-view.ts'

const signForm = z.object({
  object: z.string().min(1).max(255),
  kind: z.string().min(1).max(100),
  amount: z
    .string()
    .regex(/^-?\d{1,18}$/)
    .transform(BigInt),
  reason: z.string().trim().min(3).max(1000),
})

/** Late bookings shown; more of them are a sign that a month was closed too early. */
const LATE_SHOWN = 100

const WRONG_REASON = 'Write the reason in 3 to 1,000 characters: an auditor will read it in a year.'

/** Stripe's books against ours, for people: look, sign what is explained, close the month. */
export function reconciliationPages(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly sessions: StaffSessions
}): Router {
  const { db, pool, clock, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('finance')] as const
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  const closing = { pool, timezone: newsroom.timezone, now: clock }
  const frame = (ctx: object) => ({
    text: textFor('en'),
    newsroomName: newsroom.name,
    staffEmail: staffOf(ctx).email,
    locale: 'en',
    timeZone: newsroom.timezone,
  })
  return new Router()
    .get('/finance/reconciliation', ...gate, async (ctx) => {
      const now = clock()
      const running = monthOf(localDate(now, newsroom.timezone))
      const asked = monthAsked(ctx.query['month'], running)
      const days = daysOf(asked)
      const [books, balances, late] = await Promise.all([
        monthRecord(pool, asked, now),
        accountBalances(db, { to: days.to }),
        priorPeriodAdjustments(pool, days, LATE_SHOWN),
      ])
      ctx.type = 'html'
      ctx.body = reconciliationPage({
        ...frame(ctx),
        ...monthChoice(asked, running),
        books,
        priorPeriodAdjustments: late,
        mayClose: !books.closed && asked < running,
        accounts: trialBalanceFrom(balances, now.toISOString()).rows.filter(({ balance }) => balance !== 0),
      })
    })
    .post('/finance/reconciliation/:month/sign', sameOrigin, ...gate, async (ctx) => {
      const month = monthNamed(ctx.params['month'])
      const { amount, ...signature } = parseOrRefuse(
        signForm,
        Object.fromEntries(await formBody(ctx)),
        WRONG_REASON,
      )
      await signOff(closing, { ...signature, amountMinor: amount, month, by: staffOf(ctx).email })
      ctx.status = 303
      ctx.redirect(`/finance/reconciliation?month=${month}`)
    })
    .post('/finance/reconciliation/:month/close', sameOrigin, ...gate, async (ctx) => {
      const month = monthNamed(ctx.params['month'])
      await closeMonth(closing, month, staffOf(ctx).email)
      ctx.status = 303
      ctx.redirect(`/finance/reconciliation?month=${month}`)
    })
    .get('/finance/payouts/:id', ...gate, async (ctx) => {
      const query = parseOrRefuse(payoutQuery, ctx.query, 'The address is not valid.')
      const payout = await payoutById(pool, ctx.params['id'] ?? '', query)
      if (!payout) throw new Refusal('not_found', 'There is no payout with this id.')
      ctx.type = 'html'
      ctx.body = payoutPage({ ...frame(ctx), payout })
    })
}
