import type { Knex } from 'knex'
import type { Actor } from './actor.ts'
import { recordAct } from './audit/audit-trail-store.ts'
import { logAuthentication } from './audit/authentication-log-store.ts'
import type { Role } from './role.ts'
import { mintSignInLink, type SignInLink } from './sign-in/sign-in-link-store.ts'
import type { Staff, StaffId } from './staff.ts'
import type { VouchedFor } from './sign-in/provider.ts'
import {
  lockStaff,
  putStaff,
  removeStaff,
  staffEverByEmail,
  welcomeStaff,
  type LockedStaff,
} from './staff-store.ts'

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
async function admitStaff(
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

/**
 * Somebody for whom the identity provider vouches. Where it knows of roles, its word decides: it lets in somebody new, and
 * changes a role that is another one here, up or down. It never lets in again whom an admin removed. Call it in a database
 * transaction.
 * @returns null for nobody who may sign in
 */
export async function admitVouchedFor(
  tx: Knex,
  { email, role }: VouchedFor,
  at: Date,
): Promise<StaffId | null> {
  const known = await staffEverByEmail(tx, email)
  if (known?.isRemoved) return null
  if (role === null || known?.role === role) return known?.id ?? null
  const isStillIn = !(await lockStaff(tx)).some((one) => one.email === email && one.isRemoved)
  if (!isStillIn) return null
  const { staff } = await admitStaff(tx, { email, role }, { by: { kind: 'service' }, at })
  return staff.id
}

/** A decision of a colleague on a page. */
type ColleagueDecision = Decision & { readonly self: StaffId }

/** Lets somebody in who may not sign in now, and mails them where. */
export async function admitByColleague(
  tx: Knex,
  wish: { readonly email: string; readonly role: Role },
  decision: Decision,
): Promise<{ readonly staff: Staff; readonly outcome: 'added' | 'let_in_again' | 'known' }> {
  const known = (await lockStaff(tx)).find(({ email, isRemoved }) => email === wish.email && !isRemoved)
  // A form that lets people in changes no role by the way.
  if (known) return { staff: known, outcome: 'known' }
  const { staff, outcome } = await admitStaff(tx, wish, decision)
  await welcomeStaff(tx, staff.id)
  return { staff, outcome: outcome === 'added' ? 'added' : 'let_in_again' }
}

/** Why somebody keeps their access or their role. `unknown`: nobody with this address may sign in. */
export type StaffProblem = 'oneself' | 'last_admin' | 'unknown'

/** Gives somebody another role, or lets somebody in again who was removed. */
export async function changeRole(
  tx: Knex,
  { person, role }: { readonly person: Staff; readonly role: Role },
  decision: ColleagueDecision,
): Promise<{ readonly outcome: Admitted['outcome'] } | { readonly problem: StaffProblem }> {
  const problem = problemOfChange(await lockStaff(tx), { id: person.id, next: role, self: decision.self })
  if (problem) return { problem }
  const { outcome, staff } = await admitStaff(tx, { email: person.email, role }, decision)
  if (outcome === 'let_in_again') await welcomeStaff(tx, staff.id)
  return { outcome }
}

/** Ends somebody's access. @param email in lower case */
export async function dismissByColleague(
  tx: Knex,
  email: string,
  decision: ColleagueDecision,
): Promise<{ readonly staff: Staff } | { readonly problem: StaffProblem }> {
  const present = await lockStaff(tx)
  const person = present.find((one) => one.email === email && !one.isRemoved)
  if (!person) return { problem: 'unknown' }
  const problem = problemOfChange(present, { id: person.id, next: null, self: decision.self })
  if (problem) return { problem }
  const staff = await dismissStaff(tx, email, decision)
  return staff ? { staff } : { problem: 'unknown' }
}

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
 * Why somebody keeps a role or their access: nobody takes it from themselves, and one admin stays who can let people in.
 * @param staff everybody, locked
 * @param change.next the role that they would have; null when they would be removed
 */
function problemOfChange(
  staff: readonly LockedStaff[],
  { id, next, self }: { readonly id: StaffId; readonly next: Role | null; readonly self: StaffId },
): StaffProblem | null {
  const admins = staff.filter(({ role, isRemoved }) => role === 'admin' && !isRemoved)
  const losesAdmin = next !== 'admin' && admins.some((admin) => admin.id === id)
  if (losesAdmin && admins.length === 1) return 'last_admin'
  return id === self && (next === null || losesAdmin) ? 'oneself' : null
}
