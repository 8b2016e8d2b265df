import type { StaffId } from '../staff.ts'

/** Why somebody was refused. */
const refusedKinds = [
  /** A link was asked for and no mail was sent: several were sent shortly before. */
  'link_withheld',
  'refused_address_unknown',
  'refused_link_unknown',
  'refused_link_used',
  'refused_link_expired',
  'refused_link_superseded',
  'refused_staff_removed',
  'refused_token_unknown',
  'refused_token_revoked',
  'refused_token_expired',
  'refused_role_lacking',
  /** Links, or second factors, were asked for or tried too often. */
  'refused_too_many_tries',
  'refused_second_factor',
  /** Somebody came from the identity provider and may not sign in. */
  'refused_by_provider',
] as const
export type RefusedKind = (typeof refusedKinds)[number]

/** What the log records. The constraint `authentication_log_kind_is_known` in the database lists the same. */
export const authenticationKinds = [
  'link_asked',
  'link_printed',
  /** A link was used, or the identity provider vouched for somebody, and a second factor is to come. */
  'second_factor_asked',
  'signed_in',
  'signed_out',
  'staff_admitted',
  'staff_removed',
  'token_created',
  'token_revoked',
  ...refusedKinds,
] as const
export type AuthenticationKind = (typeof authenticationKinds)[number]

/** Whom an entry is about; both are absent for a stranger. */
export type Concerned = { readonly staffId?: StaffId | null; readonly tokenId?: string | null }

export type AuthenticationEntry = Concerned & {
  readonly kind: AuthenticationKind
  readonly at: Date
  /** How often it happened; one unless it says otherwise. */
  readonly times?: number
}

export type Refused = Concerned & { readonly kind: RefusedKind }

/** Notes a refusal for the log without waiting for it to be written. */
export type NoteRefusal = (refused: Refused) => void
