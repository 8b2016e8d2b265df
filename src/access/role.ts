/** What a person or a program may see. Each role may do everything that the roles before it may. */
export const roles = ['viewer', 'auditor', 'finance', 'admin'] as const

/**
 * viewer: totals, no donor data. auditor: everything that finance reads, and exports; changes nothing. finance: refunds,
 * sign-offs and closings, too. admin: everything, staff and tokens included.
 */
export type Role = (typeof roles)[number]

/** Whether `has` is enough where `needed` is asked for. */
export function mayActAs(has: Role, needed: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needed)
}
