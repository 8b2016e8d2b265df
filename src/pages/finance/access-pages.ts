import type { Router } from '@koa/router'
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { NoteRefusal } from '../../access/audit/authentication-log.ts'
import type { StaffSessions } from '../../access/session/session-middleware.ts'
import type { SignInSettings } from '../../access/sign-in/sign-in-settings.ts'
import type { SealingKeys } from '../../access/sealed-secret.ts'
import type { Callers } from '../../http/client-ip.ts'
import type { RateLimit, RateLimiter } from '../../http/rate-limit.ts'
import { accountRouter } from './account/account-routes.ts'
import { unsentFormRouter } from './account/unsent-form-routes.ts'
import { setUpRouter } from './account/set-up-routes.ts'
import type { Newsroom } from './frame/finance-requests.ts'
import { providerRouter } from './sign-in/provider-routes.ts'
import { secondFactorRouter } from './sign-in/second-factor-routes.ts'
import { signInLimits } from './sign-in/sign-in-limits.ts'
import { signInRouter } from './sign-in/sign-in-routes.ts'

/** The pages by which staff get in, and those of their own accounts. */
export function accessPages(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly settings: SignInSettings
  /** Makes the limiter of that name. */
  readonly limiter: (name: string, limit: RateLimit) => RateLimiter
  readonly callers: Callers
  readonly keys: {
    readonly addressHashes: SealingKeys
    readonly secondFactors: SealingKeys
    readonly unsentForms: SealingKeys
  }
  readonly noteRefusal: NoteRefusal
  readonly log: Logger
}): readonly Router[] {
  const { newsroom, settings, keys } = deps
  const common = {
    ...deps,
    newsroomName: newsroom.name,
    limits: signInLimits({ ...deps, hashKey: keys.addressHashes[0] }),
    sealingKeys: keys.secondFactors,
    secondFactor: settings.secondFactor,
    providerName: settings.provider?.name ?? null,
  }
  const { provider } = settings
  return [
    ...(provider ? [providerRouter({ ...common, provider })] : []),
    secondFactorRouter(common),
    signInRouter(common),
    setUpRouter(common),
    accountRouter(common),
    unsentFormRouter(deps),
  ]
}
