import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type pg from 'pg'
import type { z } from 'zod'
import type { Role } from '../access/role.ts'
import { depositCursorText, depositFrom, depositsQuery, type depositsAnswer } from '../bank/deposit-list.ts'
import { listDeposits } from '../bank/deposit-list-store.ts'
import { parseQuery } from '../http/parse.ts'
import { Refusal } from '../http/refusal.ts'
import { monthRecord } from './months/month-close-store.ts'
import { payoutById } from '../settlement/payouts/payout-store.ts'
import { payoutQuery } from '../settlement/payouts/payout-record.ts'
import { reconciliationQuery } from './reconciliation-record.ts'
import type { StoredClosing } from './months/stored-record.ts'

/** Our ledger compared with Stripe's balance, for programs. */
export function reconciliationRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { pool, clock, requireToken } = deps
  return new Router()
    .get('/api/reconciliation', requireToken('auditor'), async (ctx) => {
      const { month } = parseQuery(reconciliationQuery, ctx.query)
      const read = await monthRecord(pool, month, clock())
      if (read.record === null) throw unreadableRecord(read.unreadable)
      ctx.body = read.record
    })
    .get('/api/payouts', requireToken('auditor'), async (ctx) => {
      const { rows, next, previous } = await listDeposits(pool, parseQuery(depositsQuery, ctx.query))
      ctx.body = {
        data: rows.map(depositFrom),
        nextCursor: next && depositCursorText(next),
        previousCursor: previous && depositCursorText(previous),
      } satisfies z.output<typeof depositsAnswer>
    })
    .get('/api/payouts/:id', requireToken('auditor'), async (ctx) => {
      const query = parseQuery(payoutQuery, ctx.query)
      const payout = await payoutById(pool, ctx.params['id'] ?? '', query)
      if (!payout) throw new Refusal('not_found', 'There is no payout with this id.')
      ctx.body = payout
    })
}

/** For programs: what is stored has another shape than the one that they were promised, so it is named and not sent. */
function unreadableRecord({ month, version }: StoredClosing): Refusal {
  return new Refusal(
    'conflict',
    `${month} is closed. This release cannot read its record, which has version ${version}; the page of the month shows the record as it is stored.`,
  )
}
