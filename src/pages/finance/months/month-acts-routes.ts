import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { freezeMonthExports } from '../../../exports/month-exports-store.ts'
import { formBody } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { closeMonth, signOff, type ClosingDeps } from '../../../reconciliation/close-month.ts'
import {
  acceptGroup,
  endExplanation,
  explainOtherActivity,
  makeExplanation,
  reviewSignOffs,
} from '../../../reconciliation/explain.ts'
import {
  approveWriteOff,
  declineWriteOff,
  prepareWriteOff,
  reverseWriteOff,
} from '../../../reconciliation/make-write-off.ts'
import { isReason } from '../../../reconciliation/reason.ts'
import { writeOffTargets } from '../../../reconciliation/write-off.ts'
import { monthIn, text } from '../frame/finance-requests.ts'
import type { SettleProblem } from './item-view.ts'
import type { MonthPagesDeps } from './month-requests.ts'
import { showGroup, showItem, showMonth } from './months-routes.ts'

const minor = z
  .string()
  .regex(/^-?\d{1,18}$/)
  .transform(BigInt)
const itemForm = z.object({
  object: z.string().min(1).max(255),
  kind: z.string().min(1).max(100),
  currency: z.string().regex(/^[a-z]{3}$/),
  amount: minor,
  // Whether it is a reason is said beside the field, with what was typed still in it.
  reason: z.string().max(10_000),
})
const writeOffForm = itemForm.extend({ toAccount: z.enum(writeOffTargets) })
const explanationForm = itemForm.extend({ type: z.string().min(1).max(100) })
const groupForm = z.object({
  seen: z.coerce.number().int().min(1).max(1_000_000),
  reason: z.string().max(10_000),
})
const reasonForm = z.object({ reason: z.string().max(10_000) })
const reviewForm = z.object({ seen: z.string().min(1).max(100) })
const otherActivityForm = z.object({
  explained: z.enum(['yes', 'no']),
  reason: z.string().max(10_000).optional(),
})

