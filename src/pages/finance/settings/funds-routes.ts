import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import { mayActAs } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { inTransaction } from '../../../db/database.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { MOST_RESTRICTIONS, restrictionKinds } from '../../../newsroom/restriction.ts'
import { putRestriction, readRestrictions, removeRestriction } from '../../../newsroom/restriction-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { readForm, showsAgain } from '../frame/form-requests.ts'
import { fundsPage } from './funds-view.ts'

const PATH = '/finance/settings/funds'

/** Postgres cannot store a NUL in a text. */
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((words) => !words.includes('\0'))

const fieldWords = {
  kind: text.finance('funds.problem.kind'),
  key: text.finance('funds.problem.key'),
  fund: text.finance('funds.problem.fund'),
  form: text.finance('refusal.form'),
}

const markForm = z.object({ kind: z.enum(restrictionKinds), key: line(2000), fund: line(100) })
const removeForm = markForm.pick({ kind: true, key: true })

/** Which campaigns and stories are restricted: auditors read it, finance changes it. */
export function fundsRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const

  async function show(ctx: Context): Promise<void> {
    const frame = frameOf(ctx, newsroom)
    const restrictions = await readRestrictions(pool)
    ctx.type = 'html'
    ctx.body = fundsPage({
      ...frame,
      restrictions,
      done: (['marked', 'removed'] as const).find((one) => ctx.query[one] !== undefined) ?? null,
      mayChange: mayActAs(frame.role, 'finance'),
    })
  }

  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), (ctx) => show(ctx))
    .post(PATH, ...gate, showsAgain({ page: show, texts: ['key', 'fund'] }), async (ctx) => {
      const mark = await readForm(ctx, markForm, fieldWords)
      const { kind, key, fund } = mark
      await inTransaction(pool, async (tx) => {
        const marked = await readRestrictions(tx)
        if (marked.length >= MOST_RESTRICTIONS) throw new Refusal('conflict', text.finance('funds.tooMany'))
        const at = clock()
        const before = await putRestriction(tx, mark, at)
        const act = { actor: actorOf(ctx), act: 'fund_marked', subject: 'settings/funds', at } as const
        const state = (name: string) => ({ [kind]: key, fund: name })
        await recordAct(tx, {
          ...act,
          ...(before === null ? {} : { before: state(before) }),
          after: state(fund),
        })
      })
      ctx.redirect(`${PATH}?marked`)
      ctx.status = 303
    })
    .post(`${PATH}/remove`, ...gate, showsAgain({ page: show }), async (ctx) => {
      const unmarked = await readForm(ctx, removeForm, { form: text.finance('refusal.form') })
      const { kind, key } = unmarked
      await inTransaction(pool, async (tx) => {
        const before = await removeRestriction(tx, unmarked)
        if (before === null) return
        const act = { actor: actorOf(ctx), act: 'fund_unmarked', subject: 'settings/funds' } as const
        await recordAct(tx, { ...act, before: { [kind]: key, fund: before }, at: clock() })
      })
      ctx.redirect(`${PATH}?removed`)
      ctx.status = 303
    })
}
