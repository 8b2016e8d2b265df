import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Knex } from 'knex'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import {
  newPasskeyOptions,
  passkeyPlace,
  readNewPasskey,
} from '../../../access/second-factor/passkey-gateway.ts'
import { addPasskey, keepChallenge, takeChallenge } from '../../../access/second-factor/passkey-store.ts'
import { recordSignIn } from '../../../access/sign-in/record-sign-in.ts'
import { makeRecoveryCodes } from '../../../access/second-factor/recovery-code-store.ts'
import { mustHaveSecondFactor } from '../../../access/second-factor/second-factor.ts'
import { lockFactors, secondFactorsOf } from '../../../access/second-factor/second-factor-store.ts'
import { signedInOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import type { SignInSettings } from '../../../access/sign-in/sign-in-settings.ts'
import type { SealingKeys } from '../../../access/sealed-secret.ts'
import { authenticatorUri, confirmNewTotp, newTotpSecret } from '../../../access/second-factor/totp-store.ts'
import { browserName } from '../../../access/session/staff-session.ts'
import { formBody } from '../../../http/body.ts'
import { parseOrRefuse } from '../../../http/parse.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { text } from '../frame/finance-requests.ts'
import type { SignInLimits } from '../sign-in/sign-in-limits.ts'
import { answerSigningIn } from '../sign-in/sign-in-routes.ts'
import { recentFactorOnly } from './recent-factor-middleware.ts'
import { recoveryCodesPage, setUpPage, type SetUpView } from './set-up-view.ts'
import { inKnexTransaction } from '../../../db/database.ts'

const PAGE = '/finance/account/second-factor'

// A code that is too long is a wrong code, and a name that is too long is cut: neither is kept from its answer.
const form = z.object({
  code: z
    .string()
    .default('')
    .transform((code) => code.slice(0, 20)),
  credential: z.string().max(60_000).default('').catch(' '),
  name: z
    .string()
    .default('')
    .transform((name) => name.trim().slice(0, 60)),
})
type Form = z.output<typeof form>

/** Adds a passkey or an authenticator app. For whoever must have one and has none, this is the only page that opens. */
export function setUpRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroomName: string
  readonly sessions: StaffSessions
  readonly limits: SignInLimits
  readonly settings: SignInSettings
  /** Of the purpose `secondFactors`. */
  readonly sealingKeys: SealingKeys
}): Router {
  const { db, clock, newsroomName, sessions, limits, settings, sealingKeys: keys } = deps
  const place = passkeyPlace(deps.publicUrl, newsroomName)
  const gate = [
    sessions.keep,
    sessions.requireStanding('complete', 'second_factor_missing'),
    recentFactorOnly(sessions, clock),
  ] as const

  async function show(ctx: Context, problem: SetUpView['problem']): Promise<void> {
    const { staff, signInId, hasSecondFactor } = signedInOf(ctx)
    const factors = await secondFactorsOf(db, staff.id)
    const { challenge, options } = await newPasskeyOptions(place, staff, factors)
    await keepChallenge(db, signInId, challenge)
    const secret = await newTotpSecret(db, { staffId: staff.id, signInId, keys })
    const page = setUpPage({
      text,
      newsroomName,
      staffEmail: staff.email,
      isRequired: !hasSecondFactor && mustHaveSecondFactor(staff.role, settings.secondFactor),
      hasApp: factors.totp !== null,
      passkeyOptions: options,
      qrCode: await qrCodeOf(authenticatorUri({ newsroomName, email: staff.email, secret })),
      secret,
      problem,
    })
    answerSigningIn(ctx, page)
  }

  /** @returns the recovery codes, which come with the first factor; null when nothing was added */
  async function add(ctx: Context, given: Form): Promise<readonly string[] | null> {
    const { staff, signInId, standing } = signedInOf(ctx)
    const challenge = given.credential === '' ? null : await takeChallenge(db, signInId)
    const passkey = challenge === null ? null : await readNewPasskey(place, challenge, given.credential)
    const name = given.name === '' ? deviceName(ctx) : given.name
    const at = clock()
    return inKnexTransaction(db, async (tx) => {
      await lockFactors(tx, staff.id)
      const isAdded = passkey
        ? await addPasskey(tx, staff.id, { passkey, name }, at)
        : await confirmNewTotp(tx, { staffId: staff.id, signInId, code: given.code, keys }, at)
      if (!isAdded) return null
      const { recoveryCodesLeft } = await secondFactorsOf(tx, staff.id)
      const codes = recoveryCodesLeft > 0 ? [] : await makeRecoveryCodes(tx, staff.id, at)
      if (standing !== 'complete') await recordSignIn(tx, 'signed_in', { staffId: staff.id, at })
      const after = passkey ? { factor: 'passkey', name } : { factor: 'app' }
      const act = { act: 'second_factor_added', subject: `staff/${staff.id}`, after } as const
      await recordAct(tx, { actor: actorOf(ctx), ...act, at })
      return codes
    })
  }

  return new Router()
    .get(PAGE, ...gate, (ctx) => show(ctx, null))
    .post(PAGE, sameOriginOnly(deps.publicUrl), ...gate, async (ctx) => {
      const { staff } = signedInOf(ctx)
      const given = parseOrRefuse(form, Object.fromEntries(await formBody(ctx)))
      const isPasskey = given.credential !== ''
      if (isPasskey) await limits.answerWithPasskey(ctx)
      else await limits.enterCode(ctx, staff.id)
      const codes = await add(ctx, given)
      if (!codes) {
        ctx.status = 400
        return show(ctx, isPasskey ? 'credential' : 'code')
      }
      await sessions.completeSignIn(ctx)
      const returnPath = sessions.takeReturnPath(ctx)
      const nextPath = returnPath.startsWith(PAGE) ? '/finance' : returnPath
      if (codes.length > 0) {
        const view = { text, newsroomName, staffEmail: staff.email }
        return answerSigningIn(ctx, recoveryCodesPage({ ...view, codes, nextPath }))
      }
      ctx.status = 303
      ctx.redirect('/finance/account?done=added')
    })
}

/** What a passkey is called whose owner gave it no name. */
function deviceName(ctx: Context): string {
  const { browser, system } = browserName(ctx.get('User-Agent'))
  return system ?? browser ?? 'passkey'
}

async function qrCodeOf(uri: string): Promise<SetUpView['qrCode']> {
  const { create } = await import('qrcode')
  const { modules } = create(uri, { errorCorrectionLevel: 'M' })
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) === 1 }
}
