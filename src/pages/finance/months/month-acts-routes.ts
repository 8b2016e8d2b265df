import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { freezeMonthExports } from '../../../exports/month-exports-store.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { closeMonth, signOff, type ClosingDeps } from '../../../reconciliation/months/close-month.ts'
import {
  acceptGroup,
  endExplanation,
  explainOtherActivity,
  makeExplanation,
  reviewSignOffs,
} from '../../../reconciliation/explanations/explain.ts'
import {
  approveWriteOff,
  declineWriteOff,
  prepareWriteOff,
  reverseWriteOff,
} from '../../../reconciliation/write-offs/make-write-off.ts'
import { isReason } from '../../../reconciliation/explanations/reason.ts'
import { writeOffTargets } from '../../../reconciliation/write-offs/write-off.ts'
import { monthIn, text } from '../frame/finance-requests.ts'
import { readForm, sentFormOf, showsAgain } from '../frame/form-requests.ts'
import type { MonthPagesDeps } from './month-requests.ts'
import { itemQuery, showGroup, showItem, showMonth } from './months-routes.ts'

const minor = z
  .string()
  .regex(/^-?\d{1,18}$/)
  .transform(BigInt)
const reason = z.string().max(10_000).refine(isReason)
const itemForm = z.object({
  object: z.string().min(1).max(255),
  kind: z.string().min(1).max(100),
  currency: z.string().regex(/^[a-z]{3}$/),
  amount: minor,
  reason,
})
const writeOffForm = itemForm.extend({ toAccount: z.enum(writeOffTargets) })
const explanationForm = itemForm.extend({ type: z.string().min(1).max(100) })
const groupForm = z.object({ seen: z.coerce.number().int().min(1).max(1_000_000), reason })
const reasonForm = z.object({ reason })
const reviewForm = z.object({ seen: z.string().min(1).max(100) })
const otherActivityForm = z.discriminatedUnion('explained', [
  z.object({ explained: z.literal('yes'), reason }),
  z.object({ explained: z.literal('no') }),
])

const fieldWords = {
  reason: text.finance('settle.problem.reason'),
  toAccount: text.finance('settle.problem.account'),
  form: text.finance('writeOffs.notValid'),
}

/** What finance does with a month: explains, writes off and closes. */
export function monthActsRouter(deps: MonthPagesDeps): Router {
  const { pool, clock, newsroom, sessions, writeOffApproval } = deps
  const gate = [sameOriginOnly(deps.publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const closing = { pool, timezone: newsroom.timezone, now: clock, writeOffApproval }
  const back = (ctx: Context, anchor = '') => {
    ctx.status = 303
    ctx.redirect(`/finance/months/${monthIn(ctx.params['month'])}${anchor}`)
  }
  const monthPage = (ctx: Context) => showMonth(deps, ctx)
  const idIn = (ctx: Context) => String(ctx.params['id'])
  const monthAgain = showsAgain({ page: monthPage })
  /** An item that somebody has settled meanwhile has no page any more: the month says what they did. */
  const itemAgain = (form: string) =>
    showsAgain({
      page: (ctx) => showItem(deps, ctx, parseOrRefuse(itemQuery.strip(), sentFormOf(ctx))),
      otherwise: monthPage,
      idOf: (field) => (field === 'reason' ? `reason-${form}` : 'to-account'),
      main: 'reason',
      texts: ['reason'],
    })
  const groupAgain = showsAgain({
    page: (ctx) => showGroup(deps, ctx),
    otherwise: monthPage,
    idOf: () => 'reason-group',
    main: 'reason',
    texts: ['reason'],
  })
  const reasonAgain = (act: 'decline' | 'reverse') =>
    showsAgain({
      page: monthPage,
      idOf: (_field, ctx) => `${act}-${idIn(ctx)}`,
      main: 'reason',
      texts: ['reason'],
    })
  const otherActivityAgain = showsAgain({
    page: monthPage,
    idOf: () => 'reason-other-activity',
    main: 'reason',
    texts: ['reason'],
  })

  return new Router()
    .post('/finance/months/:month/sign-offs', ...gate, itemAgain('accept'), async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { amount, ...item } = await readForm(ctx, itemForm, fieldWords)
      await signOff(closing, { ...item, amountMinor: amount, month, by: actorOf(ctx) })
      back(ctx, '#checklist')
    })
    .post('/finance/months/:month/write-offs', ...gate, itemAgain('write-off'), async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const { amount: amountMinor, ...item } = await readForm(ctx, writeOffForm, fieldWords)
      await prepareWriteOff(closing, { ...item, amountMinor, month }, actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/write-offs/:id/approve', ...gate, monthAgain, async (ctx) => {
      await approveWriteOff(closing, idIn(ctx), actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/write-offs/:id/decline', ...gate, reasonAgain('decline'), async (ctx) => {
      const form = await readForm(ctx, reasonForm, fieldWords)
      await declineWriteOff(closing, idIn(ctx), form.reason, actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/write-offs/:id/reverse', ...gate, reasonAgain('reverse'), async (ctx) => {
      const form = await readForm(ctx, reasonForm, fieldWords)
      await reverseWriteOff(closing, idIn(ctx), form.reason, actorOf(ctx))
      back(ctx, '#write-offs')
    })
    .post('/finance/months/:month/items/:kind', ...gate, groupAgain, async (ctx) => {
      const month = monthIn(ctx.params['month'])
      const form = await readForm(ctx, groupForm, fieldWords)
      await acceptGroup(closing, { month, kind: ctx.params['kind'] ?? '', ...form }, actorOf(ctx))
      back(ctx, '#accepted')
    })
    .post('/finance/months/:month/explanations', ...gate, itemAgain('ever'), async (ctx) => {
      const { kind, type, reason: why } = await readForm(ctx, explanationForm, fieldWords)
      await makeExplanation(closing, { kind, type, reason: why }, actorOf(ctx))
      back(ctx, '#checklist')
    })
    .post('/finance/months/:month/explanations/:id/end', ...gate, monthAgain, async (ctx) => {
      await endExplanation(closing, idIn(ctx), actorOf(ctx))
      back(ctx, '#to-explain')
    })
    .post('/finance/months/:month/other-activity', ...gate, otherActivityAgain, async (ctx) => {
      const form = await readForm(ctx, otherActivityForm, fieldWords)
      await explainOtherActivity(closing, {
        isExplained: form.explained === 'yes',
        ...(form.explained === 'yes' ? { reason: form.reason } : {}),
        by: actorOf(ctx),
      })
      back(ctx, '#other-activity')
    })
    .post('/finance/months/:month/review', ...gate, monthAgain, async (ctx) => {
      const { seen } = await readForm(ctx, reviewForm, fieldWords)
      await reviewSignOffs(closing, { month: monthIn(ctx.params['month']), seen }, actorOf(ctx))
      back(ctx, '#review')
    })
    .post('/finance/months/:month/close', ...gate, monthAgain, async (ctx) => {
      const freezeExports: ClosingDeps['freezeExports'] = (tx, month) =>
        freezeMonthExports(tx, month, newsroom.timezone)
      await closeMonth({ ...closing, freezeExports }, monthIn(ctx.params['month']), actorOf(ctx))
      back(ctx)
    })
}
