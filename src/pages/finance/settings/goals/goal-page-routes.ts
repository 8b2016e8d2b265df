import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../../access/actor.ts'
import { recordAct } from '../../../../access/audit/audit-trail-store.ts'
import { mayActAs } from '../../../../access/role.ts'
import type { StaffSessions } from '../../../../access/session/session-middleware.ts'
import { localDate, parseLocalDate } from '../../../../calendar/local-date.ts'
import type { Reporting } from '../../../../config/config.ts'
import { inTransaction } from '../../../../db/database.ts'
import { parseOrRefuse } from '../../../../http/parse.ts'
import { Refusal } from '../../../../http/refusal.ts'
import { sameOriginOnly } from '../../../../http/same-origin.ts'
import { allCurrencies, currencyInfo, parseCurrency, type CurrencyCode } from '../../../../money/currency.ts'
import { countedGifts, MOST_GOALS, type Goal } from '../../../../reports/goals/goal.ts'
import { insertGoal, listGoals, takeDownGoal } from '../../../../reports/goals/goal-store.ts'
import { readProgress } from '../../../../reports/goals/read-goal.ts'
import { minorOf, parsePlainAmount } from '../../../../reports/plain-amount.ts'
import { sentFields, sentFieldsOf, showsAgain } from '../../frame/form-requests.ts'
import { frameOf, text, type Newsroom } from '../../frame/finance-requests.ts'
import { goalFields, goalsPage, type GoalField, type GoalsView, type TypedGoal } from './goals-view.ts'

const PATH = '/finance/settings/goals'
const requestField = z.object({ request: z.uuid() })

/** The goals that readers are asked to reach: auditors read them, finance adds and takes them down. */
export function goalPages(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions, publicUrl, reporting } = deps
  const gate = [sameOriginOnly(publicUrl), sessions.keep, sessions.requireStaff('finance')] as const

  async function show(
    ctx: Context,
    shown: Partial<Pick<GoalsView, 'typed' | 'problems' | 'done'>>,
  ): Promise<void> {
    const frame = frameOf(ctx, newsroom)
    const goals: { goal: Goal; progress: GoalsView['goals'][number]['progress'] }[] = []
    // One after the other: each reads with a connection of its own.
    for (const goal of await listGoals(pool))
      goals.push({ goal, progress: await readProgress({ pool, clock, timezone: newsroom.timezone }, goal) })
    const today = localDate(clock(), newsroom.timezone)
    const nothing = Object.fromEntries(goalFields.map((name) => [name, ''])) as Record<GoalField, string> // has each of them
    if (shown.problems) ctx.status = 400
    ctx.type = 'html'
    ctx.body = goalsPage({
      ...frame,
      goals,
      typed: { ...nothing, counted: 'campaign', currency: reporting.currency, from: today },
      problems: [],
      done: null,
      mayChange: mayActAs(frame.role, 'finance'),
      currencies: allCurrencies,
      publicUrl,
      requestId: randomUUID(),
      ...shown,
    })
  }

  /** The form as it was sent, if one was, and what is wrong with the page. */
  const again = showsAgain({
    page: (ctx) => show(ctx, ctx.path === PATH ? { typed: typedIn(sentFieldsOf(ctx)) } : {}),
  })

  return new Router()
    .get(PATH, sessions.keep, sessions.requireStaff('auditor'), (ctx) =>
      show(ctx, {
        done: (['added', 'removed'] as const).find((one) => ctx.query[one] !== undefined) ?? null,
      }),
    )
    .post(PATH, ...gate, again, async (ctx) => {
      const form = await sentFields(ctx)
      const { request: id } = parseOrRefuse(
        requestField,
        Object.fromEntries(form),
        text.finance('refusal.address'),
      )
      const typed = typedIn(form)
      const { goal, wrong } = readGoal(id, typed)
      if (!goal) {
        const problems = wrong.map((fieldId) => ({
          fieldId,
          message: text.finance(`goals.problem.${fieldId}`),
        }))
        return show(ctx, { typed, problems })
      }
      await inTransaction(pool, async (tx) => {
        const at = clock()
        if ((await listGoals(tx)).length >= MOST_GOALS)
          throw new Refusal('conflict', text.finance('goals.tooMany', { count: MOST_GOALS }))
        if (!(await insertGoal(tx, goal, at)))
          throw new Refusal('conflict', text.finance('goals.addedBefore'))
        const { title, counted, campaignName, currency, amountMinor, startsOn, endsOn } = goal
        const after = {
          title,
          counted,
          campaignName,
          currency,
          amountMinor: String(amountMinor),
          startsOn,
          endsOn,
        }
        await recordAct(tx, { actor: actorOf(ctx), act: 'goal_added', subject: `goal/${id}`, after, at })
      })
      ctx.status = 303
      return ctx.redirect(`${PATH}?added`)
    })
    .post(`${PATH}/:id/take-down`, ...gate, again, async (ctx) => {
      const id = z.uuid().safeParse(ctx.params['id']).data
      await inTransaction(pool, async (tx) => {
        const at = clock()
        const title = id === undefined ? null : await takeDownGoal(tx, id, at)
        if (title === null) throw new Refusal('not_found', text.finance('goals.notFound'))
        const act = { act: 'goal_taken_down', subject: `goal/${id ?? ''}`, before: { title } } as const
        await recordAct(tx, { actor: actorOf(ctx), ...act, at })
      })
      ctx.status = 303
      ctx.redirect(`${PATH}?removed`)
    })
}

