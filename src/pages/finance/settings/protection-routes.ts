import { Router } from '@koa/router'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { mayActAs } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { formBody } from '../../../http/body.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { controls } from '../../../protection/attack-mode.ts'
import type { ChallengeSettings } from '../../../protection/challenge-settings.ts'
import { controlAttackMode, switchGiving } from '../../../protection/decide-protection.ts'
import { readKeptOut, readProtection, readSignals } from '../../../protection/protection-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { protectionPage } from './protection-view.ts'

const PATH = '/finance/settings/protection'
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
  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), async (ctx) => {
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
    })
    .post(PATH, ...gate, async (ctx) => {
      const { control } = parsed(z.object({ control: z.enum(controls) }), await formBody(ctx))
      await controlAttackMode({ pool, clock }, control, actorOf(ctx))
      ctx.redirect(`${PATH}?control`)
      ctx.status = 303
    })
    .post(`${PATH}/giving`, ...gate, async (ctx) => {
      const { giving } = parsed(z.object({ giving: z.enum(['on', 'off']) }), await formBody(ctx))
      await switchGiving({ pool, clock }, giving, actorOf(ctx))
      ctx.redirect(`${PATH}?${giving}`)
      ctx.status = 303
    })
}

function parsed<Schema extends z.ZodType>(schema: Schema, form: URLSearchParams): z.output<Schema> {
  const read = schema.safeParse(Object.fromEntries(form))
  if (!read.success) throw new Refusal('malformed', text.finance('protection.problem'))
  return read.data
}
