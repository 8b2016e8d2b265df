import type { Role } from '../role.ts'
import type { SecondFactorSetting } from '../second-factor/second-factor.ts'

/** An OpenID Connect provider by which staff may sign in. */
export type ProviderSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What staff call it: "Sign in with {{name}}". */
  readonly name: string
  /** What it is asked for, separated by blanks. */
  readonly scopes: string
  /** Domains of e-mail addresses, in lower case. Others are refused. */
  readonly allowedDomains: readonly string[]
  /** Null: the provider knows nothing of roles, so only staff who are listed here get in, with their role here. */
  readonly roles: {
    /** The claim of the provider that says what somebody is. */
    readonly claim: string
    readonly byValue: ReadonlyMap<string, Role>
  } | null
}

/** How staff sign in, as the configuration says. */
export type SignInSettings = {
  /** `required`: of `finance` and `admin`. Whoever has one is asked for it either way. */
  readonly secondFactor: SecondFactorSetting
  /** A session ends after so long without a request … */
  readonly idleMs: number
  /** … and after so long in any case. */
  readonly longestMs: number
  readonly provider: ProviderSettings | null
}
