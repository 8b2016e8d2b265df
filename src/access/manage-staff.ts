import type { Knex } from 'knex'
import type { Actor } from './actor.ts'
import { recordAct } from './audit-trail-store.ts'
import { logAuthentication } from './authentication-log-store.ts'
import type { Role } from './role.ts'
import { mintSignInLink, type SignInLink } from './sign-in-link-store.ts'
import type { Staff, StaffId } from './staff.ts'
import { lockStaff, putStaff, removeStaff, type LockedStaff } from './staff-store.ts'

/** Who changes who may sign in, and when. */
type Decision = { readonly by: Actor; readonly at: Date }

export type Admitted = {
  readonly staff: Staff
  /** `let_in_again`: they were removed before. */
  readonly outcome: 'added' | 'let_in_again' | 'role_changed' | 'unchanged'
}

/**
 * Lets somebody in, or gives somebody who is in another role. Call these functions in a database transaction of their
 * own.
 * @param wish.email in lower case
 */
export async function admitStaff(
  tx: Knex,
  wish: { readonly email: string; readonly role: Role },
  { by, at }: Decision,
): Promise<Admitted> {
  const before = (await lockStaff(tx)).find(({ email }) => email === wish.email)
  const staff = await putStaff(tx, wish)
  const outcome = outcomeOf(before, staff)
  const subject = `staff/${staff.id}` as const
  const was = before?.isRemoved === false ? { before: { role: before.role } } : {}
  const after = { role: staff.role }
  if (outcome === 'unchanged') return { staff, outcome }
  await logAuthentication(tx, { kind: 'staff_admitted', at, staffId: staff.id })
  await recordAct(tx, { actor: by, act: ACTS[outcome], subject, ...was, after, at })
  return { staff, outcome }
}

const ACTS = {
  added: 'staff_added',
  let_in_again: 'staff_let_in_again',
  role_changed: 'staff_role_changed',
} as const

function outcomeOf(before: LockedStaff | undefined, staff: Staff): Admitted['outcome'] {
  if (!before) return 'added'
  if (before.isRemoved) return 'let_in_again'
  return before.role === staff.role ? 'unchanged' : 'role_changed'
}

/** Lets somebody in and makes a link that signs them in, which is printed for whoever runs the command. */
export async function admitWithLink(
  tx: Knex,
  wish: { readonly email: string; readonly role: Role },
  decision: Decision,
): Promise<{ readonly staff: Staff; readonly link: SignInLink }> {
  const { by, at } = decision
  const { staff } = await admitStaff(tx, wish, decision)
  const link = await mintSignInLink(tx, staff.id, at)
  await logAuthentication(tx, { kind: 'link_printed', at, staffId: staff.id })
  await recordAct(tx, { actor: by, act: 'sign_in_link_printed', subject: `staff/${staff.id}`, at })
  return { staff, link }
}

/** Why somebody keeps their access or their role. */
export type StaffProblem = 'oneself' | 'last_admin'

/**
 * Ends everything that lets somebody in; the next request of theirs is refused.
 * @returns null when nobody with this address may sign in
 */
export async function dismissStaff(tx: Knex, email: string, { by, at }: Decision): Promise<Staff | null> {
  const staff = await removeStaff(tx, email, at)
  if (!staff) return null
  await logAuthentication(tx, { kind: 'staff_removed', at, staffId: staff.id })
  const subject = `staff/${staff.id}` as const
  await recordAct(tx, { actor: by, act: 'staff_removed', subject, before: { role: staff.role }, at })
  return staff
}

/**
 * Why somebody may not take a role away from somebody: nobody does so to themselves, and one admin stays who can let
 * people in. Call it in the database transaction of the change: it locks the list of staff.
 * @param next the role that they would have; null when they would be removed
 */
export async function problemOfChange(
  tx: Knex,
  { id, next, by }: { readonly id: StaffId; readonly next: Role | null; readonly by: StaffId },
): Promise<StaffProblem | null> {
  const present = (await lockStaff(tx)).filter(({ isRemoved }) => !isRemoved)
  const losesAdmin = present.some((one) => one.id === id && one.role === 'admin' && next !== 'admin')
  if (losesAdmin && present.filter(({ role }) => role === 'admin').length === 1) return 'last_admin'
  return id === by && (next === null || losesAdmin) ? 'oneself' : null
}