/** What finance does with a month: explains, writes off and closes. */
export function monthActsRouter(deps: MonthPagesDeps): Router {
  const { pool, clock, newsroom, sessions, writeOffApproval } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const closing = { pool, timezone: newsroom.timezone, now: clock, writeOffApproval }
  const back = (ctx: Context, anchor = '') => {
    ctx.status = 303
    ctx.redirect(`/finance/months/${monthIn(ctx.params['month'])}${anchor}`)
  }
  const showRefused = (ctx: Context, fieldId: string, typed: string) => {
    ctx.status = 400
    const problem = text.finance('settle.problem.reason')
    return showMonth(deps, ctx, { refused: { fieldId, typed, problem } })
  }
  return new Router()
    .post('/finance/months/:month/sign-offs', ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { amount, ...item } = await formOf(ctx, itemForm)
      if (!isReason(item.reason)) return showItem(deps, ctx, item, refusedReason('accept', item.reason))
      await orShowAgain(
        () => signOff(closing, { ...item, amountMinor: amount, month, by: actorOf(ctx) }),
        () => back(ctx, '#checklist'),
        (problem) => showItem(deps, ctx, item, { form: 'accept', reason: item.reason, problem }, 409),
      )
    })
    .post('/finance/months/:month/write-offs', ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { amount: amountMinor, ...item } = await formOf(ctx, writeOffForm)
      if (!isReason(item.reason)) {
        const refused = refusedReason('write-off', item.reason)
        return showItem(deps, ctx, item, { ...refused, toAccount: item.toAccount })
      }
      const { reason, toAccount } = item
      await orShowAgain(
        () => prepareWriteOff(closing, { ...item, amountMinor, month }, actorOf(ctx)),
        () => back(ctx, '#write-offs'),
        (problem) => showItem(deps, ctx, item, { form: 'write-off', reason, toAccount, problem }, 409),
      )
    })
    .post('/finance/months/:month/write-offs/:id/approve', ...gate, async (ctx) => {
      await approveWriteOff(closing, ctx.params['id'] ?? '', actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/write-offs/:id/decline', ...gate, async (ctx) => {
      const { reason } = await formOf(ctx, reasonForm)
      if (!isReason(reason)) return showRefused(ctx, `decline-${ctx.params['id'] ?? ''}`, reason)
      await declineWriteOff(closing, ctx.params['id'] ?? '', reason, actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/write-offs/:id/reverse', ...gate, async (ctx) => {
      const { reason } = await formOf(ctx, reasonForm)
      if (!isReason(reason)) return showRefused(ctx, `reverse-${ctx.params['id'] ?? ''}`, reason)
      await reverseWriteOff(closing, ctx.params['id'] ?? '', reason, actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/items/:kind', ...gate, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const kind = ctx.params['kind'] ?? ''
      const { seen, reason } = await formOf(ctx, groupForm)
      if (!isReason(reason)) return showGroup(deps, ctx, kind, refusedReason('group', reason))
      await orShowAgain(
        () => acceptGroup(closing, { month, kind, seen, reason }, actorOf(ctx)),
        () => back(ctx, '#accepted'),
        (problem) => showGroup(deps, ctx, kind, { form: 'group', reason, problem }, 409),
      )
    })
    .post('/finance/months/:month/explanations', ...gate, async (ctx) => {
      const { kind, type, reason, ...item } = await formOf(ctx, explanationForm)
      if (!isReason(reason)) return showItem(deps, ctx, { kind, ...item }, refusedReason('ever', reason))
      await orShowAgain(
        () => makeExplanation(closing, { kind, type, reason }, actorOf(ctx)),
        () => back(ctx, '#checklist'),
        (problem) => showItem(deps, ctx, { kind, ...item }, { form: 'ever', reason, problem }, 409),
      )
    })
    .post('/finance/months/:month/explanations/:id/end', ...gate, async (ctx) => {
      await endExplanation(closing, ctx.params['id'] ?? '', actorOf(ctx))
      back(ctx, '#to-explain')
    })
    .post('/finance/months/:month/other-activity', ...gate, async (ctx) => {
      const { explained, reason } = parseOrRefuse(
        otherActivityForm,
        Object.fromEntries(await formBody(ctx)),
        text.finance('otherActivity.notValid'),
      )
      if (explained === 'yes' && !isReason(reason ?? ''))
        return showRefused(ctx, 'reason-other-activity', reason ?? '')
      await explainOtherActivity(closing, {
        isExplained: explained === 'yes',
        ...(explained === 'yes' ? { reason: reason ?? '' } : {}),
        by: actorOf(ctx),
      })
      back(ctx, '#other-activity')
    })
    .post('/finance/months/:month/review', ...gate, async (ctx) => {
      const { seen } = await formOf(ctx, reviewForm)
      await reviewSignOffs(closing, { month: monthIn(ctx.params['month']), seen }, actorOf(ctx))
      back(ctx, '#review')
    })
    .post('/finance/months/:month/close', ...gate, async (ctx) => {
      const freezeExports: ClosingDeps['freezeExports'] = (tx, month) =>
        freezeMonthExports(tx, month, newsroom.timezone)
      await closeMonth({ ...closing, freezeExports }, monthIn(ctx.params['month']), actorOf(ctx))
      back(ctx)
    })
}

/**
 * Does it, or shows the form again with what was typed when somebody was faster. When they have settled the item, there
 * is no form of it any more: the refusal still says what they did.
 */
async function orShowAgain(
  act: () => Promise<unknown>,
  done: () => void,
  show: (problem: string) => Promise<void>,
): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isRefusal(error, 'conflict')) throw error
    return show(error.message).catch((notShown: unknown) => {
      throw isRefusal(notShown, 'not_found') ? error : notShown
    })
  }
  done()
}

function isRefusal(error: unknown, kind: Refusal['kind']): error is Refusal {
  return error instanceof Refusal && error.kind === kind
}

async function formOf<Schema extends z.ZodType>(ctx: Context, schema: Schema): Promise<z.output<Schema>> {
  return parseOrRefuse(schema, Object.fromEntries(await formBody(ctx)), text.finance('writeOffs.notValid'))
}

function refusedReason(form: SettleProblem['form'], reason: string): SettleProblem {
  return { form, reason, problem: text.finance('settle.problem.reason') }
}
