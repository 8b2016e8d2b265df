import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import type { Act } from '../../../access/audit/audit-trail.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import { chooseMonthlyReport, getsMonthlyReport } from '../../../access/monthly-report-reader-store.ts'
import { makeRecoveryCodes } from '../../../access/second-factor/recovery-code-store.ts'
import { countFactors, mustHaveSecondFactor } from '../../../access/second-factor/second-factor.ts'
import {
  lockFactors,
  removePasskey,
  removeUnneededRecoveryCodes,
  secondFactorsOf,
} from '../../../access/second-factor/second-factor-store.ts'
import { signedInOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { endOtherSessions, endSession, sessionsOf } from '../../../access/session/session-store.ts'
import type { SignInSettings } from '../../../access/sign-in/sign-in-settings.ts'
import { removeTotp } from '../../../access/second-factor/totp-store.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { readForm, showsAgain } from '../frame/form-requests.ts'
import { answerSigningIn } from '../sign-in/sign-in-routes.ts'
import { accountDone, accountPage, type AccountDone } from './account-view.ts'
import { recentFactorOnly } from './recent-factor-middleware.ts'
import { recoveryCodesPage } from './set-up-view.ts'
import { inKnexTransaction } from '../../../db/database.ts'

const PAGE = '/finance/account'
const doneField = z.enum(accountDone).nullable().catch(null)
const sessionForm = z.object({ session: z.uuid() })
const reportForm = z.strictObject({ send: z.literal('yes').optional() })
const fieldWords = { form: text.finance('refusal.form') }
const factorForm = z.object({ factor: z.union([z.literal('totp'), z.uuid()]) })

/** One's own account: second factors, recovery codes and sessions. Everybody acts on their own alone. */
export function accountRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly settings: SignInSettings
}): Router {
  const { db, clock, newsroom, sessions, settings } = deps
  const anyStaff = [sessions.keep, sessions.requireStaff('viewer')] as const
  const sameOrigin = sameOriginOnly(deps.publicUrl)
  const recently = recentFactorOnly(sessions, clock)

  const record = (tx: Knex, ctx: Context, act: Pick<Act, 'act' | 'before' | 'after'>) =>
    recordAct(tx, { actor: actorOf(ctx), subject: `staff/${signedInOf(ctx).staff.id}`, ...act, at: clock() })

  function backWith(ctx: Context, done: AccountDone): void {
    ctx.status = 303
    ctx.redirect(`${PAGE}?done=${done}`)
  }

  async function show(ctx: Context): Promise<void> {
    const { staff, signInId } = signedInOf(ctx)
    ctx.type = 'html'
    ctx.body = accountPage({
      ...frameOf(ctx, newsroom),
      factors: await secondFactorsOf(db, staff.id),
      isRequired: mustHaveSecondFactor(staff.role, settings.secondFactor),
      sessions: await sessionsOf(db, staff.id, { now: clock(), longestMs: settings.longestMs }),
      currentId: signInId,
      getsMonthlyReport: await getsMonthlyReport(db, staff.id),
      done: doneField.parse(ctx.query['done'] ?? null),
    })
  }

  const again = showsAgain({ page: show })
  return new Router()
    .get(PAGE, ...anyStaff, (ctx) => show(ctx))
    .post(`${PAGE}/sessions/end`, sameOrigin, ...anyStaff, again, async (ctx) => {
      const { session } = await readForm(ctx, sessionForm, fieldWords)
      const { staff } = signedInOf(ctx)
      await inKnexTransaction(db, async (tx) => {
        if (!(await endSession(tx, staff.id, session)))
          throw new Refusal('not_found', text.finance('account.notFound'))
        await record(tx, ctx, { act: 'session_ended' })
      })
      backWith(ctx, 'session_ended')
    })
    .post(`${PAGE}/sessions/end-others`, sameOrigin, ...anyStaff, again, async (ctx) => {
      const { staff, signInId } = signedInOf(ctx)
      await inKnexTransaction(db, async (tx) => {
        const sessionsEnded = await endOtherSessions(tx, staff.id, signInId)
        await record(tx, ctx, { act: 'other_sessions_ended', after: { sessionsEnded } })
      })
      backWith(ctx, 'others_ended')
    })
    .post(`${PAGE}/monthly-report`, sameOrigin, ...anyStaff, again, async (ctx) => {
      const { send } = await readForm(ctx, reportForm, fieldWords)
      const isChosen = send === 'yes'
      const { staff } = signedInOf(ctx)
      await inKnexTransaction(db, async (tx) => {
        if (await chooseMonthlyReport(tx, staff.id, isChosen, clock()))
          await record(tx, ctx, {
            act: 'report_mail_changed',
            before: { monthlyReport: !isChosen },
            after: { monthlyReport: isChosen },
          })
      })
      backWith(ctx, isChosen ? 'report_chosen' : 'report_ended')
    })
    .post(`${PAGE}/recovery-codes`, sameOrigin, ...anyStaff, recently, again, async (ctx) => {
      const { staff, hasSecondFactor } = signedInOf(ctx)
      if (!hasSecondFactor) throw new Refusal('conflict', text.finance('account.noFactor'))
      const codes = await inKnexTransaction(db, async (tx) => {
        const made = await makeRecoveryCodes(tx, staff.id, clock())
        await record(tx, ctx, { act: 'recovery_codes_made', after: { codes: made.length } })
        return made
      })
      const view = { text, newsroomName: newsroom.name, staffEmail: staff.email }
      answerSigningIn(ctx, recoveryCodesPage({ ...view, codes, nextPath: PAGE }))
    })
    .post(`${PAGE}/second-factor/remove`, sameOrigin, ...anyStaff, recently, again, async (ctx) => {
      const { factor } = await readForm(ctx, factorForm, fieldWords)
      const { staff } = signedInOf(ctx)
      await inKnexTransaction(db, async (tx) => {
        await lockFactors(tx, staff.id)
        const isLast = countFactors(await secondFactorsOf(tx, staff.id)) === 1
        if (isLast && mustHaveSecondFactor(staff.role, settings.secondFactor))
          throw new Refusal('conflict', text.finance('account.lastStays'))
        const removed =
          factor === 'totp'
            ? (await removeTotp(tx, staff.id)) && { factor: 'app' }
            : await passkeyRemoved(tx, staff.id, factor)
        if (!removed) throw new Refusal('not_found', text.finance('account.notFound'))
        await removeUnneededRecoveryCodes(tx, staff.id)
        await record(tx, ctx, { act: 'second_factor_removed', before: removed })
      })
      backWith(ctx, 'removed')
    })
}

async function passkeyRemoved(tx: Knex, ...[staffId, id]: [Parameters<typeof removePasskey>[1], string]) {
  const name = await removePasskey(tx, staffId, id)
  return name === null ? null : { factor: 'passkey', name }
}
