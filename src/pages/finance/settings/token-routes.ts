import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { ListedToken } from '../../../access/api-token.ts'
import { listApiTokens } from '../../../access/api-token-store.ts'
import { endToken, EXPIRES_SOON_DAYS, issueToken } from '../../../access/manage-tokens.ts'
import { roles } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { formBody } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import type { FormProblem } from '../../../html/form-problems-view.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import {
  isWorking,
  revocationPage,
  tokenDays,
  tokenMadePage,
  tokensPage,
  type TokenListView,
} from './token-view.ts'

const PATH = '/finance/settings/tokens'
const DAY_MS = 86_400_000
const USUAL = { name: '', role: '', days: '365' }

const requestField = z.object({ request: z.uuid() })
const fields = z.object({
  name: z.string().trim().min(1).max(200),
  role: z.enum(roles),
  days: z
    .string()
    .transform(Number)
    .pipe(z.union(tokenDays.map((days) => z.literal(days)))),
})

/** Which programs may call the API: admins make tokens, which are shown once, and revoke them. */
export function tokenRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { db, clock, newsroom, sessions } = deps
  const gate = [sessions.keep, sessions.requireStaff('admin')] as const
  const change = [sameOriginOnly(deps.publicUrl), ...gate] as const

  async function show(ctx: Context, shown: Pick<TokenListView, 'typed' | 'problems' | 'revoked'>) {
    const now = clock()
    if (shown.problems.length > 0) ctx.status = 400
    ctx.type = 'html'
    ctx.body = tokensPage({
      ...frameOf(ctx, newsroom),
      tokens: await listApiTokens(db),
      now,
      soon: new Date(now.getTime() + EXPIRES_SOON_DAYS * DAY_MS),
      requestId: randomUUID(),
      ...shown,
    })
  }

  /** @throws Refusal not_found; conflict for a token that works no more */
  async function workingToken(ctx: Context): Promise<ListedToken> {
    const id = z.uuid().safeParse(ctx['params']['id']).data
    const [token] = id === undefined ? [] : await listApiTokens(db, { id })
    if (!token) throw new Refusal('not_found', text.finance('tokens.notFound'))
    if (!isWorking(token, clock())) throw new Refusal('conflict', text.finance('tokens.over'))
    return token
  }

  return new Router()
    .get(PATH, ...gate, async (ctx) => {
      const id = z.uuid().safeParse(ctx.query['revoked']).data
      const [token] = id === undefined ? [] : await listApiTokens(db, { id })
      await show(ctx, { typed: USUAL, problems: [], revoked: token?.revokedAt ? token.name : null })
    })
    .post(PATH, ...change, async (ctx) => {
      const form = Object.fromEntries(await formBody(ctx))
      const typed = { name: form['name'] ?? '', role: form['role'] ?? '', days: form['days'] ?? '' }
      const { request: id } = parseOrRefuse(requestField, form, text.finance('refusal.address'))
      const wish = fields.safeParse(typed)
      if (!wish.success) {
        const problems = wish.error.issues.map(({ path: [field] }) => problemOf(String(field)))
        return show(ctx, { typed, problems, revoked: null })
      }
      const at = clock()
      const { name, role, days } = wish.data
      const expiresAt = new Date(at.getTime() + days * DAY_MS)
      const by = actorOf(ctx)
      const made = await db.transaction((tx) => issueToken(tx, { id, name, role, expiresAt }, { by, at }))
      if (!made) throw new Refusal('conflict', text.finance('tokens.madeBefore'))
      ctx.type = 'html'
      ctx.body = tokenMadePage({ ...frameOf(ctx, newsroom), name, role, token: made.token, expiresAt })
      return undefined
    })
    .get(`${PATH}/:id/revoke`, ...gate, async (ctx) => {
      const token = await workingToken(ctx)
      ctx.type = 'html'
      ctx.body = revocationPage({ ...frameOf(ctx, newsroom), token })
    })
    .post(`${PATH}/:id/revoke`, ...change, async (ctx) => {
      const token = await workingToken(ctx)
      const decision = { by: actorOf(ctx), at: clock() }
      await db.transaction((tx) => endToken(tx, token, decision))
      ctx.status = 303
      ctx.redirect(`${PATH}?revoked=${token.id}`)
    })
}

function problemOf(field: string): FormProblem {
  const fieldId = field === 'name' || field === 'role' ? field : 'days'
  return { fieldId, message: text.finance(`tokens.problem.${fieldId}`) }
}
