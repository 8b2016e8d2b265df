import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import type { NoteRefusal } from '../../../access/audit/authentication-log.ts'
import { actorOf } from '../../../access/actor.ts'
import {
  checkPasskey,
  claimedPasskey,
  passkeyPlace,
  passkeyQuestion,
} from '../../../access/second-factor/passkey-gateway.ts'
import {
  keepChallenge,
  passkeyNamed,
  recordPasskeyUse,
  takeChallenge,
} from '../../../access/second-factor/passkey-store.ts'
import { recordSignIn } from '../../../access/sign-in/record-sign-in.ts'
import { useRecoveryCode } from '../../../access/second-factor/recovery-code-store.ts'
import { secondFactorsOf } from '../../../access/second-factor/second-factor-store.ts'
import { signedInOf, type SignedIn, type StaffSessions } from '../../../access/session/session-middleware.ts'
import type { SealingKeys } from '../../../access/sealed-secret.ts'
import { useTotpCode } from '../../../access/second-factor/totp-store.ts'
import { formBody } from '../../../http/body.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { text } from '../frame/finance-requests.ts'
import { secondFactorPage, type FactorField } from './second-factor-view.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import { answerSigningIn } from './sign-in-routes.ts'
import { inKnexTransaction } from '../../../db/database.ts'

const PAGE = '/finance/sign-in/second-factor'

/** Whoever has used a link shows the second factor: a passkey, a code of the app, or a recovery code. */
export function secondFactorRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  readonly limits: SignInLimits
  readonly noteRefusal: NoteRefusal
  /** Of the purpose `secondFactors`. */
  readonly sealingKeys: SealingKeys
}): Router {
  const { db, clock, newsroomName, sessions, limits, noteRefusal, sealingKeys: keys } = deps
  const place = passkeyPlace(deps.publicUrl, newsroomName)
  // Somebody who is in already shows it again before a change of the second factors.
  const anyWhoHasOne = sessions.requireStanding('second_factor_open', 'complete')

  async function show(ctx: Context, problem: FactorField | null): Promise<void> {
    const { staff, signInId } = signedInOf(ctx)
    const factors = await secondFactorsOf(db, staff.id)
    const question = factors.passkeys.length > 0 ? await passkeyQuestion(place, factors) : null
    if (question) await keepChallenge(db, signInId, question.challenge)
    const view = { text, newsroomName, staffEmail: staff.email, problem }
    const hasApp = factors.totp !== null
    const hasRecoveryCodes = factors.recoveryCodesLeft > 0
    const passkeyOptions = question?.options ?? null
    answerSigningIn(ctx, secondFactorPage({ ...view, hasApp, hasRecoveryCodes, passkeyOptions }))
  }

  /** Whether the answer is right. It is used up by this, whatever comes next. */
  async function isRight(ctx: Context, field: FactorField, given: string): Promise<boolean> {
    const { staff, standing, signInId } = signedInOf(ctx)
    const at = clock()
    const challenge = field === 'credential' ? await takeChallenge(db, signInId) : null
    return inKnexTransaction(db, async (tx) => {
      const isAccepted = await accept(tx, { field, given, challenge, staffId: staff.id, at })
      if (!isAccepted) return false
      if (field === 'recovery') {
        const { recoveryCodesLeft: left } = await secondFactorsOf(tx, staff.id)
        const act = { act: 'recovery_code_used', subject: `staff/${staff.id}`, after: { left } } as const
        await recordAct(tx, { actor: actorOf(ctx), ...act, at })
      }
      if (standing !== 'complete') await recordSignIn(tx, 'signed_in', { staffId: staff.id, at })
      return true
    })
  }

  async function accept(
    tx: Knex,
    answer: {
      readonly field: FactorField
      readonly given: string
      readonly challenge: string | null
      readonly staffId: SignedIn['staff']['id']
      readonly at: Date
    },
  ): Promise<boolean> {
    const { field, given, challenge, staffId, at } = answer
    if (field === 'code') return useTotpCode(tx, { staffId, code: given, keys }, at)
    if (field === 'recovery') return useRecoveryCode(tx, staffId, given, at)
    const credentialId = claimedPasskey(given)
    const passkey = credentialId === null ? null : await passkeyNamed(tx, staffId, credentialId)
    if (!passkey || challenge === null) return false
    const counter = await checkPasskey(place, challenge, given, passkey)
    if (counter === null) return false
    await recordPasskeyUse(tx, { credentialId: passkey.credentialId, counter }, at)
    return true
  }

  return new Router()
    .get(PAGE, sessions.keep, anyWhoHasOne, async (ctx) => {
      if (signedInOf(ctx).hasSecondFactor) return show(ctx, null)
      ctx.status = 303
      ctx.redirect('/finance')
    })
    .post(PAGE, sameOriginOnly(deps.publicUrl), sessions.keep, anyWhoHasOne, async (ctx) => {
      const { staff } = signedInOf(ctx)
      const form = await formBody(ctx)
      const field = FIELDS.find((name) => (form.get(name) ?? '') !== '') ?? 'code'
      if (field === 'credential') await limits.answerWithPasskey(ctx)
      else await limits.enterCode(ctx, staff.id)
      if (!(await isRight(ctx, field, form.get(field) ?? ''))) {
        noteRefusal({ kind: 'refused_second_factor', staffId: staff.id })
        ctx.status = 400
        return show(ctx, field)
      }
      await sessions.completeSignIn(ctx)
      ctx.status = 303
      ctx.redirect(sessions.takeReturnPath(ctx))
    })
}

const FIELDS: readonly FactorField[] = ['credential', 'code', 'recovery']
