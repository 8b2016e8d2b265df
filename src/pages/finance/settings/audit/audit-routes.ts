import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import {
  auditCursorText,
  auditTrailQuery,
  type AuditTrailQuery,
} from '../../../../access/audit/audit-trail-record.ts'
import { actorNames, listActs } from '../../../../access/audit/audit-trail-store.ts'
import { headText, parseHead, type AuditHead } from '../../../../access/audit/audit-verification.ts'
import { auditHead, verifyAuditTrail } from '../../../../access/audit/audit-verification-store.ts'
import type { StaffSessions } from '../../../../access/session/session-middleware.ts'
import { problemsOf } from '../../../../http/parse.ts'
import type { FieldProblem } from '../../../../http/refusal.ts'
import type { FormProblem } from '../../../../html/form-problems-view.ts'
import { frameOf, text, type Newsroom } from '../../frame/finance-requests.ts'
import { auditCheckPage } from './audit-check-view.ts'
import { auditPage, type AuditFilters } from './audit-view.ts'
import { settingsPage } from '../settings-view.ts'

/** The list of settings, and the audit trail to read, to filter and to check. */
export function auditRouter(deps: {
  readonly pool: pg.Pool
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const

  async function show(ctx: Context, filters: AuditFilters, query: AuditTrailQuery | readonly FormProblem[]) {
    const isQuery = 'limit' in query
    const [page, names, head] = await Promise.all([
      isQuery ? listActs(pool, query, newsroom.timezone) : { acts: [], next: null },
      actorNames(pool),
      auditHead(pool),
    ])
    ctx.type = 'html'
    ctx.body = auditPage({
      ...frameOf(ctx, newsroom),
      filters,
      problems: isQuery ? [] : query,
      acts: page.acts,
      isLaterPage: isQuery && query.cursor !== undefined,
      nextCursor: page.next && auditCursorText(page.next),
      actorNames: names,
      head: shownHead(head),
    })
  }

  return new Router()
    .get('/finance/settings', ...gate, (ctx) => {
      ctx.type = 'html'
      ctx.body = settingsPage(frameOf(ctx, newsroom))
    })
    .get('/finance/settings/audit', ...gate, async (ctx) => {
      // A form sends every field, the empty ones, too.
      const given = Object.fromEntries(Object.entries(ctx.query).filter(([, value]) => value !== ''))
      const query = auditTrailQuery.safeParse(given)
      if (!query.success) ctx.status = 400
      await show(ctx, typedIn(given), query.success ? query.data : problemsOf(query.error).map(formProblem))
    })
    .get('/finance/settings/audit/check', ...gate, async (ctx) => {
      const kept = typeof ctx.query['head'] === 'string' ? ctx.query['head'].trim() : ''
      const exported = kept === '' ? null : parseHead(kept)
      const isUnreadable = kept !== '' && exported === null
      const checked = isUnreadable ? null : await verifyAuditTrail(pool, exported)
      const message = text.finance('audit.chain.problem')
      if (isUnreadable) ctx.status = 400
      ctx.type = 'html'
      ctx.body = auditCheckPage({
        ...frameOf(ctx, newsroom),
        kept,
        problems: isUnreadable ? [{ fieldId: 'head', message }] : [],
        checked,
        head: shownHead(await auditHead(pool)),
      })
    })
}

function shownHead(head: AuditHead) {
  return { position: head.position, line: headText(head) }
}

function typedIn(given: Context['query']): AuditFilters {
  const typed = (name: keyof AuditFilters) => {
    const value = given[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    actor: typed('actor'),
    act: typed('act'),
    subject: typed('subject'),
    from: typed('from'),
    to: typed('to'),
  }
}

const FIELDS = ['actor', 'act', 'subject', 'from', 'to', 'cursor', 'limit'] as const

function formProblem({ pointer }: FieldProblem): FormProblem {
  const field = FIELDS.find((name) => pointer === `/${name}`)
  // What is in no field of the form is in the address: its problem leads to the first field.
  if (field === undefined) return { fieldId: 'actor', message: text.finance('refusal.address') }
  const fieldId = field === 'cursor' || field === 'limit' ? 'actor' : field
  return { fieldId, message: text.finance(`audit.problem.${field}`) }
}
