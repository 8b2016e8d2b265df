import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type pg from 'pg'
import type { z } from 'zod'
import { parseQuery } from '../../http/parse.ts'
import {
  auditCursorText,
  auditRecordOf,
  auditTrailQuery,
  type auditHeadAnswer,
  type auditTrailAnswer,
} from './audit-trail-record.ts'
import { listActs } from './audit-trail-store.ts'
import { headText } from './audit-verification.ts'
import { auditHead } from './audit-verification-store.ts'
import type { Role } from '../role.ts'

/** The audit trail for programs. */
export function auditTrailRouter(deps: {
  readonly pool: pg.Pool
  readonly newsroom: { readonly timezone: string }
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { pool, newsroom, requireToken } = deps
  return new Router()
    .get('/api/audit-trail', requireToken('auditor'), async (ctx) => {
      const { acts, next } = await listActs(pool, parseQuery(auditTrailQuery, ctx.query), newsroom.timezone)
      ctx.body = {
        data: acts.map(auditRecordOf),
        nextCursor: next && auditCursorText(next),
      } satisfies z.output<typeof auditTrailAnswer>
    })
    .get('/api/audit-trail/head', requireToken('auditor'), async (ctx) => {
      const head = await auditHead(pool)
      ctx.body = {
        position: Number(head.position),
        hash: head.hash.toString('hex'),
        head: headText(head),
      } satisfies z.output<typeof auditHeadAnswer>
    })
}
