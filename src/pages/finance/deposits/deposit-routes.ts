import { Router } from '@koa/router'
import type pg from 'pg'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { linesOfPayout } from '../../../bank/bank-store.ts'
import { depositCursorText, depositsQuery } from '../../../bank/deposit-list.ts'
import { listDeposits } from '../../../bank/deposit-list-store.ts'
import { parseOrRefuse, problemsOf } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { payoutQuery } from '../../../settlement/payouts/payout-record.ts'
import { payoutById } from '../../../settlement/payouts/payout-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { depositQueryText, depositsPage } from './deposits-view.ts'
import { payoutPage } from './payout-view.ts'

/** Deposits, and the gifts, fees and reversals that each is made of. */
export function depositRouter(deps: {
  readonly pool: pg.Pool
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  return new Router()
    .get('/finance/deposits', ...gate, async (ctx) => {
      // An empty field of the form asks for nothing.
      const typed = Object.fromEntries(
        Object.entries(ctx.query).flatMap(([name, value]) =>
          typeof value === 'string' && value !== '' ? [[name, value]] : [],
        ),
      )
      const read = depositsQuery.safeParse(typed)
      const frame = { ...frameOf(ctx, newsroom), typed }
      ctx.type = 'html'
      if (!read.success) {
        ctx.status = 400
        const problems = problemsOf(read.error).map(({ pointer, message }) => ({
          fieldId: pointer.slice(1),
          message: text.finance('deposits.fieldProblem', { field: pointer.slice(1), problem: message }),
        }))
        ctx.body = depositsPage({ ...frame, rows: [], problems, later: null, earlier: null })
        return
      }
      const { rows, next, previous } = await listDeposits(pool, read.data)
      const address = (place: Readonly<Record<string, string>>) =>
        `/finance/deposits?${depositQueryText(read.data, place)}`
      ctx.body = depositsPage({
        ...frame,
        rows,
        problems: [],
        later: previous && address({ before: depositCursorText(previous) }),
        earlier: next && address({ after: depositCursorText(next) }),
      })
    })
    .get('/finance/deposits/:id', ...gate, async (ctx) => {
      const query = parseOrRefuse(payoutQuery, ctx.query, text.finance('refusal.address'))
      const id = ctx.params['id'] ?? ''
      const payout = await payoutById(pool, id, query)
      if (!payout) throw new Refusal('not_found', text.finance('payout.notFound'))
      const bankLines = await linesOfPayout(pool, payout.id)
      ctx.type = 'html'
      ctx.body = payoutPage({ ...frameOf(ctx, newsroom), payout, bankLines })
    })
    .get('/finance/payouts/:id', ...gate, (ctx) => {
      ctx.status = 301
      ctx.redirect(`/finance/deposits/${encodeURIComponent(ctx.params['id'] ?? '')}`)
    })
}
