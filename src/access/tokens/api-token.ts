import type { Role } from '../role.ts'

export type ApiToken = { readonly id: string; readonly name: string; readonly role: Role }

export type ListedToken = ApiToken & {
  readonly createdAt: Date
  /** Day in UTC. */
  readonly lastUsedOn: string | null
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}
