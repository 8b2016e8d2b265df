import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { mayActAs } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { controls } from '../../../protection/attack-mode.ts'
import type { ChallengeSettings } from '../../../protection/challenge-settings.ts'
import { controlAttackMode, switchGiving } from '../../../protection/decide-protection.ts'
import { readKeptOut, readProtection, readSignals } from '../../../protection/protection-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { readForm, showsAgain } from '../frame/form-requests.ts'
import { protectionPage } from './protection-view.ts'

const PATH = '/finance/settings/protection'
const controlForm = z.object({ control: z.enum(controls) })
const givingForm = z.object({ giving: z.enum(['on', 'off']) })
const problem = text.finance('protection.problem')
const HOUR_MS = 3_600_000

/** The protection against card testing: auditors read what it does, admins decide. */
export function protectionRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly config: { readonly challenge: Pick<ChallengeSettings, 'kind'> }
}): Router {
  const { pool, clock, newsroom, sessions, config } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('admin')] as const

  async function show(ctx: Context): Promise<void> {
    const frame = frameOf(ctx, newsroom)
    const now = clock()
    const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS)
    const [state, signals, day, month] = await Promise.all([
      readProtection(pool),
      readSignals(pool, now),
      readKeptOut(pool, ago(24)),
      readKeptOut(pool, ago(30 * 24)),
    ])
    ctx.type = 'html'
    ctx.body = protectionPage({
      ...frame,
      state,
      signals,
      keptOut: { day, month },
      challenge: config.challenge.kind,
      mayChange: mayActAs(frame.role, 'admin'),
      done: (['on', 'off', 'control'] as const).find((one) => ctx.query[one] !== undefined) ?? null,
    })
  }

  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), (ctx) => show(ctx))
    .post(PATH, ...gate, showsAgain({ page: show }), async (ctx) => {
      const { control } = await readForm(ctx, controlForm, { control: problem, form: problem })
      await controlAttackMode({ pool, clock }, control, actorOf(ctx))
      ctx.redirect(`${PATH}?control`)
      ctx.status = 303
    })
    .post(`${PATH}/giving`, ...gate, showsAgain({ page: show }), async (ctx) => {
      const { giving } = await readForm(ctx, givingForm, { form: problem })
      await switchGiving({ pool, clock }, giving, actorOf(ctx))
      ctx.redirect(`${PATH}?${giving}`)
      ctx.status = 303
    })
}