function typedIn(form: URLSearchParams): TypedGoal {
  // It has each of the fields.
  return Object.fromEntries(goalFields.map((name) => [name, (form.get(name) ?? '').trim()])) as TypedGoal
}

/** The goal as it was typed, or the fields that are wrong. */
function readGoal(
  id: string,
  typed: TypedGoal,
): { readonly goal: Goal | null; readonly wrong: readonly GoalField[] } {
  const currency = parseCurrency(typed.currency)
  const counted = countedGifts.find((one) => one === typed.counted) ?? null
  const amountMinor = currency && minorIn(typed.amount, currency)
  const matchingMinor =
    currency && typed.matchingAmount !== '' ? minorIn(typed.matchingAmount, currency) : null
  const [startsOn, endsOn] = [parseLocalDate(typed.from), parseLocalDate(typed.to)]
  const hasMatching = typed.matching !== ''
  const wrong = [
    ...(typed.name === '' || typed.name.length > 120 ? (['name'] as const) : []),
    ...(counted === null ? (['counted'] as const) : []),
    ...((counted === 'campaign') === (typed.campaign === '') || typed.campaign.length > 200
      ? (['campaign'] as const)
      : []),
    ...(currency === null ? (['currency'] as const) : []),
    ...(amountMinor === null ? (['amount'] as const) : []),
    ...(startsOn === null ? (['from'] as const) : []),
    ...(endsOn === null || (startsOn !== null && endsOn < startsOn) ? (['to'] as const) : []),
    ...(typed.matching.length > 200 || (!hasMatching && typed.matchingAmount !== '')
      ? (['matching'] as const)
      : []),
    ...(hasMatching && matchingMinor === null ? (['matchingAmount'] as const) : []),
  ]
  if (wrong.length > 0 || !currency || !counted || amountMinor === null || !startsOn || !endsOn)
    return { goal: null, wrong }
  const campaignName = counted === 'campaign' ? typed.campaign : null
  const matching = matchingMinor === null ? null : { text: typed.matching, minor: matchingMinor }
  return {
    goal: { id, title: typed.name, counted, campaignName, currency, amountMinor, startsOn, endsOn, matching },
    wrong,
  }
}

/** Null for what is no amount above zero that the currency has. */
function minorIn(typed: string, currency: CurrencyCode): bigint | null {
  const plain = parsePlainAmount(typed)
  if (!plain) return null
  const { minorDigits } = currencyInfo(currency)
  const minor = minorOf(plain, minorDigits, 'down')
  return minor > 0n && minor === minorOf(plain, minorDigits, 'up') ? minor : null
}
