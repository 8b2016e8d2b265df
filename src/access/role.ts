/** What a person or a program may see. Each role may do everything that the roles before it may. */
export const roles = ['viewer', 'finance', 'admin'] as const

/**
 * viewer: totals, no donor data. finance: donations with their donors. admin: everything.
 */
export type Role = (typeof roles)[number]

/** Whether `has` is enough where `needed` is asked for. */
export function mayActAs(has: Role, needed: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needed)
}
