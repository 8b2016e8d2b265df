import { z } from 'zod'
import { mayActAs, type Role } from '../role.ts'
import type { ProviderSettings } from './sign-in-settings.ts'
import { staffEmail } from '../staff.ts'

/** Somebody for whom the identity provider vouches. */
export type VouchedFor = {
  /** In lower case. */
  readonly email: string
  /** What the provider's claim says; null when the provider knows nothing of roles. */
  readonly role: Role | null
  /** Whether the provider asked for a second factor and says so (`mfa` in `amr`, RFC 8176). */
  readonly secondFactorShown: boolean
}

/** Why the provider's word lets nobody in; for the log. */
export type ProviderRefusal =
  | 'address_missing'
  | 'address_not_verified'
  | 'domain_not_allowed'
  | 'role_not_mapped'

const claimsSchema = z.looseObject({
  email: z.string().max(254).transform(staffEmail).pipe(z.email()),
  email_verified: z.boolean().catch(false),
  amr: z.array(z.string()).catch([]),
})
const values = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([])

/** What the claims of a checked ID token come to. Nothing but a verified address of an allowed domain counts. */
export function vouchedFor(
  claims: unknown,
  { allowedDomains, roles }: Pick<ProviderSettings, 'allowedDomains' | 'roles'>,
): VouchedFor | ProviderRefusal {
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success) return 'address_missing'
  const { email, email_verified: isVerified, amr } = parsed.data
  if (!isVerified) return 'address_not_verified'
  if (!allowedDomains.includes(email.slice(email.lastIndexOf('@') + 1))) return 'domain_not_allowed'
  const found = roles && highestRole(values.parse(parsed.data[roles.claim]), roles.byValue)
  if (roles && !found) return 'role_not_mapped'
  return { email, role: found, secondFactorShown: amr.includes('mfa') }
}

function highestRole(given: readonly string[], byValue: ReadonlyMap<string, Role>): Role | null {
  const mapped = given.flatMap((value) => byValue.get(value) ?? [])
  return mapped.reduce<Role | null>(
    (highest, role) => (highest !== null && mayActAs(highest, role) ? highest : role),
    null,
  )
}
