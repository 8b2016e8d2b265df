import type { Role } from './role.ts'

export type StaffId = string & { readonly __brand: 'StaffId' }
export type Staff = { readonly id: StaffId; readonly email: string; readonly role: Role }

/** Addresses are compared in lower case: nobody remembers how theirs was written. */
export function staffEmail(text: string): string {
  return text.trim().toLowerCase()
}

export type ListedStaff = Staff & {
  readonly createdAt: Date
  readonly lastSignedInAt: Date | null
  readonly hasSecondFactor: boolean
  readonly removedAt: Date | null
}
