import { mayActAs, type Role } from '../role.ts'

/** Who must have a second factor: all staff, those who can move money or let others in, or nobody. */
export const secondFactorSettings = ['everybody', 'required', 'optional'] as const

export type SecondFactorSetting = (typeof secondFactorSettings)[number]

/** How far somebody who has signed in by a link, or at the identity provider, has got. */
export type Standing =
  /** Every page of their role is open. */
  | 'complete'
  /** They have a second factor and have not shown it: only the page that asks for it is open. */
  | 'second_factor_open'
  /** They must have a second factor and have none: only the page where it is set up is open. */
  | 'second_factor_missing'

/**
 * Whoever has a second factor shows it, whatever their role; the setting says who must have one.
 * @param shown whether it was shown in this session, or the identity provider did as much
 */
export function standingOf(
  person: { readonly role: Role; readonly hasSecondFactor: boolean },
  shown: boolean,
  setting: SecondFactorSetting,
): Standing {
  if (shown) return 'complete'
  if (person.hasSecondFactor) return 'second_factor_open'
  return mustHaveSecondFactor(person.role, setting) ? 'second_factor_missing' : 'complete'
}

export function mustHaveSecondFactor(role: Role, setting: SecondFactorSetting): boolean {
  return setting === 'everybody' || (setting === 'required' && mayActAs(role, 'finance'))
}

/** Second factors are changed only by somebody who has just shown one. */
export const RECENT_MS = 15 * 60_000

export type Passkey = {
  readonly id: string
  /** As the browser names it, base64url. */
  readonly credentialId: string
  readonly name: string
  readonly addedAt: Date
  readonly lastUsedAt: Date | null
}

/** The second factors of one person. */
export type SecondFactors = {
  readonly passkeys: readonly (Passkey & { readonly transports: readonly string[] })[]
  readonly totp: { readonly addedAt: Date; readonly lastUsedAt: Date | null } | null
  readonly recoveryCodesLeft: number
}

export function countFactors({ passkeys, totp }: SecondFactors): number {
  return passkeys.length + (totp ? 1 : 0)
}
