import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../../access/actor.ts'
import type { ListedToken } from '../../../../access/tokens/api-token.ts'
import { listApiTokens } from '../../../../access/tokens/api-token-store.ts'
import { endToken, EXPIRES_SOON_DAYS, issueToken } from '../../../../access/tokens/manage-tokens.ts'
import { roles } from '../../../../access/role.ts'
import type { StaffSessions } from '../../../../access/session/session-middleware.ts'
import { Refusal } from '../../../../http/refusal.ts'
import { sameOriginOnly } from '../../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../../frame/finance-requests.ts'
import { readForm, showsAgain } from '../../frame/form-requests.ts'
import { isWorking, revocationPage, tokenDays, tokenMadePage, tokensPage } from './token-view.ts'
import { inKnexTransaction } from '../../../../db/database.ts'

const PATH = '/finance/settings/tokens'
const DAY_MS = 86_400_000

const tokenForm = z.object({
  request: z.uuid(),
  name: z.string().trim().min(1).max(200),
  role: z.enum(roles),
  days: z
    .string()
    .transform(Number)
    .pipe(z.union(tokenDays.map((days) => z.literal(days)))),
})

const fieldWords = {
  name: text.finance('tokens.problem.name'),
  role: text.finance('tokens.problem.role'),
  days: text.finance('tokens.problem.days'),
  form: text.finance('refusal.form'),
}

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

  async function show(ctx: Context) {
    const now = clock()
    const id = z.uuid().safeParse(ctx.query['revoked']).data
    const [token] = id === undefined ? [] : await listApiTokens(db, { id })
    ctx.type = 'html'
    ctx.body = tokensPage({
      ...frameOf(ctx, newsroom),
      tokens: await listApiTokens(db),
      now,
      soon: new Date(now.getTime() + EXPIRES_SOON_DAYS * DAY_MS),
      requestId: randomUUID(),
      revoked: token?.revokedAt ? token.name : null,
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
    .get(PATH, ...gate, (ctx) => show(ctx))
    .post(PATH, ...change, showsAgain({ page: show }), async (ctx) => {
      const { request: id, name, role, days } = await readForm(ctx, tokenForm, fieldWords)
      const at = clock()
      const expiresAt = new Date(at.getTime() + days * DAY_MS)
      const by = actorOf(ctx)
      const made = await inKnexTransaction(db, (tx) =>
        issueToken(tx, { id, name, role, expiresAt }, { by, at }),
      )
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
    .post(`${PATH}/:id/revoke`, ...change, showsAgain({ page: show }), async (ctx) => {
      const token = await workingToken(ctx)
      const decision = { by: actorOf(ctx), at: clock() }
      await inKnexTransaction(db, (tx) => endToken(tx, token, decision))
      ctx.status = 303
      ctx.redirect(`${PATH}?revoked=${token.id}`)
    })
}
